import { describe, expect, test, vi } from 'vitest';
import { cookieRequests, createSession, type ServerContract, type SessionOptions } from '../../src/index.ts';
import { listen, type Listener } from './listeners.ts';

const token = 'the-access-token';

/** An API that redirects `/to?<URL>` to that URL, and another site that always responds with 401. */
async function createWorld(contract: ServerContract = {}, options: Partial<SessionOptions> = {}) {
  const stack = new AsyncDisposableStack();
  const api = stack.use(
    await listen((request, response) => {
      const [path, address = ''] = (request.url ?? '').split('?', 2);
      if (path === '/to') response.writeHead(307, { location: decodeURIComponent(address) });
      response.end('{}');
    }),
  );
  const other = stack.use(
    await listen((_request, response) => {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"code":"revoked"}');
    }),
  );
  let refreshes = 0;
  const session = stack.use(
    createSession({
      baseUrl: api.url,
      server: {
        refresh: () => {
          refreshes += 1;
          return Promise.resolve({ accessToken: 'the-next-one' });
        },
        errorCodes: { revoked: 'sessionRevoked' },
        ...contract,
      },
      ky: { retry: 0, throwHttpErrors: false },
      ...options,
    }),
  );
  await session.adopt({ accessToken: token, refreshToken: 'the-refresh-token' });
  return {
    api,
    other,
    session,
    refreshes: () => refreshes,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const redirect = (to: Listener) => `/to?${encodeURIComponent(`${to.url}/there`)}`;

describe('A redirect of the API to another site', () => {
  test('does not forward the token', async () => {
    await using world = await createWorld();
    await world.session.fetch(redirect(world.other));
    await world.session.api.post(redirect(world.other), { json: { n: 1 } });

    expect(world.api.heard.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${token}`,
      `Bearer ${token}`,
    ]);
    expect(world.other.heard).toHaveLength(2);
    expect(JSON.stringify(world.other.heard)).not.toContain(token);
  });

  test('does not forward a token in the contract’s own header', async () => {
    await using world = await createWorld({
      authorize: (request, accessToken) => {
        request.headers.set('x-access-token', accessToken);
      },
    });
    // `fetch` would forward this header, so the redirect is not followed.
    await expect(world.session.fetch(redirect(world.other))).rejects.toThrow(TypeError);
    await expect(world.session.fetch(redirect(world.other), { redirect: 'follow' })).rejects.toThrow(
      TypeError,
    );
    await expect(world.session.api.get(redirect(world.other), { retry: 0 })).rejects.toThrow('network');

    expect(world.api.heard.map(({ headers }) => headers['x-access-token'])).toEqual([token, token, token]);
    expect(world.other.heard).toEqual([]);
  });

  test('returns a response that never affects the session', async () => {
    await using world = await createWorld();
    expect((await world.session.fetch(redirect(world.other))).status).toBe(401);
    expect((await world.session.api.get(redirect(world.other))).status).toBe(401);

    expect(world.session.getSnapshot().status).toBe('authenticated');
    expect(world.session.history().map(({ event }) => event)).not.toContain('server.sessionRevoked');
    expect(world.refreshes()).toBe(0);
  });
});

describe('A redirect of the API to itself', () => {
  test('forwards the token', async () => {
    await using world = await createWorld();
    await world.session.fetch(redirect(world.api));
    await world.session.api.get(redirect(world.api));

    expect(world.api.heard.map(({ path, headers }) => [path.slice(0, 6), headers.authorization])).toEqual([
      [expect.stringMatching('^/to'), `Bearer ${token}`],
      ['/there', `Bearer ${token}`],
      [expect.stringMatching('^/to'), `Bearer ${token}`],
      ['/there', `Bearer ${token}`],
    ]);
  });
});

describe('A response of another site that was requested directly', () => {
  test('is not a verdict', async () => {
    await using world = await createWorld();
    expect((await world.session.fetch(`${world.other.url}/a`)).status).toBe(401);
    expect((await world.session.api.get(`${world.other.url}/a`)).status).toBe(401);

    expect(world.session.getSnapshot().status).toBe('authenticated');
    expect(world.refreshes()).toBe(0);
  });
});

describe('An Authorization header that the caller sets', () => {
  test('is kept, and its refusal is returned to the caller', async () => {
    await using world = await createWorld();
    await using refusing = await listen((_request, response) => {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"code":"revoked"}');
    });
    using session = createSession({
      baseUrl: refusing.url,
      server: { errorCodes: { revoked: 'sessionRevoked' } },
      ky: { retry: 0, throwHttpErrors: false },
    });
    await session.adopt({ accessToken: token });
    const headers = { Authorization: 'Basic b3duOm93bg==' };
    expect((await session.fetch('/a', { headers })).status).toBe(401);
    expect((await session.api.get('/a', { headers })).status).toBe(401);
    expect((await session.api.extend({ headers }).get('/a')).status).toBe(401);

    expect(refusing.heard.map((heard) => heard.headers.authorization)).toEqual(
      Array.from({ length: 3 }, () => headers.Authorization),
    );
    expect(session.getSnapshot().status).toBe('authenticated');
    expect(world.refreshes()).toBe(0);
  });

  test('is sent even while the session holds or refuses other requests', async () => {
    await using refusing = await listen((_request, response) => response.end('{}'));
    using session = createSession({ baseUrl: refusing.url, server: {} });
    await session.adopt({ accessToken: token, expiresIn: 0 });
    expect(session.getSnapshot().status).toBe('expired');

    const headers = { authorization: 'Basic b3duOm93bg==' };
    expect((await session.fetch('/a', { headers })).status).toBe(200);
    expect((await session.api.get('/a', { headers })).status).toBe(200);
  });
});

/** A response whose `url`, and that of its clones, is replaced. */
function readdress(response: Response, url: string): Response {
  return Object.defineProperties(response, {
    url: { value: url },
    clone: { value: () => readdress(Response.prototype.clone.call(response), url) },
  });
}

/** Responses have a URL of the platform's own, as with CapacitorHttp and service workers. */
const withAddress = (url: string) => async (input: string | URL | Request, init?: RequestInit) =>
  readdress(await fetch(input, init), url);

describe('A response of the API with another URL', () => {
  const options = () => ({
    ky: { retry: 0, throwHttpErrors: false, fetch: withAddress('https://localhost/_proxy_?u=api') },
  });

  test('is a verdict if the platform has followed no redirect', async () => {
    let answers = 0;
    await using api = await listen((_request, response) => {
      answers += 1;
      response.writeHead(answers % 2 === 1 ? 401 : 200).end();
    });
    for (const client of ['fetch', 'api'] as const) {
      await using world = await createWorld({}, { ...options(), baseUrl: api.url });
      expect((await world.session[client]('a')).status).toBe(200);
      expect(world.refreshes()).toBe(1);
    }
  });

  test('is also accepted for the contract’s calls', async () => {
    await using api = await listen((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end('{"accessToken":"granted"}');
    });
    await using world = await createWorld(
      { refresh: ({ http }) => http.post('token').json() },
      { ...options(), baseUrl: api.url },
    );
    await world.session.refresh();

    expect(await world.session.accessToken()).toBe('granted');
  });

  test('is not a verdict if a script created it, since only its URL shows the redirect', async () => {
    await using world = await createWorld(
      {},
      {
        ky: {
          retry: 0,
          throwHttpErrors: false,
          fetch: () =>
            Promise.resolve(readdress(new Response(null, { status: 401 }), 'https://portal.test/')),
        },
      },
    );

    expect((await world.session.fetch('a')).status).toBe(401);
    expect(world.refreshes()).toBe(0);
  });
});

describe('If `redirect` cannot be "error" (Cloudflare Workers)', () => {
  const authorize: ServerContract['authorize'] = (request, accessToken) => {
    request.headers.set('x-access-token', accessToken);
  };
  const cookies = cookieRequests({ csrf: { header: 'x-csrf', value: () => 'the-proof' } });

  test.each([
    { what: 'a token in a header of the contract’s own', contract: { authorize }, header: 'x-access-token' },
    { what: 'a CSRF header', contract: { cookies }, header: 'x-csrf' },
  ])('$what is sent, and follows no redirect', async ({ contract, header }) => {
    const { Request: Native } = globalThis;
    vi.stubGlobal(
      'Request',
      class Request extends Native {
        constructor(input: string | URL | globalThis.Request, init?: RequestInit) {
          if (init?.redirect === 'error') throw new TypeError('Invalid redirect value');
          super(input, init);
        }
      },
    );
    await using world = await createWorld(contract);
    if ('cookies' in contract) await world.session.adopt({ accessToken: null });
    const method = 'POST';
    const { fetch: send, api } = world.session;
    const sent = [
      await send('/a', { method }).then(({ status }) => status),
      await api('a', { method }).then(({ status }) => status),
      await send(redirect(world.other), { method }).catch((error: unknown) => error),
      await api(redirect(world.other), { method, retry: 0 }).catch((error: unknown) => error),
      await send(redirect(world.other), { method, redirect: 'manual' }).then(({ status }) => status),
    ];
    vi.unstubAllGlobals();

    expect(sent).toEqual([
      200,
      200,
      expect.objectContaining({ name: 'TypeError' }),
      expect.objectContaining({ name: 'NetworkError' }),
      307,
    ]);
    expect(world.api.heard.every(({ headers }) => headers[header] !== undefined)).toBe(true);
    expect(world.other.heard).toEqual([]);
  });
});
