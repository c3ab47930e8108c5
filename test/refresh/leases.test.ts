import { describe, expect, test } from 'vitest';
import { memoryStore, type Lease, type SessionStore } from '../../src/index.ts';
import { createGate } from '../referenceServer/authorities.ts';
import { openSignedIn, until, type User, type World } from './world.ts';

type Lock = SessionStore<User>['lock'];

/** A store with another lock. */
const withLock = (lock: Lock): SessionStore<User> => ({ ...memoryStore<User>(), lock });

const isCalling = ({ session }: World) => session.actor.getSnapshot().hasTag('holdsLock');

describe('a refresh whose lock is lost before its call', () => {
  test('asks for the lock again, and does not count as the holder meanwhile', async () => {
    const gate = createGate();
    const leases: Lease[] = [
      { isLost: true, lateness: 0 },
      { isLost: false, lateness: 0 },
    ];
    const store = withLock(async (_key, task) => {
      if (leases.length === 1) await gate.opened;
      return task(leases.shift() ?? { isLost: true, lateness: 0 });
    });
    await using world = await openSignedIn({ store, refresh: { proactive: false } });
    const refreshed = world.session.refresh();
    await until(() => leases.length === 1);
    await world.clock.advance(1_000);
    expect(isCalling(world)).toBe(false);
    gate.open();
    await refreshed;

    expect(world.refreshTimes()).toEqual([1_000]);
    expect(leases).toEqual([]);
  });

  test('by a listener that blocks asks for the lock again', async () => {
    const leases: { isLost: boolean; readonly lateness: 0 }[] = [];
    const store = withLock((_key, task) => {
      const lease = { isLost: false, lateness: 0 } as const;
      leases.push(lease);
      return task(lease);
    });
    await using world = await openSignedIn({ store, refresh: { proactive: false } });
    world.session.actor.subscribe((snapshot) => {
      const [first] = leases;
      if (snapshot.hasTag('holdsLock') && leases.length === 1 && first !== undefined) first.isLost = true;
    });
    await world.session.refresh();

    expect(leases.map(({ isLost }) => isLost)).toEqual([true, false]);
    expect(world.refreshTimes()).toHaveLength(1);
    expect(await store.read('session')).not.toHaveProperty('attempt');
  });
});

test('A listener that signs out when a refresh gets the lock prevents its call', async () => {
  await using world = await openSignedIn({ refresh: { proactive: false } });
  world.session.actor.subscribe((snapshot) => {
    if (snapshot.hasTag('holdsLock')) void world.session.logout();
  });
  await expect(world.session.refresh()).rejects.toMatchObject({ code: 'ERR_LOGGED_OUT' });
  await world.clock.advance(1_000);

  expect(world.refreshTimes()).toEqual([]);
});

describe('a store that does not grant its lock', () => {
  /** Ada waits for a lock that nothing grants. */
  async function waitForLock() {
    const signals: AbortSignal[] = [];
    const tasks: (() => Promise<unknown>)[] = [];
    const told: string[] = [];
    const store = withLock((_key, task, { signal }) => {
      signals.push(signal);
      return new Promise((resolve) => {
        tasks.push(async () => resolve(await task({ isLost: false, lateness: 0 })));
      });
    });
    const world = await openSignedIn({ store, refresh: { proactive: false, timeout: 1_000 } });
    world.session.on('lock.unavailable', ({ type }) => told.push(type));
    const refreshed = world.session.refresh();
    await until(() => signals.length === 1);
    return { world, refreshed, signals, tasks, told };
  }

  test('is told that the session no longer waits, and no missing lock is reported', async () => {
    const { world, refreshed, signals, tasks, told } = await waitForLock();
    await using _world = world;
    await world.session.adopt({ accessToken: 'newer', refreshToken: 'newer' });
    await expect(refreshed).rejects.toMatchObject({ code: 'ERR_IDENTITY_CHANGED' });
    await world.clock.advance(10_000);
    await Promise.all(tasks.map((run) => run()));

    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(told).toEqual([]);
    expect(world.refreshTimes()).toEqual([]);
  });

  test('is asked once more when the network returns, and the first attempt has ended', async () => {
    const { world, refreshed, signals } = await waitForLock();
    await using _world = world;
    void refreshed.catch(() => undefined);
    world.signals.setOnline(false);
    world.signals.setOnline(true);
    await until(() => signals.length === 2);

    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(world.session.getSnapshot()).toMatchObject({ status: 'refreshing', error: null });
  });

  test('is gone without after ten times `refresh.timeout`, and a lock that comes later changes nothing', async () => {
    const { world, refreshed, tasks, told } = await waitForLock();
    await using _world = world;
    world.answerRefresh(async (_request, next) => {
      await Promise.all(tasks.map((run) => run()));
      return next();
    });
    await world.clock.advance(9_999);
    expect(world.refreshTimes()).toEqual([]);
    await world.clock.advance(1);
    await refreshed;

    expect(world.refreshTimes()).toEqual([10_000]);
    expect(told).toEqual(['lock.unavailable']);
  });

  test('and whose refresh token is refused ends the session after the store was read for three seconds', async () => {
    const { world, refreshed } = await waitForLock();
    await using _world = world;
    world.server.expireRefreshTokens();
    const refused = refreshed.catch((error: unknown) => error);
    await world.clock.advance(10_000);
    await until(() => world.refreshTimes().length === 1);
    for (let waited = 0; waited <= 3_200; waited += 100) await world.clock.advance(100);

    expect(await refused).toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
  });
});
