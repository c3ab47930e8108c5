import { describe, expect, test } from 'vitest';
import { watch } from './steps.ts';
import { besideRequest, headersSent, openWorld, rejection, type World } from './world.ts';

interface Handed {
  readonly request: Request;
  readonly init: RequestInit | undefined;
}

/** Returns the arguments of the base `fetch` for requests to the API, of which the first is refused. */
async function handed(call: (world: World) => Promise<Response>): Promise<Handed[]> {
  const seen: Handed[] = [];
  await using world = await openWorld({
    ky: {
      fetch: (input, init) => {
        const request = new Request(input, init);
        if (new URL(request.url).pathname.startsWith('/api/')) seen.push({ request: request.clone(), init });
        return fetch(request);
      },
    },
  });
  world.server.expireAccessTokens();
  await (await call(world)).text();
  return seen;
}

describe('session.fetch, its input', () => {
  test.each([
    { kind: 'a relative address', input: () => 'api/items/1' },
    { kind: 'an address from the root', input: () => '/api/items/1' },
    { kind: 'an absolute address', input: (base: string) => `${base}/api/items/1` },
    { kind: 'a URL', input: (base: string) => new URL('/api/items/1', base) },
    { kind: 'a Request', input: (base: string) => new Request(`${base}/api/items/1`) },
  ])('may be $kind', async ({ input }) => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const answer = await world.session.fetch(input(world.server.url));

    expect(await answer.json()).toEqual({ n: 1, user: 'ada' });
    expect(answer.url).toBe(`${world.server.url}/api/items/1`);
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 2 });
  });

  test('can be a Request with a body and an `init`, as in fetch', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const traces = headersSent(world, 'x-trace');
    const { steps } = watch(world.session, 'api');
    const request = new Request(`${world.server.url}/api/echo`, {
      method: 'POST',
      headers: { 'x-trace': '7' },
      body: 'one apple',
    });
    const answer = await world.session.fetch(request, { method: 'put', headers: { 'x-trace': '8' } });

    expect(await answer.json()).toMatchObject({ method: 'PUT', length: 9 });
    expect(request.bodyUsed).toBe(true);
    expect(traces).toEqual(['8', '8']);
    expect(new Set(steps.map(({ method }) => method))).toEqual(new Set(['PUT']));
  });

  test('works without `this`, like fetch', async () => {
    await using world = await openWorld();
    const { fetch: send } = world.session;

    expect((await send('api/me')).status).toBe(200);
  });

  test.each([
    {
      kind: 'a Request whose body is used',
      call: async (send: typeof fetch, base: string) => {
        const request = new Request(`${base}/api/echo`, { method: 'POST', body: 'one apple' });
        await request.text();
        return send(request);
      },
    },
    { kind: 'an invalid URL', call: (send: typeof fetch) => send('http://') },
    {
      kind: 'a body on GET',
      call: (send: typeof fetch, base: string) =>
        send(`${base}/api/me`, { method: 'GET', body: 'one apple' }),
    },
    {
      kind: 'a method that is none',
      call: (send: typeof fetch, base: string) => send(`${base}/api/me`, { method: 'GET IT' }),
    },
    {
      kind: 'a header that is none',
      call: (send: typeof fetch, base: string) => send(`${base}/api/me`, { headers: { 'a b': 'c' } }),
    },
    {
      kind: 'a stream without `duplex`',
      call: (send: typeof fetch, base: string) =>
        send(`${base}/api/echo`, { method: 'POST', body: new ReadableStream() }),
    },
  ])('$kind rejects as fetch does, and nothing is sent', async ({ call }) => {
    await using world = await openWorld();
    const { url } = world.server;
    const error = await rejection(call(world.session.fetch, url));

    expect(error).toBeInstanceOf(TypeError);
    expect(world.sent).toEqual([]);
    expect(await rejection(call(fetch, url))).toBeInstanceOf(TypeError);
  });
});

describe('session.fetch, its response', () => {
  test.each([204, 400, 403, 404, 409, 429, 500, 503])('%i is returned after one request', async (status) => {
    await using world = await openWorld();
    world.server.intercept('api', () => new Response(null, { status, headers: { 'retry-after': '0' } }));
    const answer = await world.session.fetch('api/me');

    expect(answer.status).toBe(status);
    expect(world.server.counts()).toMatchObject({ refresh: 0, api: 1 });
  });

  test('a persistent 401 is returned with its body unread', async () => {
    await using world = await openWorld();
    world.server.intercept('api', () => Response.json({ message: 'Never' }, { status: 401 }));
    const answer = await world.session.fetch('api/me');

    expect(answer.status).toBe(401);
    expect(answer.bodyUsed).toBe(false);
    expect(await answer.json()).toEqual({ message: 'Never' });
  });

  test('a cut connection rejects with fetch’s TypeError, without a retry', async () => {
    await using world = await openWorld();
    world.server.intercept('api', () => Response.error());

    expect(await rejection(world.session.fetch('api/me'))).toBeInstanceOf(TypeError);
    expect(world.server.counts()).toMatchObject({ api: 1 });
  });

  test('redirects are followed, returned or refused, as `redirect` says', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    const redirects = () =>
      server.intercept(
        'api',
        () => new Response(null, { status: 302, headers: { location: '/api/items/2' } }),
        {
          times: 1,
        },
      );
    redirects();
    const followed = await session.fetch('api/items/1');
    redirects();
    const manual = await session.fetch('api/items/1', { redirect: 'manual' });
    redirects();
    const refused = await rejection(session.fetch('api/items/1', { redirect: 'error' }));

    expect(await followed.json()).toEqual({ n: 2, user: 'ada' });
    expect(followed.redirected).toBe(true);
    expect(manual.status).toBe(302);
    expect(refused).toBeInstanceOf(TypeError);
  });
});

describe('session.fetch passes on', () => {
  const init: RequestInit = {
    method: 'PATCH',
    headers: { 'x-trace': '7', 'content-type': 'application/merge-patch+json' },
    body: '{"a":1}',
    cache: 'no-store',
    credentials: 'include',
    integrity: '',
    keepalive: true,
    mode: 'cors',
    redirect: 'manual',
  };

  test.each([
    { how: 'in `init`', call: ({ server, session }: World) => session.fetch(`${server.url}/api/echo`, init) },
    {
      how: 'in a Request',
      call: ({ server, session }: World) => session.fetch(new Request(`${server.url}/api/echo`, init)),
    },
  ])('every member of a request that is given $how, on the replay too', async ({ call }) => {
    const seen = await handed(call);

    expect(seen).toHaveLength(2);
    for (const { request } of seen) {
      const { method, cache, credentials, keepalive, mode, redirect } = request;
      const headers = Object.fromEntries(request.headers);
      expect({ method, cache, credentials, keepalive, mode, redirect }).toEqual({
        method: 'PATCH',
        cache: 'no-store',
        credentials: 'include',
        keepalive: true,
        mode: 'cors',
        redirect: 'manual',
      });
      expect(headers).toMatchObject({ 'x-trace': '7', 'content-type': 'application/merge-patch+json' });
      expect(headers['authorization']).toMatch(/^Bearer /);
      expect(Object.keys(headers)).toHaveLength(3);
      expect(await request.text()).toBe('{"a":1}');
    }
  });

  // Node's Request does not copy the referrer policy of another Request, so the test passes it in `init`.
  test('the referrer policy, on the replay too', async () => {
    const seen = await handed(({ session }) => session.fetch('api/me', { referrerPolicy: 'no-referrer' }));

    expect(seen.map(({ request }) => request.referrerPolicy)).toEqual(['no-referrer', 'no-referrer']);
  });

  test('members of `init` that only the platform’s fetch knows, on the replay too', async () => {
    const more = { proxy: 'http://localhost:3128', next: { revalidate: 60 } };
    const seen = await handed(({ session }) => session.fetch('api/me', { method: 'GET', ...more }));

    const { headers, signal } = besideRequest;
    const own = { method: 'GET', headers, signal };
    expect(seen.map(({ init }) => init)).toEqual([
      { ...own, ...more },
      { ...own, ...more },
    ]);
  });

  test('but not `context`, which belongs to the session', async () => {
    const seen = await handed(({ session }) => session.fetch('api/me', { context: { auth: 'required' } }));

    expect(seen).toHaveLength(2);
    for (const { init } of seen) expect(Object.keys(init ?? {}).toSorted()).toEqual(['headers', 'signal']);
  });

  test('the caller’s own `init`, `headers` and Request are not written to', async () => {
    const headers = new Headers({ 'x-trace': '7' });
    const given = Object.freeze({ headers, method: 'POST', body: 'one apple' });
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const request = new Request(`${world.server.url}/api/me`);
    await world.session.fetch('api/echo', given);
    await world.session.fetch(request);

    expect([...headers]).toEqual([['x-trace', '7']]);
    expect([...request.headers]).toEqual([]);
  });

  test('the caller’s own Authorization header', async () => {
    const seen = await handed(({ session }) =>
      session.fetch('api/me', { headers: { authorization: 'Basic abc' } }),
    );

    expect(seen.map(({ request }) => request.headers.get('authorization'))).toEqual(['Basic abc']);
  });
});
