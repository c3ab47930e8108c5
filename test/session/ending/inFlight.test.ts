import { describe, expect, test } from 'vitest';
import { createGate } from '../../referenceServer/authorities.ts';
import { ada, grace, lifetime, openWorld, outcome, quiet, type AppSession, type World } from './world.ts';

const clients = [
  { client: 'session.api', get: (session: AppSession, path: string) => session.api.get(path, { retry: 0 }) },
  { client: 'session.fetch', get: (session: AppSession, path: string) => session.fetch(path) },
] as const;

/** Ways in which a session ends or is replaced, and the error that its requests get. */
const endings = [
  { how: 'a logout', code: 'ERR_LOGGED_OUT', end: (session: AppSession) => session.logout() },
  {
    how: 'an adopt',
    code: 'ERR_IDENTITY_CHANGED',
    end: (session: AppSession) => session.adopt({ accessToken: 'of-another', user: { username: 'grace' } }),
  },
] as const;

const cases = clients.flatMap((client) => endings.map((ending) => ({ ...client, ...ending })));

async function signedIn(world: World): Promise<AppSession> {
  const session = world.start({ refresh: { proactive: false } });
  await session.login(ada);
  return session;
}

describe('A request in flight', () => {
  test.each(cases)('of $client is cut off by $how: $code', async ({ get, code, end }) => {
    await using world = await openWorld();
    const session = await signedIn(world);
    const aborted = createGate();
    const reached = createGate();
    world.server.intercept('api', async (request, next) => {
      request.signal.addEventListener('abort', () => aborted.open());
      reached.open();
      await aborted.opened;
      return next();
    });
    const request = outcome(Promise.resolve(get(session, 'api/me')));
    await reached.opened;
    await end(session);
    // The server notices too that the connection is closed.
    await aborted.opened;

    expect(await request).toMatchObject({ code });
  });

  test.each(cases)(
    'of $client with a partially read body is cut off by $how: $code',
    async ({ get, code, end }) => {
      await using world = await openWorld();
      const session = await signedIn(world);
      const rest = createGate();
      world.server.intercept('api', () => {
        const parts = [Promise.resolve('the first half, '), rest.opened.then(() => 'and the second')];
        return new Response(
          new ReadableStream({
            async pull(controller) {
              const part = parts.shift();
              if (part === undefined) controller.close();
              else controller.enqueue(new TextEncoder().encode(await part));
            },
          }),
        );
      });
      const response = await get(session, 'api/me');
      const reader = response.body?.getReader();
      expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('the first half, ');
      await end(session);
      rest.open();

      expect(await outcome(reader?.read() ?? Promise.resolve())).toMatchObject({ code });
    },
  );

  test.each(clients)('of $client without a token continues after a logout', async ({ get }) => {
    await using world = await openWorld();
    const session = world.start();
    const dam = world.dam('api');
    const request = get(session, 'api/public');
    await dam.reached;
    await session.logout();
    dam.open();

    expect((await request).status).toBe(200);
  });
});

describe('After a logout and another user’s login', () => {
  async function changeUser(session: AppSession): Promise<void> {
    await session.logout();
    await session.login(grace);
  }

  test('a request that ky was about to retry is not sent', async () => {
    await using world = await openWorld();
    const session = await signedIn(world);
    const waits = createGate();
    const changed = createGate();
    world.server.intercept('api', () => new Response(null, { status: 503 }), { times: 1 });
    const request = outcome(
      session.api
        .get('api/me', {
          retry: { limit: 2, delay: () => 1 },
          hooks: {
            beforeRetry: [
              async () => {
                waits.open();
                await changed.opened;
              },
            ],
          },
        })
        .json(),
    );
    await waits.opened;
    await changeUser(session);
    changed.open();

    expect(await request).toMatchObject({ code: 'ERR_IDENTITY_CHANGED' });
    expect(world.asked('/api/me')).toBe(1);
  });

  test.each(clients)('a 401 to $client is not replayed', async ({ get }) => {
    await using world = await openWorld();
    const session = await signedIn(world);
    world.server.expireAccessTokens();
    const dam = world.dam('refresh');
    const request = outcome(Promise.resolve(get(session, 'api/me')));
    await dam.reached;
    await changeUser(session);
    dam.open();
    await quiet(world);

    expect(await request).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    expect(
      world.server.requests.filter(({ username, path }) => path === '/api/me' && username === 'grace'),
    ).toEqual([]);
  });

  test.each(clients)('a request of $client held under an adopted session is refused', async ({ get }) => {
    await using world = await openWorld();
    const session = await signedIn(world);
    await world.clock.advance(lifetime);
    const dam = world.dam('refresh');
    const request = outcome(Promise.resolve(get(session, 'api/me')));
    await dam.reached;
    await session.adopt({ accessToken: 'of-another', user: { username: 'grace' } });
    dam.open();
    await quiet(world);

    expect(await request).toMatchObject({ code: 'ERR_IDENTITY_CHANGED' });
    expect(world.asked('/api/me')).toBe(0);
  });

  test.each(clients)('a late 403 to $client does not affect the new session', async ({ get }) => {
    await using world = await openWorld();
    const session = await signedIn(world);
    const reached = createGate();
    const released = createGate();
    world.server.intercept(
      'api',
      async () => {
        reached.open();
        await released.opened;
        return Response.json({ error: 'Invalid or expired token' }, { status: 403 });
      },
      { times: 1 },
    );
    const request = outcome(Promise.resolve(get(session, 'api/me')));
    await reached.opened;
    await changeUser(session);
    released.open();
    await request;
    await quiet(world);

    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'grace' } });
    expect(world.server.counts().refresh).toBe(0);
  });
});

test('A logout cuts off the requests that carry a token, and not a later one that carries none', async () => {
  await using world = await openWorld();
  const session = await signedIn(world);
  const reached = [createGate(), createGate()];
  const released = createGate();
  const gates = reached.values();
  world.server.intercept('api', async () => {
    gates.next().value?.open();
    await released.opened;
    return new Response(null, { status: 204 });
  });
  const withToken = outcome(session.fetch('api/me'));
  await reached[0]?.opened;
  const without = session.fetch('api/me', { context: { auth: 'none' } });
  await reached[1]?.opened;
  await session.logout();
  released.open();

  expect(await withToken).toMatchObject({ code: 'ERR_LOGGED_OUT' });
  expect((await without).status).toBe(204);
});
