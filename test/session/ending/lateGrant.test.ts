import { describe, expect, test } from 'vitest';
import { createGate } from '../../referenceServer/authorities.ts';
import {
  ada,
  grace,
  lifetime,
  openWorld,
  outcome,
  quiet,
  withLogout,
  withoutLogout,
  type World,
} from './world.ts';

/** Records the refresh tokens that the server is asked to revoke. */
function revocations(world: World): string[] {
  const revoked: string[] = [];
  world.server.intercept('logout', async (request, next) => {
    const body = (await request.json()) as { refreshToken: string };
    revoked.push(body.refreshToken);
    return next();
  });
  return revoked;
}

/** Holds the response until it is released; the response grants these tokens. */
function damGrant(world: World, kind: 'login' | 'refresh', tokens: object) {
  const reached = createGate();
  const released = createGate();
  const aborted = createGate();
  world.server.intercept(
    kind,
    async (request) => {
      request.signal.addEventListener('abort', () => aborted.open());
      reached.open();
      await Promise.race([released.opened, aborted.opened]);
      return Response.json(tokens);
    },
    { times: 1 },
  );
  return { reached: reached.opened, aborted: aborted.opened, open: () => released.open() };
}

const late = { accessToken: 'late-access', refreshToken: 'late-refresh' };

describe('A grant that arrives after the user has signed out', () => {
  test('of a login is not stored, and is revoked', async () => {
    await using world = await openWorld();
    const session = world.start();
    const revoked = revocations(world);
    const dam = damGrant(world, 'login', late);
    const login = outcome(session.login(ada));
    await dam.reached;
    await session.logout();
    dam.open();
    await expect.poll(() => revoked).toEqual(['late-refresh']);

    expect(await login).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
    expect(await world.store.text()).toBe('null');
  });

  test('of a refresh is not stored, and is revoked together with the previous one', async () => {
    await using world = await openWorld();
    const session = world.start({ refresh: { proactive: false } });
    await session.login(ada);
    const revoked = revocations(world);
    await world.clock.advance(lifetime);
    const dam = damGrant(world, 'refresh', late);
    const held = outcome(session.fetch('api/me'));
    await dam.reached;
    await session.logout();
    expect(revoked).toHaveLength(1);
    dam.open();
    await expect.poll(() => revoked).toHaveLength(2);

    expect(revoked[1]).toBe('late-refresh');
    expect(await held).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    expect(session.getSnapshot().status).toBe('loggedOut');
    expect(await world.store.text()).not.toContain('late');
    expect(world.asked('/api/me')).toBe(0);
  });

  test.each(['login', 'refresh'] as const)(
    'of a %s that the contract cannot revoke is not awaited, and its call is aborted',
    async (kind) => {
      await using world = await openWorld({ server: withoutLogout });
      const session = world.start({ refresh: { proactive: false } });
      if (kind === 'refresh') {
        await session.login(ada);
        await world.clock.advance(lifetime);
      }
      const dam = damGrant(world, kind, late);
      const call = outcome(kind === 'login' ? session.login(ada) : session.refresh());
      await dam.reached;
      await session.logout();
      await dam.aborted;

      expect(await call).toMatchObject({ code: 'ERR_LOGGED_OUT' });
      await quiet(world);
      expect(session.getSnapshot().status).toBe('loggedOut');
      expect(await world.store.text()).not.toContain('late');
    },
  );

  test('of a refresh does not affect the next user', async () => {
    await using world = await openWorld();
    const session = world.start({ refresh: { proactive: false } });
    await session.login(ada);
    await world.clock.advance(lifetime);
    const revoked = revocations(world);
    const dam = damGrant(world, 'refresh', late);
    const held = outcome(session.api.get('api/me').json());
    await dam.reached;
    await session.logout();
    await session.login(grace);
    dam.open();
    await expect.poll(() => revoked).toContain('late-refresh');

    expect(await held).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    expect(await session.api.get('api/me').json()).toMatchObject({ username: 'grace' });
    expect(await world.store.text()).toContain('"grace"');
    expect(world.asked('/api/me')).toBe(1);
  });
});

test('A grant that arrives after the session got newer tokens is neither stored nor revoked', async () => {
  await using world = await openWorld();
  const session = world.start({ refresh: { proactive: false } });
  await session.login(ada);
  const revoked = revocations(world);
  const dam = damGrant(world, 'refresh', late);
  const refreshed = outcome(session.refresh());
  await dam.reached;
  const { user } = session.getSnapshot();
  await session.adopt({
    accessToken: 'newer-access',
    refreshToken: 'newer-refresh',
    user: user ?? undefined,
  });
  dam.open();
  await refreshed;
  await quiet(world);

  expect(revoked).toEqual([]);
  expect(await world.store.text()).toContain('newer-refresh');
  expect(await world.store.text()).not.toContain('late');
});

describe('Signing out while the store writes', () => {
  test.each(['login', 'refresh', 'adopt'] as const)(
    'removes the grant of a %s from the store again, and revokes it',
    async (kind) => {
      await using world = await openWorld();
      const session = world.start({ refresh: { proactive: false } });
      const revoked = revocations(world);
      if (kind === 'refresh') {
        await session.login(ada);
        await world.clock.advance(lifetime);
      }
      const calls = {
        login: () => session.login(ada),
        refresh: session.refresh,
        adopt: () => session.adopt(late),
      };
      // `adopt` writes at once; the others call the server first.
      const dam = kind === 'adopt' ? null : damGrant(world, kind, late);
      const begun = dam === null ? null : outcome(calls[kind]());
      await quiet(world);
      const open = world.store.close('write');
      dam?.open();
      const call = begun ?? outcome(calls[kind]());
      await quiet(world);
      const leaving = session.logout();
      expect(session.getSnapshot().status).toBe('loggedOut');
      open();
      await Promise.all([leaving, call]);
      await expect.poll(() => revoked).toContain('late-refresh');
      await quiet(world);

      expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
      expect(await world.store.text()).not.toMatch(/late|accessToken/);
      if (kind !== 'adopt') expect(await call).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    },
  );

  test('does not affect another user’s record', async () => {
    await using world = await openWorld({ server: withLogout });
    const session = world.start();
    await session.login(ada);
    const open = world.store.close('write');
    const leaving = session.logout();
    const next = session.login(grace);
    await quiet(world);
    open();
    await Promise.all([leaving, next]);
    await quiet(world);

    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'grace' } });
    expect(await world.store.text()).toContain('"grace"');
  });
});
