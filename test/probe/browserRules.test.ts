import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { cookieRequests, restContract, type ServerContract } from '../../src/index.ts';
import { coded } from '../referenceServer/contracts/coded.ts';
import { cookie } from '../referenceServer/contracts/cookie.ts';
import { refreshCookie } from '../referenceServer/contracts/refreshCookie.ts';
import { createWorld, findingsOf, problemsOf } from './world.ts';

type Preflight = (outgoing: ServerResponse, url: string) => void;

/**
 * A proxy in front of a server, which changes the headers of the responses, and may respond to preflights. The server knows no
 * PUT.
 */
async function createProxy(
  target: string,
  change: (headers: Headers, status: number, url: string) => void,
  preflight?: Preflight,
): Promise<string> {
  const proxy = createServer((incoming, outgoing) => {
    void (async () => {
      const { method = 'GET', url = '/', headers } = incoming;
      if (method === 'OPTIONS' && preflight !== undefined) {
        preflight(outgoing, url);
        return;
      }
      const { host: _, connection: __, 'content-length': ___, ...sent } = headers;
      const body = await buffer(incoming);
      const response = await fetch(target + url, {
        method: method === 'PUT' ? 'POST' : method,
        headers: Object.entries(sent).map(([name, value]): [string, string] => [name, String(value)]),
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      });
      const changed = new Headers(response.headers);
      change(changed, response.status, url);
      outgoing.writeHead(response.status, [...changed].flat());
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    })();
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

const network = ({ now, advance }: { now: () => number; advance: (ms: number) => Promise<void> }) => ({
  ...{ fetch, now, wait: advance, origin: 'https://app.example' },
});

test('a page of the given origin is allowed by the reference server, with cookies and without', async () => {
  for (const [dialect, contract] of [
    ['coded', coded],
    ['refreshCookie', refreshCookie],
  ] as const) {
    await using world = await createWorld(dialect);
    const report = await world.probe(contract, { network: network(world.clock) });
    expect(findingsOf(report)).toMatchObject({
      'cors.login': 'right: allowed',
      'cors.refresh': 'right: allowed',
      'cors.API': 'right: allowed',
      'cors.API refusal': 'right: allowed',
      'cors.exposed': 'right: Retry-After, Date and WWW-Authenticate',
    });
  }
});

test('CORS that lacks `authorization`, the error responses and the exposed headers is reported', async () => {
  await using world = await createWorld('coded');
  const baseUrl = await createProxy(world.server.url, (headers, status) => {
    headers.delete('access-control-expose-headers');
    if (headers.has('access-control-allow-headers')) headers.set('access-control-allow-headers', '*');
    if (status === 401) headers.delete('access-control-allow-origin');
  });
  const report = await world.probe(coded, { baseUrl, network: network(world.clock) });

  const messages = report.problems.map(({ where, message }) => `${where}: ${message}`);
  expect(messages).toContain('CORS of API: The preflight does not allow the header authorization.');
  expect(messages).toContain(
    'CORS of API refusal: The response allows the origin of no page, not https://app.example.',
  );
  expect(problemsOf(report)).toContain('warning Access-Control-Expose-Headers');
});

test('headers are exposed only if both the API and the sign-in expose them, and `*` counts without cookies', async () => {
  await using world = await createWorld('refreshCookie');
  const exposedWith = async (ofApi: string, ofSignIn: string) => {
    const baseUrl = await createProxy(world.server.url, (headers, _status, url) => {
      headers.set('access-control-expose-headers', url.startsWith('/api') ? ofApi : ofSignIn);
    });
    const report = await world.probe(refreshCookie, { baseUrl, network: network(world.clock) });
    return findingsOf(report)['cors.exposed'];
  };

  const all = 'Retry-After, Date, WWW-Authenticate';
  expect(await exposedWith('*', all)).toBe('right: Retry-After, Date and WWW-Authenticate');
  expect(await exposedWith(all, '*')).toBe('warning: not exposed: retry-after, date, www-authenticate');
  expect(await exposedWith('Date, WWW-Authenticate', all)).toBe('warning: not exposed: retry-after');
});

test('a readable cookie whose decoded value is sent in the header against CSRF is no secret', async () => {
  await using world = await createWorld('cookie');
  const baseUrl = await createProxy(world.server.url, (headers) => {
    const cookies = headers.getSetCookie();
    headers.delete('set-cookie');
    for (const text of cookies)
      headers.append(
        'set-cookie',
        text.replace(/^csrf=./, (start) => encode(start)),
      );
  });
  const report = await world.probe(cookie, { baseUrl });
  expect(problemsOf(report)).not.toContain('warning cookie csrf');
});

/** Writes the last character of a text in percent-encoding. */
const encode = (text: string): string =>
  `${text.slice(0, -1)}%${text.charCodeAt(text.length - 1).toString(16)}`;

test('a cookie that scripts can read, that browsers reject, or that does not reach the refresh is reported', async () => {
  await using world = await createWorld('refreshCookie');
  const withCookie = (attributes: string) =>
    createProxy(world.server.url, (headers) => {
      const [cookie] = headers.getSetCookie();
      if (cookie === undefined) return;
      headers.set('set-cookie', `${cookie.split(';')[0] ?? ''}; ${attributes}`);
    });
  const probeCookie = async (attributes: string) => {
    const baseUrl = await withCookie(attributes);
    return problemsOf(await world.probe(refreshCookie, { baseUrl }));
  };

  expect(await probeCookie('Path=/auth; SameSite=Lax')).toContain('warning cookie refresh');
  expect(await probeCookie('Path=/auth; HttpOnly; SameSite=None')).toContain('error cookie refresh');
  expect(await probeCookie('Path=/api; HttpOnly; SameSite=Lax')).toContain('error cookies of the server');
});

test('a preflight that is redirected, or that allows `*` as the method of a request with cookies, is reported', async () => {
  await using world = await createWorld('refreshCookie');
  const allowed = {
    'access-control-allow-origin': 'https://app.example',
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': 'content-type, authorization',
    'access-control-allow-methods': '*',
  };
  const putting = restContract({
    login: { path: 'auth/login', method: 'PUT' },
    cookies: cookieRequests({ credentials: 'include' }),
  });
  const messagesOf = async (contract: ServerContract, preflight: Preflight) => {
    const baseUrl = await createProxy(world.server.url, () => undefined, preflight);
    const report = await world.probe(contract, { baseUrl, network: network(world.clock) });
    return report.problems.map(({ message }) => message);
  };

  const redirected = messagesOf(refreshCookie, (outgoing, url) => {
    if (url.endsWith('?moved')) outgoing.writeHead(204, allowed).end();
    else outgoing.writeHead(308, { ...allowed, location: `${url}?moved` }).end();
  });
  expect(await redirected).toContain('The preflight is answered with 308.');
  const wildcard = messagesOf(putting, (outgoing) => outgoing.writeHead(204, allowed).end());
  expect(await wildcard).toContain('The preflight does not allow the method PUT.');
});

test('a connection that ends during a preflight is reported, and the report is complete', async () => {
  await using world = await createWorld('coded');
  const baseUrl = await createProxy(
    world.server.url,
    () => undefined,
    (outgoing) => outgoing.destroy(),
  );
  const report = await world.probe(coded, { baseUrl, network: network(world.clock) });

  expect(report.problems.map(({ message }) => message)).toContain('The preflight has no response.');
});
