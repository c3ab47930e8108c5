import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSession, type ServerContract } from '../../src/index.ts';
import { listen } from '../secrets/listeners.ts';
import { connect, contracts, openVault } from './world.ts';

const ada = { username: 'ada', password: 'lovelace' };

describe('a session with a vault', () => {
  test.each(Object.keys(contracts) as (keyof typeof contracts)[])(
    'works with the server %s',
    async (dialect) => {
      const { server, openPage } = await openVault(dialect);
      const session = openPage();
      await session.login(ada);
      const responses = await Promise.all([session.fetch('api/me'), session.api.get('api/me')]);
      expect(responses.map(({ status }) => status)).toEqual([200, 200]);
      expect(await responses[0].json()).toMatchObject({ username: 'ada' });
      server.expireAccessTokens();
      const all = await Promise.all(Array.from({ length: 20 }, () => session.fetch('api/me')));
      expect(all.map(({ status }) => status)).toEqual(Array(20).fill(200));
      expect(server.counts().refresh).toBe(1);
      await session.logout();
      expect(session.getSnapshot().status).toBe('loggedOut');
    },
  );
});

/** Serves an API until the end of the test. Returns its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = await listen(listener);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server.url;
}

/** An API that answers with what it receives, as it receives it, and asks once for a nonce. */
async function startEcho() {
  const heard: string[] = [];
  const url = await serve((request, response) => {
    heard.push(`${request.headers.authorization ?? ''} ${String(request.headers['x-nonce'])}`);
    if (request.url === '/nonce' && request.headers['x-nonce'] === undefined) {
      response.writeHead(401, { 'x-nonce': 'n1' }).end();
      return;
    }
    response.flushHeaders();
    request.pipe(response);
  });
  return { heard, url };
}

/** A contract that puts the token and the last nonce on a request in its own way. */
function contractWithNonce(): ServerContract {
  let nonce = '';
  return {
    endpoints: {},
    login: () => Promise.resolve({ accessToken: 'access-token', secrets: { key: 'key-of-this-session' } }),
    authorize({ headers }, accessToken, secrets) {
      headers.set('authorization', `DPoP ${accessToken} ${secrets?.['key'] ?? ''}`);
      if (nonce !== '') headers.set('x-nonce', nonce);
    },
    shouldRepeat(response) {
      nonce = response.headers.get('x-nonce') ?? nonce;
      return response.status === 401;
    },
  };
}

describe('a contract with secrets and a nonce', () => {
  test('authorizes requests in the worker, and the session repeats one with the nonce', async () => {
    const { url, heard } = await startEcho();
    const server = contractWithNonce();
    const session = createSession({ baseUrl: url, ...connect(url, server).options });
    onTestFinished(() => session.dispose());
    await session.login(null);
    const response = await session.fetch('nonce', { method: 'POST', body: 'a body' });

    expect(await response.text()).toBe('a body');
    expect(heard).toEqual([
      'DPoP access-token key-of-this-session undefined',
      'DPoP access-token key-of-this-session n1',
    ]);
  });

  test('streams a body to the server while the response arrives', async () => {
    const { url } = await startEcho();
    const session = createSession({ baseUrl: url, ...connect(url, contractWithNonce()).options });
    onTestFinished(() => session.dispose());
    await session.login(null);
    const { readable, writable } = new TransformStream<string, string>();
    const [writer, body] = [writable.getWriter(), readable.pipeThrough(new TextEncoderStream())];
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' };
    const responding = session.fetch('echo', init);
    // Node sends the head of a request with its first chunk.
    await writer.write('one');
    const reader = (await responding).body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('one');
    await writer.write('two');
    expect((await reader?.read())?.value).toBe('two');
    await writer.close();
    expect((await reader?.read())?.done).toBe(true);
  });
});

describe('a body that arrives in parts', () => {
  /** An API that writes what the test tells it to, and repeats the token of the request. */
  async function startParts() {
    let token = '';
    let response: ServerResponse | null = null;
    const url = await serve((request, answer) => {
      token = (request.headers.authorization ?? '').replace('Bearer ', '');
      response = answer.writeHead(200, { 'content-type': 'text/plain' });
      answer.flushHeaders();
    });
    const tokens = { accessToken: 'access-token-of-ada', refreshToken: 'refresh-token-of-ada' };
    const contract: ServerContract = { endpoints: {}, login: () => Promise.resolve(tokens) };
    const session = createSession({ baseUrl: url, ...connect(url, contract).options });
    onTestFinished(() => session.dispose());
    await session.login(null);
    return {
      session,
      token: () => token,
      write: (text: string) => response?.write(text),
      end: () => response?.end(),
      closed: () => (response === null ? null : once(response, 'close')),
    };
  }

  test('contains no token, even if one arrives in two parts', async () => {
    const { session, token, write, end } = await startParts();
    const response = await session.fetch('parts');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const next = async () => (await reader?.read())?.value;
    write(`Is it ${token().slice(0, 9)}`);
    expect(await next()).toBe('Is it ');
    write(`${token().slice(9)}?`);
    expect(await next()).toBe(`${'*'.repeat(19)}?`);
    write('acc');
    end();

    // What could have been the beginning of a token.
    expect(await next()).toBe('acc');
    expect(await next()).toBeUndefined();
  });

  test('is complete, however long it is', async () => {
    const { session, write, end } = await startParts();
    const response = await session.fetch('parts');
    const text = 'a long body '.repeat(100_000);
    write(text);
    end();

    expect(await response.text()).toBe(text);
  });

  test('ends with the reason of the abort, and the request with it', async () => {
    const { session, closed, write } = await startParts();
    const controller = new AbortController();
    const response = await session.fetch('parts', { signal: controller.signal });
    const reader = response.body?.getReader();
    write('the beginning');
    await reader?.read();
    const isClosed = closed();
    controller.abort(new Error('not needed'));

    await expect(reader?.read()).rejects.toThrow('not needed');
    await isClosed;
  });
});
