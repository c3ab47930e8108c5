import { describe, expect, test } from 'vitest';
import { createSession, type SessionOptions } from '../../src/index.ts';
import { listenAlike } from './listeners.ts';

const token = 'the-access-token';
const api = 'http://api.example.com:8080';

/** A session with a token, and a network that records where the token is sent. */
async function createWorld(options: Partial<SessionOptions> = {}, status = 200) {
  const sent: { url: string; authorization: string | null }[] = [];
  const session = createSession({
    baseUrl: `${api}/v1/`,
    server: {},
    trustedOrigins: ['https://files.example.com'],
    ...options,
    ky: {
      retry: 0,
      fetch: (input, init) => {
        const request = new Request(input, init);
        sent.push({ url: request.url, authorization: request.headers.get('authorization') });
        return Promise.resolve(Response.json({}, { status }));
      },
      ...options.ky,
    },
  });
  await session.adopt({ accessToken: token });
  return { session, sent, [Symbol.dispose]: () => session.dispose() };
}

const bearer = `Bearer ${token}`;

describe('The access token', () => {
  test.each([
    ['a relative path', 'orders', `${api}/v1/orders`],
    ['a path from the root', '/orders', `${api}/orders`],
    ['the whole address of the API', `${api}/v1/orders`, `${api}/v1/orders`],
    ['the API in capitals', 'HTTP://API.EXAMPLE.COM:8080/v1/x', `${api}/v1/x`],
    ['an address without its scheme', '//api.example.com:8080/x', `${api}/x`],
    ['a path that climbs', '../../orders', `${api}/orders`],
    ['a trusted origin', 'https://files.example.com/a', 'https://files.example.com/a'],
    [
      'a trusted origin with its usual port',
      'https://files.example.com:443/a',
      'https://files.example.com/a',
    ],
  ])('is sent to %s', async (_, address, url) => {
    using world = await createWorld();
    await world.session.fetch(address);
    await world.session.api.get(address);

    expect(world.sent).toEqual([
      { url, authorization: bearer },
      { url, authorization: bearer },
    ]);
  });

  test.each([
    ['another host', 'http://evil.example/'],
    ['another host without a scheme', '//evil.example/v1/orders'],
    ['another host after backslashes', '\\\\evil.example/v1/orders'],
    ['another host after one of each', '/\\evil.example/v1/orders'],
    ['another host after a tab', '/\t/evil.example/v1/orders'],
    ['a host that begins with ours', 'http://api.example.com.evil.example:8080/v1/'],
    ['a host that ends with ours', 'http://evilapi.example.com:8080/v1/'],
    ['a host with ours in its path', 'http://evil.example/api.example.com:8080/v1/'],
    ['a host with a dot at its end', 'http://api.example.com.:8080/v1/'],
    ['a subdomain', 'http://eu.api.example.com:8080/v1/'],
    ['the parent domain', 'http://example.com:8080/v1/'],
    ['the next port', 'http://api.example.com:8081/v1/'],
    ['the usual port', 'http://api.example.com/v1/'],
    ['another scheme on the same port', 'https://api.example.com:8080/v1/'],
    ['a trusted host without TLS', 'http://files.example.com/a'],
    ['a trusted host on another port', 'https://files.example.com:8443/a'],
    ['letters that look like ours', 'http://аpi.example.com:8080/v1/'],
  ])('is not sent to %s', async (_, address) => {
    using world = await createWorld();
    await world.session.fetch(address);
    await world.session.api.get(address);

    expect(world.sent).toHaveLength(2);
    for (const { url, authorization } of world.sent) {
      expect(new URL(url).origin).not.toBe(api);
      expect(authorization).toBeNull();
    }
  });

  test.each([
    ['our host as the user name', 'http://api.example.com:8080@evil.example/v1/'],
    ['a user name before our host', 'http://evil.example@api.example.com:8080/v1/'],
    ['a user and a password', 'http://ada:lovelace@api.example.com:8080/v1/'],
  ])('is not sent with %s in the URL: fetch rejects such a request', async (_, address) => {
    using world = await createWorld();

    await expect(world.session.fetch(address)).rejects.toThrow(TypeError);
    // ky rejects it at once.
    expect(() => world.session.api.get(address)).toThrow(TypeError);
    expect(world.sent).toEqual([]);
  });

  test('is sent to a trusted port, but not to a port that starts with the same digits', async () => {
    const [short, long] = await listenAlike((_request, response) => response.end('{}'));
    await using stack = new AsyncDisposableStack();
    stack.use(short);
    stack.use(long);
    using session = createSession({ baseUrl: short.url, server: {} });
    await session.adopt({ accessToken: token });
    for (const address of ['/a', `${long.url}/a`]) {
      await session.fetch(address);
      await session.api.get(address);
    }

    expect(long.url.startsWith(short.url)).toBe(true);
    expect(short.heard.map(({ headers }) => headers.authorization)).toEqual([bearer, bearer]);
    expect(long.heard.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });
});

describe('A hook that redirects the request to another origin', () => {
  const elsewhere = 'http://evil.example/v1/orders';

  test('before the session’s hook sends no token there', async () => {
    using world = await createWorld({ ky: { hooks: { beforeRequest: [() => new Request(elsewhere)] } } });
    await world.session.api.get('orders');

    expect(world.sent).toEqual([{ url: elsewhere, authorization: null }]);
  });

  test('after the session’s hook sends no token there', async () => {
    using world = await createWorld();
    const extended = world.session.api.extend({ hooks: { beforeRequest: [() => new Request(elsewhere)] } });
    await extended.get('orders');

    expect(world.sent).toEqual([{ url: elsewhere, authorization: null }]);
  });

  test('before a retry sends no token there', async () => {
    using world = await createWorld({}, 503);
    const extended = world.session.api.extend({
      retry: { limit: 1, delay: () => 0 },
      hooks: { beforeRetry: [() => new Request(elsewhere)] },
    });
    await expect(extended.get('orders')).rejects.toMatchObject({ name: 'HTTPError' });

    expect(world.sent).toEqual([
      { url: `${api}/v1/orders`, authorization: bearer },
      { url: elsewhere, authorization: null },
    ]);
  });

  test('with a copy that already carries the token gets none from the session', async () => {
    const seen: (string | null)[] = [];
    using world = await createWorld();
    const extended = world.session.api.extend({
      hooks: {
        beforeRequest: [
          ({ request }) => {
            seen.push(request.headers.get('authorization'));
            return new Request(elsewhere, request);
          },
        ],
      },
    });
    await extended.get('orders');

    expect(seen).toEqual([null]);
    expect(world.sent).toEqual([{ url: elsewhere, authorization: null }]);
  });
});
