import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../src/index.ts';
import { testsEverything } from '../../everything.ts';
import { hours, lifetime, minutes, openWorld, seconds, type Source } from './world.ts';

const sources: readonly Source[] = ['expiresIn', 'exp and Date', 'exp alone'];

/** More and less than a lifetime, since a token of a clock that is far ahead seems to have expired. */
const errors = testsEverything
  ? ([
      ['an hour behind', -hours],
      ['ten minutes behind', -10 * minutes],
      ['ten minutes ahead', 10 * minutes],
      ['an hour ahead', hours],
    ] as const)
  : ([
      ['an hour behind', -hours],
      ['ten minutes ahead', 10 * minutes],
    ] as const);

/** The token is due 30 s before its expiry. The random part is 0 here. */
const due = lifetime - 30 * seconds;

describe.each(errors)('a device clock that is %s', (_, ahead) => {
  test.each(['expiresIn', 'exp and Date'] as const)(
    'changes nothing if lifetimes come from %s: no token is refused or refreshed early',
    async (source) => {
      await using world = await openWorld({ source, ahead });
      await world.signIn();

      expect(world.session.getSnapshot().expiresAt).toBe(world.device.now() + lifetime);
      expect(await world.use(3 * hours)).toEqual({ 200: 180 });
      expect(world.server.counts()).toMatchObject({ login: 1, refused: 0 });
      expect(world.refreshTimes()).toEqual(
        Array.from({ length: Math.floor((3 * hours) / due) }, (_item, n) => (n + 1) * due),
      );
      expect(world.knownExpired).toEqual([]);
    },
  );

  test('costs one refusal per token if there is only an `exp`, and signs no user out', async () => {
    await using world = await openWorld({ source: 'exp alone', ahead });
    await world.signIn();
    const isAhead = ahead > 0;

    // By a clock that is ahead, the token has expired already, so its lifetime is unknown.
    expect(world.session.getSnapshot().expiresAt).toBe(
      isAhead ? null : world.device.now() + lifetime - ahead,
    );
    expect(await world.use(3 * hours)).toEqual({ 200: 180 });
    expect(world.server.counts()).toMatchObject({ login: 1, refresh: 20, refused: 20 });
    expect(world.knownExpired).toEqual([]);
  });

  describe.each(sources)('set during a session, with %s,', (source) => {
    test('causes at most one extra refresh', async () => {
      await using world = await openWorld({ source });
      await world.signIn();
      await world.live(4 * minutes);
      world.device.ahead = ahead;

      expect(await world.use(3 * hours)).toEqual({ 200: 180 });
      const times = world.refreshTimes();
      expect(times.length).toBeLessThanOrEqual(Math.ceil((3 * hours + 4 * minutes) / due) + 1);
      expect(times.length).toBeGreaterThanOrEqual((3 * hours) / lifetime);
      // Two refreshes are at least most of a lifetime apart, except for the one that the change may cost.
      const gaps = times.slice(1).map((time, n) => time - (times[n] ?? 0));
      expect(gaps.filter((gap) => gap < due)).toEqual([]);
      expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated' });
      expect(world.server.counts()).toMatchObject({ login: 1 });
      expect(world.knownExpired).toEqual([]);
    });

    test('and corrected again, also causes at most one', async () => {
      await using world = await openWorld({ source });
      await world.signIn();
      let answered = 0;
      for (let round = 0; round < 6; round += 1) {
        world.device.ahead = round % 2 === 0 ? ahead : 0;
        answered += (await world.use(25 * minutes))[200] ?? 0;
      }

      expect(answered).toBe(150);
      // One for each lifetime, and one for each of the six changes.
      expect(world.refreshTimes().length).toBeLessThanOrEqual(Math.ceil((150 * minutes) / due) + 6);
      expect(world.server.counts()).toMatchObject({ login: 1 });
      expect(world.knownExpired).toEqual([]);
    });

    test('causes no request without proactive refreshes', async () => {
      await using world = await openWorld({ source });
      world.reopen({ refresh: { proactive: false } });
      await world.signIn();
      await world.live(4 * minutes);
      world.device.ahead = ahead;
      await world.live(6 * hours);

      expect(world.refreshTimes()).toEqual([]);
      expect((await world.session.fetch('/api/me')).status).toBe(200);
      expect(world.refreshTimes()).toHaveLength(1);
      expect(world.knownExpired).toEqual([]);
    });
  });
});

describe('a clock that was set back while the application was closed', () => {
  test.each(sources)('does not extend the lifetime of a stored token (%s)', async (source) => {
    await using world = await openWorld({ source, ahead: 0 });
    const store = memoryStore();
    world.reopen({ store });
    await world.signIn();
    world.device.ahead = -hours;
    world.reopen({ store });
    await world.session.ready();
    await world.live(lifetime);

    expect(world.refreshTimes()).toEqual([due]);
  });
});
