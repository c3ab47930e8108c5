import { describe, expect, test } from 'vitest';
import type { StoredSession } from '../../../src/index.ts';
import { storedVersion } from '../../../src/store/recordTypes.ts';
import { send, storedSession } from './outcomes.ts';
import { lifetime, withoutLock } from './turns.ts';
import { ada, within, type User } from './world.ts';

describe('a call without a lock that fails with', () => {
  /** A tab whose call is answered with this status after the record in the store was changed. */
  async function fail(status: number, change: (record: StoredSession<User>) => StoredSession<User>) {
    const world = withoutLock();
    const [tab] = await world.signedIn(1);
    const seen = { isChanged: false };
    world.server.intercept(
      'refresh',
      () => {
        world.store.put(change(storedSession(world)));
        seen.isChanged = true;
        return Response.json({}, { status });
      },
      { times: 1 },
    );
    const failed = tab.session.refresh().catch((error: unknown) => error);
    while (!seen.isChanged) await world.clock.advance(50);
    await world.clock.advance(50);
    return { world, failed };
  }

  test.each([503, 404])('%i leaves the mark that another tab has written meanwhile', async (status) => {
    const mark = { id: 'another', at: 0 };
    const { world } = await fail(status, (record) => ({ ...record, attempt: mark }));
    using _world = world;

    expect(storedSession(world).attempt).toEqual(mark);
  });

  test.each([
    ['newer tokens', { generation: 2 }],
    ['another session', { sessionId: 'another' }],
  ])('503 says nothing about %s that another tab has stored meanwhile', async (_, stamp) => {
    const { world, failed } = await fail(503, ({ attempt: __, ...record }) => ({
      ...record,
      ...stamp,
      accessToken: 'newer',
    }));
    using _world = world;

    expect(storedSession(world)).not.toHaveProperty('failedRefresh');
    await within(world, 5_000, failed);
    expect(storedSession(world)).toMatchObject({ ...stamp, accessToken: 'newer' });
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test('503 is noted although another tab has removed the mark meanwhile', async () => {
    const { world } = await fail(503, ({ attempt: _, ...record }) => record);
    using _world = world;

    expect(storedSession(world)).toMatchObject({ failedRefresh: { failures: 1, status: 503 } });
  });
});

describe('before a tab without a lock calls', () => {
  test('it writes its mark again after another tab replaced and removed it', async () => {
    using world = withoutLock();
    const [tab] = await world.signedIn(1);
    const before = storedSession(world);
    const refreshed = tab.session.refresh();
    await world.clock.advance(50);
    const mark = storedSession(world).lockedBy;
    world.store.put({ ...before, lockedBy: { id: 'another', at: world.clock.now() } });
    await world.clock.advance(50);
    world.store.put(before);
    await world.clock.advance(100);

    expect(world.refreshTimes()).toEqual([]);
    expect(storedSession(world).lockedBy).toMatchObject({ id: mark?.id });
    await within(world, 1_000, refreshed);
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test.each([
    ['newer tokens', { generation: 2 }],
    ['another session', { sessionId: 'another', generation: 1 }],
  ])('it finds %s in the store, and does not send the old refresh token', async (_, stamp) => {
    using world = withoutLock({ storeDelay: () => 50 });
    const [tab] = await world.signedIn(1);
    const before = storedSession(world);
    const refreshed = tab.session.refresh().catch(() => undefined);
    // The tab has the lock, and is about to write its mark.
    await world.clock.advance(880);
    world.store.put({ ...before, ...stamp, accessToken: 'newer' });
    await within(world, 2_000, refreshed);

    expect(world.refreshTimes()).toEqual([]);
    expect(await within(world, 1_000, tab.session.accessToken())).toBe('newer');
  });
});

describe('if the mark cannot be stored', () => {
  test('in a store that drops unknown fields, a tab without a lock refreshes anyway', async () => {
    using world = withoutLock();
    const tab = world.open({
      change: (medium) => ({
        ...medium,
        write(name, record) {
          if ('ended' in record) return medium.write(name, record);
          const { attempt: _, lockedBy: __, ...known } = record;
          return medium.write(name, known);
        },
      }),
    });
    await within(world, 1_000, tab.session.login(ada));
    await world.clock.advance(lifetime);

    expect(await within(world, 1_000, send(tab))).toBe(200);
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test('in a full store, a tab without a lock refreshes anyway and works from memory', async () => {
    using world = withoutLock({ quota: 0 });
    const tab = world.open();
    await within(world, 1_000, tab.session.login(ada));
    await world.clock.advance(lifetime);

    expect(await within(world, 5_000, send(tab))).toBe(200);
    expect(tab.facts.filter((fact) => fact === 'store.failed')).toHaveLength(1);
  });

  test('in a store that it cannot write, it refreshes although another session has ended there', async () => {
    using world = withoutLock();
    const write = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    };
    const [tab] = await world.signedIn(1, { change: (medium) => ({ ...medium, write }) });
    world.store.put({ version: storedVersion, sessionId: 'another', ended: 'loggedOut' });
    await world.clock.advance(lifetime);

    expect(await within(world, 5_000, send(tab))).toBe(200);
  });

  test('in a store that has filled up since, it does the same', async () => {
    using world = withoutLock();
    const [tab] = await world.signedIn(1);
    let isFull = false;
    const full = world.open({
      change: (medium) => ({
        ...medium,
        write(name, record) {
          if (isFull) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
          return medium.write(name, record);
        },
      }),
    });
    tab.life.die();
    isFull = true;
    for (const round of [1, 2, 3]) {
      await world.clock.advance(lifetime);
      expect(await within(world, 5_000, send(full)), `round ${round}`).toBe(200);
    }
    expect(world.refreshTimes()).toHaveLength(3);
  });

  test('in a store that was emptied, it refreshes and stores its session again', async () => {
    using world = withoutLock();
    const [tab] = await world.signedIn(1);
    world.store.clear();
    await world.clock.advance(lifetime);

    expect(await within(world, 5_000, send(tab))).toBe(200);
    expect(storedSession(world)).toMatchObject({ generation: 2, user: { username: 'ada' } });
  });
});

test('A tab does not call if newer tokens arrive while its mark settles', async () => {
  using world = withoutLock();
  const [tab] = await world.signedIn(1);
  const before = storedSession(world);
  const refreshed = tab.session.refresh();
  await world.clock.advance(50);
  expect(storedSession(world).lockedBy).toBeDefined();
  world.store.put({ ...before, generation: 2, accessToken: 'newer' });
  await within(world, 1_000, refreshed);

  expect(world.refreshTimes()).toEqual([]);
  expect(await tab.session.accessToken()).toBe('newer');
});
