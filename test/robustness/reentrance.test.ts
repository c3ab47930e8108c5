import { describe, expect, test } from 'vitest';
import { ada, openSignedIn, requestWithExpiredToken, type TestSession } from '../refresh/world.ts';
import { openTold } from './told.ts';

describe.each(['subscribe', 'inspect'] as const)(
  'from inside a notification of `%s` that the session refreshes, a program may call',
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

    test('`logout()`: the late grant changes nothing', async () => {
      const { world, held } = await refreshing((session) => session.logout());
      await using _ = world;

      expect(held).toMatchObject({ name: 'LoggedOutError' });
      await world.live(3_600_000);
      expect(world.session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
    });

    test('`refresh()`: it joins the one that is under way', async () => {
      const { world, held, result } = await refreshing((session) => session.refresh());
      await using _ = world;

      expect([held, result]).toEqual([200, undefined]);
      expect(world.refreshTimes()).toHaveLength(1);
    });

    test('`login()`: it is told to log out first, and the refresh goes on', async () => {
      const { world, held, result } = await refreshing((session) => session.login(ada));
      await using _ = world;

      expect(held).toBe(200);
      expect(result).toMatchObject({ name: 'AlreadyAuthenticatedError' });
    });

    test('`adopt()`: the new session stays, and what waited for the old one is refused', async () => {
      const { world, held } = await refreshing((session) => session.adopt({ accessToken: 'elsewhere' }));
      await using _ = world;

      expect(held).toMatchObject({ name: 'IdentityChangedError' });
      await world.live(3_600_000);
      expect(await world.session.accessToken()).toBe('elsewhere');
    });

    test('`dispose()`: what waits is refused, and nothing is sent any more', async () => {
      const { world, held } = await refreshing((session) => session.dispose());
      await using _ = world;

      expect(held).toMatchObject({ name: 'SessionDisposedError' });
      const counts = world.server.counts();
      await world.clock.advance(3_600_000);
      expect(world.server.counts()).toEqual(counts);
    });
  },
);

describe('from inside the news that the session was refreshed, a program may call', () => {
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

  test('`refresh()`: one more, and the request goes', async () => {
    const { world, held, result } = await refreshed((session) => session.refresh());
    await using _ = world;

    expect([held, result]).toEqual([200, undefined]);
    expect(world.refreshTimes()).toHaveLength(2);
  });

  test('`logout()`: the request that waited is not sent', async () => {
    const { world, held } = await refreshed((session) => session.logout());
    await using _ = world;

    expect(held).toMatchObject({ name: 'LoggedOutError' });
    expect(world.server.counts().api).toBe(1);
    expect(world.session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
  });

  test('`adopt()`: the request that waited is not sent under the new session', async () => {
    const { world, held } = await refreshed((session) => session.adopt({ accessToken: 'elsewhere' }));
    await using _ = world;

    expect(held).toMatchObject({ name: 'IdentityChangedError' });
    expect(world.server.counts().api).toBe(1);
    expect(await world.session.accessToken()).toBe('elsewhere');
  });

  test('`dispose()`: the request that waited is not sent', async () => {
    const { world, held } = await refreshed((session) => session.dispose());
    await using _ = world;

    expect(held).toMatchObject({ name: 'SessionDisposedError' });
    expect(world.server.counts().api).toBe(1);
  });
});
