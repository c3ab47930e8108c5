import { setTimeout as nextTask } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { OpenChannel, StoredSession } from '../../src/index.ts';
import { lost } from './air.ts';
import {
  ada,
  grace,
  openWorld,
  outcomeOf,
  statuses,
  within,
  type Tab,
  type User,
  type World,
  type WorldOptions,
} from './world.ts';

const noChannel: OpenChannel = () => {
  throw new DOMException('There is no channel in an opaque origin', 'SecurityError');
};

/** How tabs hear nothing of each other. */
const silences = [
  { name: 'lost, on a store that answers at once', store: {}, tab: {} },
  { name: 'not to be had, on a store that answers at once', store: {}, tab: { openChannel: noChannel } },
  {
    name: 'not to be had, on a store that takes its time',
    store: { storeDelay: () => 5 },
    tab: { openChannel: noChannel },
  },
] as const;

const quiet = { fate: lost, session: { refresh: { proactive: false, cooldown: 0 } } };

interface Pair {
  readonly world: World;
  readonly one: Tab;
  readonly other: Tab;
}

async function openPair(options: WorldOptions, tab: Parameters<World['open']>[0]): Promise<Pair> {
  const world = openWorld({ ...quiet, ...options });
  const [one, other] = await world.signedIn(2, tab);
  if (other === undefined) throw new Error('Expected two tabs');
  return { world, one, other };
}

const send = (tab: Tab) => outcomeOf(tab.session.fetch('/api/me'));
const viewOf = ({ session }: Tab) => session.getSnapshot();
const requestsOf = ({ server }: World) => server.requests.filter(({ kind }) => kind === 'api');

/** Waits for it, and for what is written afterwards. */
async function doIn<Value>(world: World, what: Promise<Value>): Promise<Value> {
  const value = await within(world, 20_000, what);
  await world.clock.advance(100);
  return value;
}

async function changeUser(world: World, tab: Tab): Promise<void> {
  await doIn(world, tab.session.logout());
  await doIn(world, tab.session.login(grace));
}

function storedSession({ store }: World): StoredSession<User> {
  const record = store.record();
  if (record === null || 'ended' in record) throw new Error('There is no session in the store');
  return record;
}

describe.each(silences)('messages that are $name: before its next request a tab finds', ({ store, tab }) => {
  test('newer tokens, and sends them', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    await doIn(world, one.session.refresh());
    world.server.expireAccessTokens();
    await doIn(world, one.session.refresh());

    expect(await doIn(world, send(other))).toBe(200);
    expect(requestsOf(world)).toHaveLength(1);
    expect(world.refreshTimes()).toHaveLength(2);
  });

  test('a sign-out, and refuses it', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    await doIn(world, one.session.logout());

    expect(viewOf(other).status).toBe('authenticated');
    expect(await doIn(world, send(other))).toBe('ERR_LOGGED_OUT');
    expect(viewOf(other)).toMatchObject({
      status: 'loggedOut',
      user: null,
      reason: { type: 'peer.loggedOut' },
    });
    expect(requestsOf(world)).toEqual([]);
  });

  test('an expiry, and refuses it', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    world.server.revokeSessions();
    await doIn(world, send(one));
    const before = requestsOf(world).length;

    expect(await doIn(world, send(other))).toBe('ERR_SESSION_EXPIRED');
    expect(viewOf(other)).toMatchObject({ status: 'expired', user: { username: 'ada' } });
    expect(requestsOf(world)).toHaveLength(before);
  });

  test('another user: what was made while it showed the one before is refused and never sent', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    await changeUser(world, one);

    expect(viewOf(other).user).toMatchObject({ username: 'ada' });
    const together = [send(other), send(other), send(other)];
    for (const outcome of await doIn(world, Promise.all(together))) {
      expect(outcome).toMatch(/^ERR_(IDENTITY_CHANGED|LOGGED_OUT)$/);
    }
    expect(requestsOf(world)).toEqual([]);
    await nextTask();
    expect(viewOf(other).user).toMatchObject({ username: 'grace' });
    expect(await doIn(world, send(other))).toBe(200);
    expect(requestsOf(world)).toMatchObject([{ username: 'grace' }]);
  });

  test('another user, and does not give the token of the new one to who asked for the old one', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    await changeUser(world, one);

    const token = doIn(world, other.session.accessToken());
    await expect(token).rejects.toMatchObject({
      code: expect.stringMatching(/IDENTITY|LOGGED_OUT/) as string,
    });
  });

  test('a user who has signed in since, and sends it as that user', async () => {
    const world = openWorld({ ...quiet, ...store });
    using _world = world;
    const [one, other] = [world.open(tab), world.open(tab)];
    await doIn(world, Promise.all([one.session.ready(), other.session.ready()]));
    await doIn(world, one.session.login(ada));

    expect(viewOf(other).status).toBe('anonymous');
    expect(await doIn(world, send(other))).toBe(200);
    expect(viewOf(other)).toMatchObject({ status: 'authenticated', user: { username: 'ada' } });
  });

  test('the end of a session that it never knew, and that its own is gone with it', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    await changeUser(world, one);
    await doIn(world, one.session.logout());

    expect(await doIn(world, send(other))).toBe('ERR_LOGGED_OUT');
    expect(viewOf(other)).toMatchObject({ status: 'loggedOut', user: null });
    expect(requestsOf(world)).toEqual([]);
  });

  test('an emptied store, which ends nothing and is told once', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    world.store.clear();
    for (let round = 0; round < 3; round += 1) {
      expect(await doIn(world, Promise.all([send(one), send(other)]))).toEqual([200, 200]);
    }

    for (const { facts } of [one, other]) {
      expect(facts.filter((fact) => fact === 'store.cleared')).toHaveLength(1);
    }
    expect(statuses([one, other])).toEqual(['authenticated', 'authenticated']);
  });

  test('an emptied store, and puts the session there again with its next tokens', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    world.store.clear();
    await doIn(world, one.session.refresh());

    expect(storedSession(world)).toMatchObject({ generation: 2, user: { username: 'ada' } });
    expect(await doIn(world, send(other))).toBe(200);
    expect(await doIn(world, other.session.accessToken())).toBe(storedSession(world).accessToken);
  });

  test('its own session though it has left it, and takes it away again', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    const before = storedSession(world);
    await doIn(world, one.session.logout());
    // Another tab stored what the server had sent it, having looked before the logout.
    world.store.put({ ...before, generation: 2, accessToken: 'late', refreshToken: 'late' });
    await doIn(world, send(one));

    expect(world.store.record()).toMatchObject({ ended: 'loggedOut', sessionId: before.sessionId });
    expect(await doIn(world, send(other))).toBe('ERR_LOGGED_OUT');
    expect(statuses([one, other])).toEqual(['loggedOut', 'loggedOut']);
  });
});

describe('a record of other foreign hands', () => {
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

describe('hints, however many,', () => {
  const news = (world: World) => {
    const { sessionId, generation } = storedSession(world);
    return { type: 'adopted', sessionId, generation };
  };

  test('are few looks into a store that takes its time', async () => {
    const { world } = await openPair({ storeDelay: () => 50 }, {});
    using _world = world;
    const before = world.store.reads();
    for (let n = 0; n < 1_000; n += 1) world.air.say(news(world));
    await world.clock.advance(5_000);

    // Two tabs: one look each that is under way, and one that follows it.
    expect(world.store.reads() - before).toBe(4);
  });

  test('are not fewer than it takes: what is stored while a look is under way is found', async () => {
    const { world, other } = await openPair({ storeDelay: () => 50 }, {});
    using _world = world;
    const before = storedSession(world);
    world.air.say(news(world));
    await world.clock.advance(75);
    world.store.put({ ...before, generation: 2, accessToken: 'newer' });
    world.air.say(news(world));
    await world.clock.advance(1_000);

    expect(await other.session.accessToken()).toBe('newer');
  });

  test('make a request wait for the look that they have begun', async () => {
    const { world, one, other } = await openPair({ storeDelay: () => 50 }, {});
    using _world = world;
    await changeUser(world, one);
    other.signals.wake();
    const sent = send(other);

    expect(await doIn(world, sent)).toMatch(/^ERR_(IDENTITY_CHANGED|LOGGED_OUT)$/);
    expect(requestsOf(world)).toEqual([]);
  });
});

test('a sign-in elsewhere lets requests go that wait for the same user to come back', async () => {
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
  test('are the second route: a sign-out arrives where every message is lost', async () => {
    const { world, one, other } = await openPair({ hasStorageEvents: true }, {});
    using _world = world;
    await doIn(world, one.session.logout());
    await world.clock.advance(10);

    expect(viewOf(other)).toMatchObject({ status: 'loggedOut', reason: { type: 'peer.loggedOut' } });
  });

  test('and the first one, for newer tokens while it waits for the lock', async () => {
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
