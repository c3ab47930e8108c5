import { describe, expect, test } from 'vitest';
import { createGate } from '../../referenceServer/authorities.ts';
import { answers, exhaust, logouts, signedIn } from './logouts.ts';
import { lifetime, openWorld, outcome, quiet, stateOf, withLogout } from './world.ts';

describe('A contract whose logout needs a live access token', () => {
  const strict: typeof withLogout = {
    ...withLogout,
    logoutNeedsFreshToken: true,
    async logout({ accessToken, refreshToken, http }) {
      await http.get('api/me', { headers: { authorization: `Bearer ${accessToken ?? ''}` } });
      await http.post('logout', { json: { refreshToken } });
    },
  };

  test('gets a new one if it has expired, which is not stored', async () => {
    await using world = await openWorld({ server: strict });
    const { session, told } = await signedIn(world);
    await world.clock.advance(lifetime);
    await session.logout();

    expect(world.server.counts()).toMatchObject({ refresh: 1, logout: 1 });
    expect(world.server.requests.at(-2)).toMatchObject({ path: '/api/me', status: 200 });
    expect(told).toEqual([]);
    expect(await world.store.text()).not.toMatch(/accessToken|refreshToken/);
  });

  test('gets the current one as long as it is live', async () => {
    await using world = await openWorld({ server: strict });
    const { session } = await signedIn(world);
    await session.logout();

    expect(world.server.counts()).toMatchObject({ refresh: 0, logout: 1 });
  });

  test('gets the same new one in the next attempt', async () => {
    await using world = await openWorld({ server: strict });
    const { session, told } = await signedIn(world);
    await world.clock.advance(lifetime);
    world.server.intercept('logout', answers(503), { times: 1 });
    await session.logout();
    await exhaust(world, session);

    expect(world.server.counts()).toMatchObject({ refresh: 1, logout: 2 });
    expect(told).toEqual([]);
  });

  test('is not called if the refresh is refused, which is reported', async () => {
    await using world = await openWorld({ server: strict });
    const { session, told } = await signedIn(world);
    await world.clock.advance(lifetime);
    world.server.expireRefreshTokens();
    await session.logout();

    expect(told).toEqual([expect.objectContaining({ status: 403 })]);
    expect(logouts(world)).toBe(0);
  });

  describe('and whose refresh token is with the server', () => {
    test('waits for the refresh of this session, and revokes its new tokens once', async () => {
      await using world = await openWorld({ server: strict });
      const { session, told } = await signedIn(world);
      await world.clock.advance(lifetime);
      const dam = world.dam('refresh');
      const refreshing = outcome(session.refresh());
      await dam.reached;
      const leaving = session.logout();
      await quiet(world);
      dam.open();
      await leaving;
      await quiet(world);

      expect(await refreshing).toMatchObject({ code: 'ERR_LOGGED_OUT' });
      expect(world.server.counts()).toMatchObject({ refresh: 1, logout: 1 });
      expect(world.server.requests.filter(({ status }) => status >= 400)).toEqual([]);
      expect(stateOf(session)).toBe('loggedOut.idle');
      expect(told).toEqual([]);
    });

    test('gets a new one itself if that refresh fails', async () => {
      await using world = await openWorld({ server: strict });
      const { session, told } = await signedIn(world);
      await world.clock.advance(lifetime);
      const reached = createGate();
      const released = createGate();
      const undo = world.server.intercept('refresh', async () => {
        reached.open();
        await released.opened;
        return new Response(null, { status: 503 });
      });
      void outcome(session.refresh());
      await reached.opened;
      const leaving = session.logout();
      undo();
      released.open();
      await leaving;
      await exhaust(world, session);

      expect(world.server.counts()).toMatchObject({ refresh: 2, logout: 1 });
      expect(told).toEqual([]);
    });

    test('does not send it a second time while another tab refreshes', async () => {
      await using world = await openWorld({ server: strict });
      const store = world.store;
      const { session } = await signedIn(world, { store });
      const other = world.start({ store, refresh: { proactive: false } });
      await other.ready();
      await world.clock.advance(lifetime);
      const dam = world.dam('refresh');
      const refreshing = outcome(other.refresh());
      await dam.reached;
      const leaving = session.logout();
      await quiet(world);
      dam.open();
      await leaving;
      await quiet(world);

      expect(await refreshing).toMatchObject({ code: 'ERR_LOGGED_OUT' });
      expect(world.server.counts()).toMatchObject({ refresh: 1, logout: 1 });
      expect(stateOf(session)).toBe('loggedOut.idle');
    });
  });
});
