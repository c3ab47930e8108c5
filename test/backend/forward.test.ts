import { request as httpRequest, type RequestOptions } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  ada,
  cookieHeader,
  countingStore,
  fetchWith,
  openWorld,
  type Jar,
  type WorldOptions,
} from './world.ts';

/** Sends a request that `fetch` cannot. */
function statusOf(url: string, options: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpRequest(url, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

/** An instance, and a page of it whose user is signed in. */
async function openSignedIn(options: WorldOptions = {}) {
  const world = await openWorld(options);
  const jar: Jar = new Map();
  const url = await world.startInstance();
  const page = fetchWith(jar);
  await page(`${url}/auth/login`, { method: 'POST', body: JSON.stringify(ada) });
  return { api: world.api, jar, page, url, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

test('Nothing reads the store before the first request', async () => {
  const { store, counts } = countingStore();
  await using world = await openWorld({ store });
  await world.startInstance();

  expect(counts.calls).toBe(0);
});

test('A request without a cookie, or with one that nothing opens, does not touch the store', async () => {
  const { store, counts } = countingStore();
  await using world = await openWorld({ store });
  const url = await world.startInstance();
  const jars = [new Map<string, string>(), new Map([['__Host-session', '1changed']])];
  for (const jar of jars) {
    expect((await fetchWith(jar)(`${url}/api/me`)).status).toBe(401);
    expect((await fetchWith(jar)(`${url}/auth/refresh`, { method: 'POST' })).status).toBe(401);
    expect((await fetchWith(jar)(`${url}/auth/logout`, { method: 'POST' })).status).toBe(204);
  }

  expect(counts.calls).toBe(0);
});

test('A request is passed on without the headers of its connection', async () => {
  await using world = await openSignedIn();
  const received: string[] = [];
  world.api.intercept('api', ({ headers }) => {
    received.push(...headers.keys());
    return new Response();
  });
  const ofConnection = {
    connection: 'x-hop',
    'x-hop': 'a',
    te: 'trailers',
    'proxy-connection': 'keep-alive',
  };
  const headers = {
    cookie: cookieHeader(world.jar),
    'sec-fetch-site': 'same-origin',
    'x-end': 'b',
    ...ofConnection,
  };
  expect(await statusOf(world.url, { path: '/api/me', headers })).toBe(200);

  expect(received).toContain('x-end');
  for (const name of ['x-hop', 'te', 'proxy-connection']) expect(received).not.toContain(name);
});

describe('An upload is passed on', () => {
  const send = async (init: RequestInit & { duplex?: 'half' }) => {
    await using world = await openSignedIn();
    let received: unknown = null;
    world.api.intercept('api', async (request) => {
      const { headers } = request;
      const { length } = await request.text();
      received = [headers.get('content-length'), headers.get('transfer-encoding'), length];
      return new Response();
    });
    const response = await world.page(`${world.url}/api/files`, { method: 'PUT', ...init });
    expect(response.status).toBe(200);
    return received;
  };

  test('with its length, if that is known', async () => {
    expect(await send({ body: 'x'.repeat(100_000) })).toEqual(['100000', null, 100_000]);
    expect(await send({ body: '' })).toEqual(['0', null, 0]);
    expect(await send({})).toEqual(['0', null, 0]);
  });

  test('in chunks, if it is not', async () => {
    const body = new Blob(['x'.repeat(100_000)]).stream();
    expect(await send({ body, duplex: 'half' })).toEqual([null, 'chunked', 100_000]);
  });

  test('with its length after a refresh that the API has asked for', async () => {
    await using world = await openSignedIn();
    world.api.expireAccessTokens();
    const lengths: unknown[] = [];
    world.api.intercept('api', (request, next) => {
      lengths.push(request.headers.get('content-length'));
      return next();
    });
    const response = await world.page(`${world.url}/api/me`, { method: 'POST', body: 'a body' });

    expect(response.status).not.toBe(401);
    expect(lengths).toEqual(['6', '6']);
  });
});

describe('The session of an API request is disposed of', () => {
  test.each([200, 204, 304, 302, 404, 500])(
    'after a response with status %i, also to HEAD',
    async (status) => {
      const { store, counts } = countingStore();
      await using world = await openSignedIn({ store });
      world.api.intercept('api', () => new Response(status === 200 ? 'a body' : null, { status }));
      for (const method of ['GET', 'HEAD']) {
        const response = await world.page(`${world.url}/api/me`, { method, redirect: 'manual' });
        expect(response.status).toBe(status);
        await response.text();
      }

      expect(counts.listeners).toBe(0);
    },
  );

  test('after a request whose `Connection` names no header', async () => {
    const { store, counts } = countingStore();
    await using world = await openSignedIn({ store });
    const headers = { cookie: cookieHeader(world.jar), 'sec-fetch-site': 'same-origin', connection: 'a b' };
    expect(await statusOf(world.url, { path: '/api/me', headers })).toBe(200);
    await expect.poll(() => counts.listeners).toBe(0);
  });

  test('after a page has gone away', async () => {
    const { store, counts } = countingStore();
    await using world = await openSignedIn({ store });
    const leaving = new AbortController();
    const isAborted = new Promise<void>((resolve) => {
      world.api.intercept('api', (request) => {
        request.signal.addEventListener('abort', () => resolve());
        leaving.abort();
        return new Promise(() => undefined);
      });
    });
    await expect(world.page(`${world.url}/api/me`, { signal: leaving.signal })).rejects.toThrow();
    await isAborted;

    await expect.poll(() => counts.listeners).toBe(0);
  });
});

describe('The response to an API request', () => {
  test.each([
    [null, 'no-store'],
    ['max-age=60', 'max-age=60, private'],
    ['no-cache', 'no-cache, private'],
    ['private, max-age=60', 'private, max-age=60'],
    ['public, max-age=60', 'public, max-age=60'],
  ])('with `Cache-Control: %s` goes to no other user of a shared cache', async (given, sent) => {
    await using world = await openSignedIn();
    const headers: HeadersInit = given === null ? {} : { 'cache-control': given };
    world.api.intercept('api', () => new Response('a body', { headers }));

    expect((await world.page(`${world.url}/api/me`)).headers.get('cache-control')).toBe(sent);
  });

  test('has the length of its body, and none if the body was decoded', async () => {
    await using world = await openSignedIn();
    const send = async (body: Uint8Array<ArrayBuffer> | string, headers: Record<string, string>) => {
      const sent = { ...headers, 'content-length': String(body.length) };
      const undo = world.api.intercept('api', () => new Response(body, { headers: sent }));
      const response = await world.page(`${world.url}/api/file`, { method: 'GET' });
      undo();
      return [response.headers.get('content-length'), await response.text()];
    };

    expect(await send('a body', {})).toEqual(['6', 'a body']);
    const zipped = new Uint8Array(gzipSync('a longer body'));
    expect(await send(zipped, { 'content-encoding': 'gzip' })).toEqual([null, 'a longer body']);
  });

  test('redirects to this server instead of the API', async () => {
    await using world = await openSignedIn();
    const redirect = async (location: string) => {
      const undo = world.api.intercept(
        'api',
        () => new Response(null, { status: 307, headers: { location } }),
      );
      const response = await world.page(`${world.url}/api/items?page=1`, { redirect: 'manual' });
      undo();
      return response.headers.get('location');
    };

    expect(await redirect(`${world.api.url}/api/items/?page=1`)).toBe('/api/items/?page=1');
    expect(await redirect('me#top')).toBe('/api/me#top');
    expect(await redirect(`${world.api.url}/apis/1`)).toBe(`${world.api.url}/apis/1`);
    expect(await redirect('https://files.example.com/1')).toBe('https://files.example.com/1');
  });
});

test.each([
  ['/api//evil.example/x', '/api//evil.example/x'],
  ['/api/http://evil.example/x', '/api/http://evil.example/x'],
  ['/api/../secret', null],
  ['/api/%2e%2e/secret', null],
  ['/apis/secret', null],
])('A request for %s does not leave the path of the API', async (path, received) => {
  await using world = await openSignedIn();
  const before = world.api.requests.length;
  const headers = { 'sec-fetch-site': 'same-origin', cookie: cookieHeader(world.jar) };
  await statusOf(world.url, { path, headers });

  expect(world.api.requests.slice(before).map((request) => request.path)).toEqual(
    received === null ? [] : [received],
  );
});
