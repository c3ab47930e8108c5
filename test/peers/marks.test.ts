import { describe, expect, test } from 'vitest';
import { send, storedSession } from './outcomes.ts';
import { lifetime, reasonOf, timeout, withhold, withoutLock } from './turns.ts';
import { ada, within, type WorldOptions } from './world.ts';

describe.each([
  ['with a lock', true],
  ['without one', false],
])('the mark in the store, %s,', (_, hasLock) => {
  const open = (options: WorldOptions = {}) => withoutLock({ hasLock, ...options });

  test('is there while the call is under way, and gone with its answer', async () => {
    using world = open();
    const [tab] = await world.signedIn(1);
    const release = withhold(world);
    const refreshed = tab.session.refresh();
    await world.clock.advance(1_000);

    expect(storedSession(world).attempt).toHaveProperty('id');
    release();
    await refreshed;
    expect(storedSession(world)).toMatchObject({ generation: 2 });
    expect(storedSession(world)).not.toHaveProperty('attempt');
  });

  test('is taken back when the server has answered that it is not there for anybody', async () => {
    using world = open();
    const [tab] = await world.signedIn(1);
    world.server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
    const refreshed = tab.session.refresh().catch((error: unknown) => error);

    expect(await within(world, 5_000, refreshed)).toMatchObject({ code: 'ERR_REFRESH_UNAVAILABLE' });
    expect(storedSession(world)).not.toHaveProperty('attempt');
  });

  test('stays where the answer was lost', async () => {
    using world = open();
    const [tab] = await world.signedIn(1);
    world.server.intercept('refresh', (_request, next) => next().then(() => Response.error()), { times: 1 });
    await within(
      world,
      5_000,
      tab.session.refresh().catch((error: unknown) => error),
    );

    expect(storedSession(world).attempt).toHaveProperty('id');
  });

  test('of a lost answer outlives a later call that the server answered with 503', async () => {
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

  test('of another tab that was answered with 503 is no lost answer', async () => {
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

  test('tells a program that is started again that the last run lost an answer', async () => {
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

  test('is no reason to think so where the server gives new tokens nevertheless', async () => {
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

describe('before a tab without a lock calls', () => {
  test('it makes its mark again that another one has replaced and taken back', async () => {
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

  test('it finds what has been stored since it looked: the old token is not sent', async () => {
    using world = withoutLock({ storeDelay: () => 50 });
    const [tab] = await world.signedIn(1);
    const before = storedSession(world);
    const refreshed = tab.session.refresh();
    // It has the lock, and is about to note its call.
    await world.clock.advance(880);
    world.store.put({ ...before, generation: 2, accessToken: 'newer' });
    await within(world, 2_000, refreshed);

    expect(world.refreshTimes()).toEqual([]);
    expect(await within(world, 1_000, tab.session.accessToken())).toBe('newer');
  });
});

describe('where no mark can be left', () => {
  test('in a store that keeps only what it knows, a tab without a lock refreshes all the same', async () => {
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

  test('in a store that is full, a tab without a lock refreshes all the same and works from memory', async () => {
    using world = withoutLock({ quota: 0 });
    const tab = world.open();
    await within(world, 1_000, tab.session.login(ada));
    await world.clock.advance(lifetime);

    expect(await within(world, 5_000, send(tab))).toBe(200);
    expect(tab.facts.filter((fact) => fact === 'store.failed')).toHaveLength(1);
  });

  test('in a store that has filled up since, it is no different', async () => {
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

test('Nobody calls for whom newer tokens came while the mark was settling', async () => {
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
