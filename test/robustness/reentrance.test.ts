import { describe, expect, test } from 'vitest';
import { ada, openSignedIn, requestWithExpiredToken, type TestSession } from '../refresh/world.ts';
import { openTold } from './told.ts';

describe.each(['subscribe', 'inspect'] as const)(
  'in a listener of `%s` during a refresh, your code can call',
  (way) => {
    async function refreshing(call: (session: TestSession) => unknown) {
      const results: Promise<unknown>[] = [];
      const world = await openTold(way, 'refreshing', (session) => {
        results.push(Promise.resolve(call(session)).catch((error: unknown) => error));
      });
      const held = await requestWithExpiredToken(world);
      expect(results).toHaveLength(1);
      return { world, held, result: await results[0] };
    }

    test('`logout()`: the late response changes nothing', async () => {
      const { world, held } = await refreshing((session) => session.logout());
      await using _ = world;

      expect(held).toMatchObject({ name: 'LoggedOutError' });
      await world.live(3_600_000);
      expect(world.session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
    });

    test('`refresh()`: it joins the refresh in flight', async () => {
      const { world, held, result } = await refreshing((session) => session.refresh());
      await using _ = world;

      expect([held, result]).toEqual([200, undefined]);
      expect(world.refreshTimes()).toHaveLength(1);
    });

    test('`login()`: it is rejected, and the refresh continues', async () => {
      const { world, held, result } = await refreshing((session) => session.login(ada));
      await using _ = world;

      expect(held).toBe(200);
      expect(result).toMatchObject({ name: 'AlreadyAuthenticatedError' });
    });

    test('`adopt()`: the new session stays, and requests of the old one are refused', async () => {
      const { world, held } = await refreshing((session) => session.adopt({ accessToken: 'elsewhere' }));
      await using _ = world;

      expect(held).toMatchObject({ name: 'IdentityChangedError' });
      await world.live(3_600_000);
      expect(await world.session.accessToken()).toBe('elsewhere');
    });

    test('`dispose()`: waiting requests are refused, and nothing more is sent', async () => {
      const { world, held } = await refreshing((session) => session.dispose());
      await using _ = world;

      expect(held).toMatchObject({ name: 'SessionDisposedError' });
      const counts = world.server.counts();
      await world.clock.advance(3_600_000);
      expect(world.server.counts()).toEqual(counts);
    });
  },
);

describe('in a listener of `session.refreshed`, your code can call', () => {
  async function refreshed(call: (session: TestSession) => unknown) {
    const world = await openSignedIn();
    const results: Promise<unknown>[] = [];
    world.session.on('session.refreshed', () => {
      if (results.length === 0)
        results.push(Promise.resolve(call(world.session)).catch((error: unknown) => error));
    });
    const held = await requestWithExpiredToken(world);
    expect(results).toHaveLength(1);
    return { world, held, result: await results[0] };
  }

  test('`refresh()`: it refreshes once more, and the request is sent', async () => {
    const { world, held, result } = await refreshed((session) => session.refresh());
    await using _ = world;

    expect([held, result]).toEqual([200, undefined]);
    expect(world.refreshTimes()).toHaveLength(2);
  });

  test('`logout()`: the waiting request is not sent', async () => {
    const { world, held } = await refreshed((session) => session.logout());
    await using _ = world;

    expect(held).toMatchObject({ name: 'LoggedOutError' });
    expect(world.server.counts().api).toBe(1);
    expect(world.session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
  });

  test('`adopt()`: the waiting request is not sent as the new session', async () => {
    const { world, held } = await refreshed((session) => session.adopt({ accessToken: 'elsewhere' }));
    await using _ = world;

    expect(held).toMatchObject({ name: 'IdentityChangedError' });
    expect(world.server.counts().api).toBe(1);
    expect(await world.session.accessToken()).toBe('elsewhere');
  });

  test('`dispose()`: the waiting request is not sent', async () => {
    const { world, held } = await refreshed((session) => session.dispose());
    await using _ = world;

    expect(held).toMatchObject({ name: 'SessionDisposedError' });
    expect(world.server.counts().api).toBe(1);
  });
});
