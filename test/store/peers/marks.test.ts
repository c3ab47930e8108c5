import { describe, expect, test } from 'vitest';
import type { StoredSession } from '../../../src/index.ts';
import { storedVersion } from '../../../src/store/recordTypes.ts';
import { send, storedSession } from './outcomes.ts';
import { lifetime, reasonOf, timeout, withhold, withoutLock } from './turns.ts';
import { ada, within, type User, type WorldOptions } from './world.ts';

const anyMark = { id: expect.any(String) as unknown, at: expect.any(Number) as unknown };

describe.each([
  ['with a lock', true],
  ['without a lock', false],
])('the mark in the store, %s,', (_, hasLock) => {
  const open = (options: WorldOptions = {}) => withoutLock({ hasLock, ...options });

  test('exists during the call, and is removed with its response', async () => {
    using world = open();
    const [tab] = await world.signedIn(1);
    const release = withhold(world);
    const refreshed = tab.session.refresh();
    await world.clock.advance(1_000);

    expect(storedSession(world).attempt).toEqual(anyMark);
    release();
    await refreshed;
    expect(storedSession(world)).toMatchObject({ generation: 2 });
    expect(storedSession(world)).not.toHaveProperty('attempt');
  });

  test('names the tab that calls', async () => {
    using world = open();
    const [one, other] = await world.signedIn(2);
    if (other === undefined) throw new Error('Expected two tabs');
    const ids: unknown[] = [];
    for (const tab of [one, other, one]) {
      // Before a request, a tab adopts the tokens that the last one has stored.
      await send(tab);
      const release = withhold(world);
      const refreshed = tab.session.refresh();
      await world.clock.advance(1_000);
      ids.push(storedSession(world).attempt?.id);
      release();
      await within(world, 5_000, refreshed);
      await world.clock.advance(lifetime / 2);
    }

    expect(ids).toEqual([anyMark.id, anyMark.id, ids[0]]);
    expect(ids[1]).not.toBe(ids[0]);
  });

  test.each([503, 404])('is removed when the server has responded with %i', async (status) => {
    using world = open();
    const [tab] = await world.signedIn(1);
    world.server.intercept('refresh', () => Response.json({}, { status }), { times: 1 });
    const refreshed = tab.session.refresh().catch((error: unknown) => error);

    expect(await within(world, 5_000, refreshed)).toMatchObject({ code: 'ERR_REFRESH_UNAVAILABLE' });
    expect(storedSession(world)).not.toHaveProperty('attempt');
  });

  test('stays if the response was lost', async () => {
    using world = open();
    const [tab] = await world.signedIn(1);
    const noted: unknown[] = [];
    world.server.intercept(
      'refresh',
      (_request, next) => {
        noted.push(storedSession(world).attempt);
        return next().then(() => Response.error());
      },
      { times: 1 },
    );
    await within(
      world,
      5_000,
      tab.session.refresh().catch((error: unknown) => error),
    );

    expect(noted).toEqual([anyMark]);
    expect(storedSession(world)).toMatchObject({ attempt: noted[0] });
  });

  test('of a lost response outlives a later call with the response 503', async () => {
    using world = open();
    const [first, second, third] = await world.signedIn(3);
    if (second === undefined || third === undefined) throw new Error('Expected three tabs');
    world.server.intercept('refresh', (_request, next) => next().then(() => Response.error()), { times: 1 });
    await within(
      world,
      5_000,
      first.session.refresh().catch((error: unknown) => error),
    );
    first.life.die();
    await world.clock.advance(timeout);
    world.server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
    await within(
      world,
      5_000,
      second.session.refresh().catch((error: unknown) => error),
    );
    second.life.die();
    await world.clock.advance(1_000);
    await within(
      world,
      30_000,
      third.session.refresh().catch((error: unknown) => error),
    );

    expect(reasonOf(third)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: true });
  });

  test('of another tab with the response 503 does not count as a lost response', async () => {
    using world = open();
    const [first, second] = await world.signedIn(2);
    if (second === undefined) throw new Error('Expected two tabs');
    world.server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
    await within(
      world,
      5_000,
      first.session.refresh().catch((error: unknown) => error),
    );
    world.server.revokeSessions();
    await world.clock.advance(1_000);
    await within(
      world,
      30_000,
      second.session.refresh().catch((error: unknown) => error),
    );

    expect(reasonOf(second)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: false });
  });

  test('is written again after a lost response if the write of another tab has removed it', async () => {
    using world = open();
    const [first, second] = await world.signedIn(2);
    if (second === undefined) throw new Error('Expected two tabs');
    const before = storedSession(world);
    world.server.intercept(
      'refresh',
      async (_request, answer) => {
        await answer();
        world.store.put(before);
        return Response.error();
      },
      { times: 1 },
    );
    void first.session.refresh().catch(() => undefined);
    await world.clock.advance(1_000);
    first.life.die();
    await world.clock.advance(4 * timeout);
    void second.session.refresh().catch(() => undefined);
    await world.clock.advance(30_000);

    expect(reasonOf(second)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: true });
  });

  test('tells a restarted application that its last run lost a response', async () => {
    using world = open();
    const [first] = await world.signedIn(1);
    withhold(world);
    void first.session.refresh().catch(() => undefined);
    await world.clock.advance(1_000);
    first.life.die();
    await world.clock.advance(3 * lifetime);
    const again = world.open();
    expect(await within(world, 30_000, send(again))).toBe('ERR_SESSION_EXPIRED');

    expect(reasonOf(again)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: true });
  });

  test('does not count as a lost response if the server grants new tokens', async () => {
    using world = open();
    const [first] = await world.signedIn(1);
    world.server.intercept('refresh', () => Response.error(), { times: 1 });
    await within(
      world,
      5_000,
      first.session.refresh().catch((error: unknown) => error),
    );
    first.life.die();
    await world.clock.advance(lifetime);
    const again = world.open();
    expect(await within(world, 30_000, send(again))).toBe(200);
    world.server.revokeSessions();
    await within(
      world,
      30_000,
      again.session.refresh().catch((error: unknown) => error),
    );

    expect(reasonOf(again)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: false });
  });
});

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
