import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  ada,
  codeOf,
  openSignedIn,
  openWorld,
  outcomeOf,
  requestWithExpiredToken,
  until,
  type TestSession,
} from '../refresh/world.ts';
import { openTold, ways } from './told.ts';

const mistake = new Error('a mistake of the application');

function throwMistake(): never {
  throw mistake;
}

const reported = vi.fn();

beforeEach(() => {
  reported.mockReset();
  vi.spyOn(console, 'error').mockImplementation(reported);
});

describe('a listener that throws', () => {
  test.each(ways)(
    'with `%s` is reported, and disturbs neither the session nor other listeners',
    async (way) => {
      const statuses: string[] = [];
      await using world = await openWorld(way === 'inspect' ? { inspect: throwMistake } : {});
      const { session } = world;
      if (way === 'subscribe') session.subscribe(throwMistake);
      if (way === 'on') session.on('*', throwMistake);
      session.subscribe(({ status }) => statuses.push(status));
      await session.login(ada);

      expect(await requestWithExpiredToken(world)).toBe(200);
      await session.logout();
      // Called at once, then during the sign-in, and so on.
      expect(statuses).toEqual([
        'anonymous',
        'anonymous',
        'authenticated',
        'refreshing',
        'authenticated',
        'loggedOut',
      ]);
      expect(reported).toHaveBeenCalledWith(mistake);
    },
  );

  test('does not lose a held request', async () => {
    await using world = await openSignedIn({ refresh: { proactive: false } });
    world.session.subscribe(throwMistake);
    world.session.on('*', throwMistake);
    await world.clock.advance(60_000);
    const held = Array.from({ length: 5 }, (_, n) => outcomeOf(world.session.fetch(`/api/items/${n}`)));

    expect(await Promise.all(held)).toEqual([200, 200, 200, 200, 200]);
    expect(world.refreshTimes()).toHaveLength(1);
  });
});

describe.each(ways)('in a listener of `%s` for an expired session, your code can call', (way) => {
  async function expire(call: (session: TestSession) => unknown) {
    const results: Promise<unknown>[] = [];
    const world = await openTold(way, 'expired', (session) => {
      results.push(Promise.resolve(call(session)).catch((error: unknown) => error));
    });
    world.server.expireRefreshTokens();
    const refused = await requestWithExpiredToken(world);
    await until(() => results.length === 1);
    return { world, refused, result: await results[0] };
  }

  test('`login()`', async () => {
    const { world, refused, result } = await expire((session) => session.login(ada));
    await using _ = world;

    expect(codeOf(refused)).toMatch(/^ERR_(?:SESSION_EXPIRED|IDENTITY_CHANGED)$/);
    expect(result).toMatchObject({ username: 'ada' });
    expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
  });

  test('`logout()`', async () => {
    const { world, result } = await expire((session) => session.logout());
    await using _ = world;

    expect(result).toBeUndefined();
    expect(world.session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
    expect(await world.session.login(ada)).toMatchObject({ username: 'ada' });
  });

  test('`refresh()`', async () => {
    const { world, result } = await expire((session) => session.refresh());
    await using _ = world;

    expect(result).toMatchObject({ name: 'SessionExpiredError' });
    expect(world.session.getSnapshot().status).toBe('expired');
  });

  test('`adopt()`', async () => {
    const { world, result } = await expire((session) => session.adopt({ accessToken: 'elsewhere' }));
    await using _ = world;

    expect(result).toBeUndefined();
    expect(world.session.getSnapshot().status).toBe('authenticated');
    expect(await world.session.accessToken()).toBe('elsewhere');
  });

  test('`dispose()`', async () => {
    const { world, refused } = await expire((session) => session.dispose());
    await using _ = world;
    const { api } = world.server.counts();

    expect(codeOf(refused)).toMatch(/^ERR_SESSION_(?:EXPIRED|DISPOSED)$/);
    expect(await outcomeOf(world.session.fetch('/api/me'))).toMatchObject({ code: 'ERR_SESSION_DISPOSED' });
    expect(world.server.counts().api).toBe(api);
  });
});
