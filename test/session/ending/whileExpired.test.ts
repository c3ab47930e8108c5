import { describe, expect, test } from 'vitest';
import {
  ada,
  grace,
  lifetime,
  inState,
  openWorld,
  outcome,
  quiet,
  tokensOf,
  withLogout,
  type AppSession,
  type World,
} from './world.ts';

const clients = [
  { client: 'session.api', get: (session: AppSession) => session.api.get('api/me', { retry: 0 }) },
  { client: 'session.fetch', get: (session: AppSession) => session.fetch('api/me') },
] as const;

const patience = 120_000;

/** An expired session, with requests that wait for its user if the options say so. */
async function expire(world: World, whileExpired: false | number = patience): Promise<AppSession> {
  const session = world.start({ refresh: { proactive: false }, hold: { whileExpired } });
  await session.login(ada);
  await world.clock.advance(lifetime);
  world.server.expireRefreshTokens();
  void outcome(session.refresh());
  await inState(session, 'expired');
  expect(session.getSnapshot()).toMatchObject({ status: 'expired', user: { username: 'ada' } });
  return session;
}

describe('A request of an expired session', () => {
  test.each(clients)('of $client is refused at once', async ({ get }) => {
    await using world = await openWorld();
    const session = await expire(world, false);

    await expect(get(session)).rejects.toMatchObject({
      code: 'ERR_SESSION_EXPIRED',
      reason: { type: 'server.refreshTokenInvalid', status: 403 },
    });
    expect(world.asked('/api/me')).toBe(0);
  });

  test.each(clients)(
    'of $client waits with `hold.whileExpired`, and is sent when the same user signs in',
    async ({ get }) => {
      await using world = await openWorld();
      const session = await expire(world);
      const held = get(session);
      await quiet(world);
      await world.clock.advance(patience - 1);
      await session.login(ada);

      expect(await (await held).json()).toMatchObject({ username: 'ada' });
      expect(world.asked('/api/me')).toBe(1);
    },
  );

  test.each(clients)('of $client that was in flight waits as well', async ({ get }) => {
    await using world = await openWorld();
    const session = world.start({ refresh: { proactive: false }, hold: { whileExpired: patience } });
    await session.login(ada);
    world.server.expireAccessTokens();
    world.server.expireRefreshTokens();
    const held = get(session);
    await expect.poll(() => session.getSnapshot().status).toBe('expired');
    await session.login(ada);

    expect(await (await held).json()).toMatchObject({ username: 'ada' });
    expect(world.asked('/api/me')).toBe(2);
  });

  test.each(clients)(
    'of $client that has waited for the refresh waits for the user as long',
    async ({ get }) => {
      await using world = await openWorld();
      const hold = { timeout: 5_000, whileExpired: patience };
      const session = world.start({ refresh: { proactive: false }, hold });
      await session.login(ada);
      await world.clock.advance(lifetime);
      world.server.expireRefreshTokens();
      const refresh = world.dam('refresh');
      const held = get(session);
      await refresh.reached;
      await world.clock.advance(4_000);
      refresh.open();
      await inState(session, 'expired');
      await world.clock.advance(patience - 1);
      await session.login(ada);

      expect(await (await held).json()).toMatchObject({ username: 'ada' });
    },
  );

  test('whose refresh ended the session waits for a refresh of the next one', async () => {
    await using world = await openWorld();
    const session = world.start({ refresh: { proactive: false }, hold: { whileExpired: patience } });
    await session.login(ada);
    await world.clock.advance(lifetime);
    world.server.expireRefreshTokens();
    const held = session.fetch('api/me');
    await inState(session, 'expired');
    await session.adopt({ ...(await tokensOf(world, ada)), expiresIn: 0 });

    expect((await held).status).toBe(200);
  });

  test.each(clients)('of $client is not sent for another user', async ({ get }) => {
    await using world = await openWorld();
    const session = await expire(world);
    const held = outcome(Promise.resolve(get(session)));
    await quiet(world);
    await session.login(grace);

    expect(await held).toMatchObject({ code: 'ERR_IDENTITY_CHANGED' });
    expect(world.asked('/api/me')).toBe(0);
  });

  test('is not sent for an unnamed user', async () => {
    await using world = await openWorld();
    const session = await expire(world);
    const held = outcome(session.fetch('api/me'));
    await quiet(world);
    await session.adopt({ accessToken: 'of somebody' });

    expect(await held).toMatchObject({ code: 'ERR_IDENTITY_CHANGED' });
  });

  test('keeps waiting after a failed login', async () => {
    await using world = await openWorld();
    const session = await expire(world);
    const held = session.fetch('api/me');
    await quiet(world);
    await expect(session.login({ ...ada, password: 'wrong' })).rejects.toMatchObject({ status: 401 });
    await session.login(ada);

    expect((await held).status).toBe(200);
  });

  test.each(clients)('of $client waits no longer than `hold.whileExpired`', async ({ get }) => {
    await using world = await openWorld();
    const session = await expire(world);
    let isSettled = false;
    const held = outcome(Promise.resolve(get(session))).finally(() => {
      isSettled = true;
    });
    await quiet(world);
    await world.clock.advance(patience - 1);
    await quiet(world);
    expect(isSettled).toBe(false);
    await world.clock.advance(1);

    expect(await held).toMatchObject({ code: 'ERR_HOLD_TIMEOUT', timeout: patience });
  });

  test('is refused when the user signs out instead', async () => {
    await using world = await openWorld();
    const session = await expire(world);
    const held = outcome(session.fetch('api/me'));
    await quiet(world);
    await session.logout();

    expect(await held).toMatchObject({ code: 'ERR_LOGGED_OUT' });
  });

  test('is sent if the contract’s `isSameUser` accepts the user', async () => {
    await using world = await openWorld({
      server: { ...withLogout, isSameUser: (before, now) => before.username === now.username.toLowerCase() },
    });
    const session = await expire(world);
    const held = session.fetch('api/public');
    await quiet(world);
    await session.adopt({ accessToken: 'of-the-same-user', user: { username: 'ADA' } });

    expect(await (await held).json()).toMatchObject({ authorization: true });
  });

  test('waits, but refresh() rejects at once', async () => {
    await using world = await openWorld();
    const session = world.start({ refresh: { proactive: false }, hold: { whileExpired: patience } });
    await session.login(ada);
    world.server.expireRefreshTokens();
    let error: unknown = null;
    void outcome(session.refresh()).then((caught) => {
      error = caught;
    });
    await inState(session, 'expired');
    await quiet(world);

    expect(error).toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
  });

  test("waits with `auth: 'required'` too, but not with `'none'`", async () => {
    await using world = await openWorld();
    const session = await expire(world);
    const held = session.api.get('api/me', { context: { auth: 'required' } }).json();
    const bare = await session.fetch('api/public', { context: { auth: 'none' } });

    expect(await bare.json()).toMatchObject({ authorization: false });
    await session.login(ada);
    expect(await held).toMatchObject({ username: 'ada' });
  });
});
