import { describe, expect, test } from 'vitest';
import { states } from './states.ts';
import { ada, grace, openWorld, outcome, quiet, stateOf } from './world.ts';

describe('Signing out', () => {
  test.each(states)('works at once in $name, during any operation', async ({ name, hasTokens, reach }) => {
    await using world = await openWorld();
    const { session, call, release } = await reach(world);
    expect(stateOf(session)).toBe(name);
    const before = world.server.counts().logout;

    const leaving = session.logout();
    const atOnce = session.getSnapshot();
    release?.();
    await leaving;
    await quiet(world);

    expect(atOnce).toMatchObject({ status: 'loggedOut', user: null, isSigningIn: false, isRestoring: false });
    expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', reason: { type: 'session.logout' } });
    expect(world.server.counts().logout - before).toBeGreaterThanOrEqual(hasTokens === true ? 1 : 0);
    expect(await world.store.text()).not.toMatch(/accessToken|refreshToken|"ada"/);
    if (call !== undefined) expect(await call).toMatchObject({ code: 'ERR_LOGGED_OUT' });
  });

  test.each(states)('in $name cannot be undone by a later response', async ({ reach }) => {
    await using world = await openWorld();
    const { session, release } = await reach(world);
    const leaving = session.logout();
    const [view, stored] = [session.getSnapshot(), world.store.text()];
    release?.();
    await Promise.all([leaving, stored]);
    await quiet(world);
    await world.clock.advance(24 * 60 * 60 * 1000);
    await quiet(world);

    expect(session.getSnapshot()).toBe(view);
    expect(await world.store.text()).not.toMatch(/accessToken|refreshToken|"ada"/);
    expect(await (await session.fetch('api/public')).json()).toMatchObject({ authorization: false });
    await expect(session.accessToken()).rejects.toMatchObject({ code: 'ERR_NOT_AUTHENTICATED' });
  });

  test.each(states.filter(({ holds }) => holds))(
    'in $name refuses the requests that wait, and they are never sent',
    async ({ reach }) => {
      await using world = await openWorld();
      const { session, release } = await reach(world);
      const held = [
        outcome(session.api.get('api/me').json()),
        outcome(session.fetch('api/me')),
        outcome(session.accessToken()),
      ];
      await quiet(world);
      const leaving = session.logout();
      const refused = await Promise.all(held);
      release?.();
      await leaving;
      await quiet(world);

      const expected: unknown = expect.objectContaining({ code: 'ERR_LOGGED_OUT', name: 'LoggedOutError' });
      expect(refused).toEqual([expected, expected, expected]);
      expect(world.asked('/api/me')).toBe(0);
    },
  );

  test.each(states.filter(({ hasTokens }) => hasTokens))(
    'twice at once in $name makes one call to the server',
    async ({ name, reach }) => {
      await using world = await openWorld();
      const { session, release } = await reach(world);
      const leaving = [session.logout(), session.logout()];
      if (name !== 'refreshing.requesting') release?.();
      await Promise.all([...leaving, session.logout()]);
      await quiet(world);

      expect(world.server.counts().logout).toBe(1);
    },
  );

  test.each(states)('in $name lets the next user sign in with a new session', async ({ reach }) => {
    await using world = await openWorld();
    const { session, release } = await reach(world);
    const held = outcome(session.api.get('api/me').json());
    const leaving = session.logout();
    release?.();
    await Promise.all([leaving, held]);
    await session.login(grace);
    await quiet(world);

    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'grace' } });
    expect(await session.api.get('api/me').json()).toMatchObject({ username: 'grace' });
    expect(await world.store.text()).toContain('"grace"');
    expect(await world.store.text()).not.toContain('"ada"');
  });

  test('works at once for a session that was restored synchronously', async () => {
    await using world = await openWorld();
    const before = world.start();
    await before.login(ada);
    before.dispose();
    const session = world.start();
    await session.logout();

    expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
    expect(world.server.counts()).toMatchObject({ login: 1, logout: 1 });
    expect(await world.store.text()).not.toMatch(/accessToken|"ada"/);
    expect(world.start().getSnapshot()).toMatchObject({ status: 'anonymous', user: null });
  });

  test('resolves after `refresh.timeout` if the server does not respond', async () => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const dam = world.dam('logout');
    let isOver = false;
    const leaving = session.logout().then(() => {
      isOver = true;
    });
    await dam.reached;
    await world.clock.advance(7_999);
    expect(isOver).toBe(false);
    await world.clock.advance(1);

    await leaving;
    expect(isOver).toBe(true);
    expect(session.getSnapshot().status).toBe('loggedOut');
  });

  test.each([
    ['refuses', () => new Response(null, { status: 401 })],
    ['breaks', () => new Response('<html>', { status: 500 })],
    ['is away', () => Response.error()],
  ])('does not fail if the server %s', async (_, answer) => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    world.server.intercept('logout', answer);

    await expect(session.logout()).resolves.toBeUndefined();
    expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', error: null });
  });

  test('has removed the tokens from the store when it resolves, even if the store is slow', async () => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const open = world.store.close('write');
    let isOver = false;
    const leaving = session.logout().then(() => {
      isOver = true;
    });
    await quiet(world);
    expect(isOver).toBe(false);
    open();
    await leaving;

    expect(await world.store.text()).not.toMatch(/accessToken|refreshToken|"ada"/);
  });
});
