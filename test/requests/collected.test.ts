import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import ky from 'ky';
import { describe, expect, test } from 'vitest';
import { createSession } from '../../src/index.ts';
import { listen } from '../secrets/listeners.ts';
import { createGate } from '../referenceServer/authorities.ts';
import { collectGarbage } from './garbage.ts';
import { startRawServer, type RawServer } from './rawServer.ts';
import { clients, range, rejection, type Credentials, type Client, type User } from './world.ts';

const startAnswer = (_request: unknown, response: ServerResponse) => void response.write('half ');

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** Sends a request, reads the first half of the response, and keeps only the reader. */
async function readHalf(
  send: Client['send'],
  { session, url }: Pick<RawServer, 'session' | 'url'>,
  how: { signal?: AbortSignal; auth?: 'none' | undefined; isRequest?: boolean } = {},
): Promise<Reader> {
  const { signal, auth, isRequest = false } = how;
  const init = { ...(signal && { signal }), ...(auth && { context: { auth } }) };
  const { body } = isRequest
    ? await session.fetch(new Request(`${url}/things`, { signal: signal ?? null }))
    : await send(session, 'things', init);
  if (body === null) throw new Error('The answer has no body');
  const reader = body.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('half ');
  return reader;
}

describe.each(clients)('$name, after a garbage collection', ({ send }) => {
  test('a logout ends the stream that is being read', async () => {
    await using server = await startRawServer(startAnswer);
    const reader = await readHalf(send, server);
    await collectGarbage();
    await server.session.logout();

    expect(await rejection(reader.read())).toMatchObject({ code: 'ERR_LOGGED_OUT' });
  });

  test('the caller’s abort ends the stream that is being read', async () => {
    await using server = await startRawServer(startAnswer);
    const controller = new AbortController();
    const reader = await readHalf(send, server, { signal: controller.signal });
    await collectGarbage();
    const reason = new Error('Left');
    controller.abort(reason);

    expect(await rejection(reader.read())).toBe(reason);
  });

  test('the caller’s abort ends a stream that was requested without a token', async () => {
    await using server = await listen(startAnswer);
    using session = createSession<User, Credentials>({ baseUrl: server.url, server: {} });
    for (const auth of ['none', undefined] as const) {
      const controller = new AbortController();
      const reader = await readHalf(send, { session, url: server.url }, { signal: controller.signal, auth });
      await collectGarbage();
      const reason = new Error('Left');
      controller.abort(reason);

      expect(await rejection(reader.read())).toBe(reason);
    }
  });
});

const ownClient: Client = {
  name: 'your own ky instance',
  send: ({ hooks }, path, { signal } = {}) =>
    ky.create({ baseUrl: 'https://api.example.com', hooks })(path, { ...(signal && { signal }) }),
};

test.each([...clients, ownClient])(
  '$name, after a garbage collection: nothing is kept of requests with a response',
  async ({ send }) => {
    const sent: WeakRef<object>[] = [];
    const base: typeof fetch = (input, init) => {
      for (const part of [input, init, init?.signal]) {
        if (typeof part === 'object' && part !== null) sent.push(new WeakRef(part));
      }
      return Promise.resolve(Response.json({ length: sent.length }));
    };
    using session = createSession<User, Credentials>({
      baseUrl: 'https://api.example.com',
      server: {},
      ky: { fetch: base },
    });
    await session.adopt({ accessToken: 'a', expiresIn: 3600 });
    const { signal } = new AbortController();
    for (const n of range(20)) await (await send(session, `things/${n}`, { signal })).text();
    await collectGarbage();

    expect(sent.length).toBeGreaterThanOrEqual(20);
    expect(sent.filter((part) => part.deref() !== undefined)).toEqual([]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  },
);

test('the caller’s abort of a Request reaches a stream that is being read after a garbage collection', async () => {
  await using server = await startRawServer(startAnswer);
  const controller = new AbortController();
  const reader = await readHalf(() => Promise.reject(new Error('unused')), server, {
    signal: controller.signal,
    isRequest: true,
  });
  await collectGarbage();
  const reason = new Error('Left');
  controller.abort(reason);

  expect(await rejection(reader.read())).toBe(reason);
});

test('an aborted login ends the stream that its contract is reading after a garbage collection', async () => {
  await using server = await listen(startAnswer);
  const ends: Promise<unknown>[] = [];
  const reading = createGate();
  using session = createSession({
    baseUrl: server.url,
    server: {
      login: async ({ http }) => {
        const { body } = await http.get('things');
        if (body === null) throw new Error('The answer has no body');
        const reader = body.getReader();
        await reader.read();
        ends.push(rejection(reader.read()));
        reading.open();
        return new Promise<never>(() => undefined);
      },
    },
  });
  const controller = new AbortController();
  const login = rejection(session.login({}, { signal: controller.signal }));
  await reading.opened;
  await collectGarbage();
  const reason = new Error('Left');
  controller.abort(reason);

  expect(await Promise.all(ends)).toEqual([reason]);
  await login;
});
