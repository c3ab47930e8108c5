import { describe, expect, test } from 'vitest';
import { send, statuses, storedSession } from './outcomes.ts';
import { changeUser, doIn, openPair, requestsOf, viewOf } from './pair.ts';
import { ada, openWorld, within } from './world.ts';

describe('a record that other code has written', () => {
  test.each([
    ['no JSON', '{'],
    ['of another version', JSON.stringify({ version: 2, sessionId: 'x' })],
    ['of another program', JSON.stringify({ token: 'x' })],
    ['without tokens', JSON.stringify({ version: 1, sessionId: 'x', generation: 7 })],
  ])('that is %s changes nothing', async (_, text) => {
    const { world, other } = await openPair({}, {});
    using _world = world;
    const before = viewOf(other);
    world.store.putText(text);

    expect(await doIn(world, send(other))).toBe(200);
    expect(viewOf(other)).toBe(before);
  });
});

describe('any number of hints', () => {
  const hint = 'changed';

  test('cause few reads of a slow store', async () => {
    const { world } = await openPair({ storeDelay: () => 50 }, {});
    using _world = world;
    const before = world.store.reads();
    for (let n = 0; n < 1_000; n += 1) world.air.say(hint);
    await world.clock.advance(5_000);

    // Each of the two tabs finishes the read in progress and makes one more.
    expect(world.store.reads() - before).toBe(4);
  });

  test('are not missed: a write during a read is found', async () => {
    const { world, other } = await openPair({ storeDelay: () => 50 }, {});
    using _world = world;
    const before = storedSession(world);
    world.air.say(hint);
    await world.clock.advance(75);
    world.store.put({ ...before, generation: 2, accessToken: 'newer' });
    world.air.say(hint);
    await world.clock.advance(1_000);

    expect(await doIn(world, other.session.accessToken())).toBe('newer');
  });

  test('make a request wait for the read that they started', async () => {
    const { world, one, other } = await openPair({ storeDelay: () => 50 }, {});
    using _world = world;
    await changeUser(world, one);
    other.signals.wake();
    const sent = send(other);

    expect(await doIn(world, sent)).toMatch(/^ERR_(IDENTITY_CHANGED|LOGGED_OUT)$/);
    expect(requestsOf(world)).toEqual([]);
  });
});

test('a sign-in elsewhere releases requests that wait for the same user', async () => {
  const world = openWorld({ session: { refresh: { proactive: false }, hold: { whileExpired: 60_000 } } });
  using _world = world;
  const [one, other] = await world.signedIn(2);
  if (other === undefined) throw new Error('Expected two tabs');
  world.server.revokeSessions();
  const held = [send(one), send(other)];
  await world.clock.advance(1_000);
  expect(statuses([one, other])).toEqual(['expired', 'expired']);
  await doIn(world, one.session.login(ada));

  expect(await doIn(world, Promise.all(held))).toEqual([200, 200]);
});

describe('storage events', () => {
  test('deliver a sign-out if every message is lost', async () => {
    const { world, one, other } = await openPair({ hasStorageEvents: true }, {});
    using _world = world;
    await doIn(world, one.session.logout());
    await world.clock.advance(10);

    expect(viewOf(other)).toMatchObject({ status: 'loggedOut', reason: { type: 'peer.loggedOut' } });
  });

  test('deliver newer tokens while a tab waits for the lock', async () => {
    const { world, one, other } = await openPair({ hasStorageEvents: true }, {});
    using _world = world;
    const free = world.lock.occupy();
    const refreshed = other.session.refresh();
    await world.clock.advance(100);
    const before = storedSession(world);
    world.store.put({ ...before, generation: 2, accessToken: 'newer' });
    one.life.die();
    world.store.tell();
    await within(world, 1_000, refreshed);

    expect(await other.session.accessToken()).toBe('newer');
    expect(world.refreshTimes()).toEqual([]);
    free();
  });
});
