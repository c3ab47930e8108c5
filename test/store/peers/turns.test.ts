import { describe, expect, test } from 'vitest';
import { lost } from './air.ts';
import { numbers, send, statuses, storedSession } from './outcomes.ts';
import { lifetime, reasonOf, timeout, withhold, withoutLock } from './turns.ts';
import { openWorld, within, type World } from './world.ts';

describe('tabs without a lock that are due at the same moment', () => {
  test.each([2, 3, 5])('make one call, %i of them, and all their requests are answered', async (count) => {
    using world = withoutLock({ way: () => 40 });
    const tabs = await world.signedIn(count);
    await world.clock.advance(lifetime);

    expect(await within(world, 5_000, Promise.all(tabs.map(send)))).toEqual(tabs.map(() => 200));
    expect(world.refreshTimes()).toHaveLength(1);
    expect(world.reuses()).toBe(0);
  });

  test('make one call with a slow store, in random order', async () => {
    const times: number[] = [];
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = numbers(seed);
      using world = withoutLock({ way: () => 40, storeDelay: () => random() * 400, random });
      const tabs = await world.signedIn(5);
      await world.clock.advance(lifetime);
      await within(world, 40_000, Promise.all(tabs.map(send)));
      times.push(world.refreshTimes().length);
    }

    expect(times).toEqual(times.map(() => 1));
  });

  test('make one call for timers that fire in all of them', async () => {
    using world = withoutLock({ session: { refresh: { proactive: true } } });
    const tabs = await world.signedIn(5);
    await world.clock.advance(lifetime);

    expect(world.refreshTimes()).toHaveLength(1);
    expect(statuses(tabs)).toEqual(tabs.map(() => 'authenticated'));
  });

  test('wait for a call that takes almost as long as allowed', async () => {
    using world = withoutLock({ way: () => 4_900 });
    const tabs = await world.signedIn(3);
    await world.clock.advance(lifetime);
    const held = tabs.map((tab) => tab.session.refresh());
    await within(world, 30_000, Promise.all(held));

    expect(world.refreshTimes()).toHaveLength(1);
    expect(statuses(tabs)).toEqual(['authenticated', 'authenticated', 'authenticated']);
  });

  test('each report once that there is no lock', async () => {
    using world = withoutLock();
    const tabs = await world.signedIn(2);
    await world.clock.advance(10 * lifetime);
    await within(world, 5_000, Promise.all(tabs.map(send)));

    for (const { facts } of tabs) {
      expect(facts.filter((fact) => fact === 'lock.unavailable')).toEqual(['lock.unavailable']);
    }
  });
});

describe('a tab that loses a race', () => {
  /** Two tabs, one of which has called without writing a mark, as an older version would. */
  async function race(world: World, winnerTakes: number) {
    const [loser] = await world.signedIn(1);
    const before = storedSession(world);
    const answer = await world.server.fetch(world.server.endpoints.refresh, {
      method: 'POST',
      body: JSON.stringify({ refreshToken: before.refreshToken }),
    });
    const grant = (await answer.json()) as { accessToken: string; refreshToken: string };
    const now = world.clock.now();
    const expiresAt = now + lifetime;
    world.clock.schedule(() => {
      world.store.put({ ...before, ...grant, generation: 2, issuedAt: now, expiresAt });
    }, winnerTakes);
    return { loser, grant };
  }

  test('reads the store again before it accepts that its refresh token was refused', async () => {
    using world = withoutLock();
    const { loser, grant } = await race(world, 2_000);
    await within(world, 5_000, loser.session.refresh());

    expect(world.reuses()).toBe(1);
    expect(await loser.session.accessToken()).toBe(grant.accessToken);
    expect(loser.session.getSnapshot().status).toBe('authenticated');
  });

  test('does not overwrite newer tokens that were stored after its last read', async () => {
    using world = openWorld({ fate: lost, session: { refresh: { proactive: false } } });
    await world.signedIn(1);
    const before = storedSession(world);
    let readsSince = -Infinity;
    const loser = world.open({
      change: (medium) => ({
        ...medium,
        read(name) {
          readsSince += 1;
          if (readsSince === 2) world.store.put({ ...before, generation: 2, accessToken: 'newer' });
          return medium.read(name);
        },
      }),
    });
    world.server.revokeSessions();
    world.server.intercept('refresh', (_request, next) => {
      readsSince = 0;
      return next();
    });
    await within(
      world,
      timeout,
      loser.session.refresh().catch(() => undefined),
    );

    expect(storedSession(world)).toMatchObject({ generation: 2 });
    expect(await loser.session.accessToken()).toBe('newer');
  });

  test('accepts it after a bounded time', async () => {
    using world = withoutLock();
    const { loser } = await race(world, 60_000);
    const refreshed = loser.session.refresh().catch((error: unknown) => error);

    expect(await within(world, timeout, refreshed)).toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
    expect(reasonOf(loser)).toMatchObject({ type: 'server.refreshTokenInvalid', status: 401 });
  });
});

describe('the mark of a tab that died in its call', () => {
  test('delays others only as long as the call could take', async () => {
    using world = withoutLock();
    const tabs = await world.signedIn(3);
    const [first, ...others] = tabs;
    world.server.intercept('refresh', () => new Promise(() => undefined), { times: 1 });
    await world.clock.advance(lifetime);
    void send(first);
    await world.clock.advance(500);
    first.life.die();
    const held = Promise.all(others.map(send));

    expect(await within(world, timeout + 1_000, held)).toEqual([200, 200]);
    expect(world.refreshTimes()).toHaveLength(2);
  });

  test('explains why the server refuses the next call', async () => {
    using world = withoutLock();
    const [first, second] = await world.signedIn(2);
    withhold(world);
    await world.clock.advance(lifetime);
    void send(first);
    await world.clock.advance(500);
    first.life.die();
    const held = send(second ?? first);

    expect(await within(world, 2 * timeout, held)).toBe('ERR_SESSION_EXPIRED');
    expect(reasonOf(second ?? first)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: true });
  });

  test('with a time in the future, after the clock was set back, delays no tab', async () => {
    using world = withoutLock();
    const [first, second] = await world.signedIn(2);
    world.server.intercept('refresh', () => new Promise(() => undefined), { times: 1 });
    await world.clock.advance(lifetime);
    void send(first);
    await world.clock.advance(500);
    first.life.die();
    world.device.ahead = -600_000;

    await within(world, 1_000, (second ?? first).session.refresh());
    expect(world.refreshTimes()).toHaveLength(2);
  });
});
