import { describe, expect, test } from 'vitest';
import type { Peer } from '../../src/index.ts';
import { ada, openWorld, outcomeOf, type Tab, type World } from './world.ts';

const quiet = { session: { refresh: { proactive: false } } };
const id = 'a4f1c0de-0000-4000-8000-000000000000';

class Hostile {
  get type(): string {
    throw new Error('Nobody may look here');
  }
}

const cyclic: Record<string, unknown> = { type: 'adopted', generation: 2 };
cyclic['sessionId'] = cyclic;

/** What is no message of this library at all. */
const malformed: readonly unknown[] = [
  undefined,
  null,
  0,
  Number.NaN,
  '',
  'loggedOut',
  Symbol('loggedOut'),
  () => 'loggedOut',
  [],
  ['loggedOut'],
  {},
  { type: null },
  { type: 'loggedOut' },
  { type: 'expired', sessionId: null, generation: 0 },
  { type: 'loggedOut', sessionId: '', generation: 0 },
  { type: 'loggedOut', sessionId: 7, generation: 0 },
  { type: 'loggedOut', sessionId: 'x'.repeat(65), generation: 0 },
  { type: 'adopted', sessionId: id, generation: '2' },
  { type: 'adopted', sessionId: id, generation: Number.NaN },
  { type: 'adopted', sessionId: id, generation: Infinity },
  { type: 'adopted', sessionId: id, generation: 1.5 },
  { type: 'adopted', sessionId: id, generation: 2 ** 60 },
  { type: 'toString', sessionId: id, generation: 2 },
  { type: 'x'.repeat(10_000_000), sessionId: id, generation: 2 },
  { type: 'present' },
  { type: 'present', id: 'x'.repeat(10_000_000), status: 'expired', holdsLock: true, isVisible: true },
  { type: 'present', id, status: 'signedIn', holdsLock: true, isVisible: true },
  { type: 'present', id, status: 'expired', holdsLock: 1, isVisible: true },
  { type: 'present', id, status: 'expired', holdsLock: true },
  { type: 'absent' },
  { type: 'absent', id: {} },
  cyclic,
  new Uint8Array(10_000_000),
  new Map([['type', 'loggedOut']]),
  JSON.stringify({ type: 'loggedOut', sessionId: id, generation: 0 }),
];

interface Seen {
  readonly world: World;
  readonly tab: Tab;
  /** Nothing has come of what was said: the very same view, no request, no fact, and the same record. */
  expectNothing(): Promise<void>;
}

async function openSignedIn(options: Parameters<typeof openWorld>[0] = {}): Promise<Seen> {
  const world = openWorld({ ...quiet, ...options });
  const [tab] = await world.signedIn(1);
  await world.clock.advance(1_000);
  const view = tab.session.getSnapshot();
  const facts = [...tab.facts];
  const record = world.store.record();
  const requests = world.server.requests.length;
  return {
    world,
    tab,
    async expectNothing() {
      await world.clock.advance(10_000);
      expect(tab.session.getSnapshot()).toBe(view);
      expect(tab.facts).toEqual(facts);
      expect(world.store.record()).toEqual(record);
      expect(world.server.requests).toHaveLength(requests);
    },
  };
}

function idOf({ store }: World): string {
  return store.record()?.sessionId ?? '';
}

describe('a malformed message', () => {
  test.each(malformed.map((message, index) => [index, message]))(
    'changes nothing (%i)',
    async (_, message) => {
      const { world, expectNothing } = await openSignedIn();
      using _world = world;
      const reads = world.store.reads();
      world.air.say(message);

      await expectNothing();
      expect(world.store.reads() - reads).toBe(0);
    },
  );

  test.each(malformed.map((message, index) => [index, message]))(
    'signs nobody in (%i)',
    async (_, message) => {
      using world = openWorld(quiet);
      const tab = world.open();
      const view = tab.session.getSnapshot();
      world.air.say(message);
      await world.clock.advance(10_000);

      expect(tab.session.getSnapshot()).toBe(view);
      expect(view.status).toBe('anonymous');
      expect(world.server.requests).toEqual([]);
    },
  );

  test('changes nothing where somebody listens for peers', async () => {
    const { world, tab, expectNothing } = await openSignedIn();
    using _world = world;
    const told: (readonly Peer[])[] = [];
    tab.session.peers.subscribe((peers) => told.push(peers));
    for (const message of malformed) world.air.say(message);

    await expectNothing();
    expect(told).toEqual([[]]);
  });

  test('that throws when it is looked at is the sender’s trouble: no message of a channel can', async () => {
    const { world, expectNothing } = await openSignedIn();
    using _world = world;
    expect(() => structuredClone(new Hostile())).not.toThrow();
    world.air.say(structuredClone(new Hostile()));

    await expectNothing();
  });
});

describe('a forged message', () => {
  const forged = (world: World): readonly (readonly [string, object])[] => [
    ['a sign-out', { type: 'loggedOut', sessionId: idOf(world), generation: 0 }],
    ['an expiry', { type: 'expired', sessionId: idOf(world), generation: 0 }],
    ['a sign-out of somebody else', { type: 'loggedOut', sessionId: id, generation: 0 }],
    ['newer tokens', { type: 'adopted', sessionId: idOf(world), generation: 1_000_000 }],
    ['older tokens', { type: 'adopted', sessionId: idOf(world), generation: -5 }],
    ['the same tokens', { type: 'adopted', sessionId: idOf(world), generation: 1 }],
    ['another session', { type: 'adopted', sessionId: id, generation: 1 }],
    [
      'tokens and a user of its own',
      {
        type: 'adopted',
        version: 1,
        sessionId: id,
        generation: 7,
        accessToken: 'forged',
        refreshToken: 'forged',
        user: { username: 'mallory' },
      },
    ],
    ['a prototype', { type: 'adopted', sessionId: '__proto__', generation: 1, __proto__: { status: 'x' } }],
  ];

  test('of whatever kind changes nothing, for the store does not say so', async () => {
    const { world, expectNothing } = await openSignedIn();
    using _world = world;
    for (const [, message] of forged(world)) world.air.say(message);

    await expectNothing();
  });

  test('changes nothing in a store that takes its time either', async () => {
    const { world, expectNothing } = await openSignedIn({ storeDelay: () => 20 });
    using _world = world;
    for (const [, message] of forged(world)) {
      world.air.say(message);
      await world.clock.advance(15);
    }

    await expectNothing();
  });

  test('signs nobody in', async () => {
    using world = openWorld(quiet);
    const tab = world.open();
    const view = tab.session.getSnapshot();
    for (const [, message] of forged(world)) world.air.say(message);
    await world.clock.advance(1_000);

    expect(tab.session.getSnapshot()).toBe(view);
    expect(world.server.requests).toEqual([]);
  });

  test('changes nothing while a refresh is under way, and the refresh goes on', async () => {
    const { world, tab } = await openSignedIn({ way: () => 200 });
    using _world = world;
    const refreshed = tab.session.refresh();
    await world.clock.advance(100);
    for (const [, message] of forged(world)) world.air.say(message);
    expect(tab.session.getSnapshot().status).toBe('refreshing');
    await world.clock.advance(1_000);
    await refreshed;

    expect(world.refreshTimes()).toHaveLength(1);
    expect(tab.session.getSnapshot().status).toBe('authenticated');
  });
});

describe('a replayed message', () => {
  test('of everything that has ever been said changes nothing', async () => {
    using world = openWorld({ ...quiet, session: { refresh: { proactive: false, cooldown: 0 } } });
    const [one, other] = await world.signedIn(2);
    if (other === undefined) throw new Error('Expected two tabs');
    await one.session.refresh();
    await one.session.logout();
    await one.session.login(ada);
    await world.clock.advance(10);
    await other.session.refresh();
    await world.clock.advance(1_000);
    const views = [one, other].map(({ session }) => session.getSnapshot());
    const record = world.store.record();
    const requests = world.server.requests.length;
    expect(world.air.posted.length).toBeGreaterThan(3);
    for (const message of [...world.air.posted, ...[...world.air.posted].reverse()]) {
      world.air.say(message);
      await world.clock.advance(1);
    }

    expect([one, other].map(({ session }) => session.getSnapshot())).toEqual(views);
    expect(one.session.getSnapshot()).toBe(views[0]);
    expect(other.session.getSnapshot()).toBe(views[1]);
    expect(world.store.record()).toEqual(record);
    expect(world.server.requests).toHaveLength(requests);
  });

  test('after a sign-out brings nobody back', async () => {
    using world = openWorld(quiet);
    const [one, other] = await world.signedIn(2);
    await one.session.refresh();
    await one.session.logout();
    await world.clock.advance(1_000);
    for (const message of world.air.posted) world.air.say(message);
    await world.clock.advance(1_000);

    for (const tab of [one, other]) expect(tab?.session.getSnapshot().status).toBe('loggedOut');
    expect(world.store.record()).toHaveProperty('ended', 'loggedOut');
  });
});

describe('an older record in the store', () => {
  test('of this session is no news: the newer tokens stay in use', async () => {
    using world = openWorld({ ...quiet, session: { refresh: { proactive: false, cooldown: 0 } } });
    const [tab] = await world.signedIn(1);
    const old = world.store.record();
    await tab.session.refresh();
    const token = await tab.session.accessToken();
    if (old !== null) world.store.put(old);
    world.air.say({ type: 'adopted', sessionId: idOf(world), generation: 1 });

    expect(await tab.session.accessToken()).toBe(token);
    expect(await outcomeOf(tab.session.fetch('/api/me'))).toBe(200);
  });
});

describe('ten thousand messages', () => {
  const many = 10_000;

  test('that are malformed cost no look into the store', async () => {
    const { world, expectNothing } = await openSignedIn();
    using _world = world;
    const reads = world.store.reads();
    for (let n = 0; n < many; n += 1) world.air.say({ type: 'loggedOut', sessionId: '', generation: n });

    expect(world.store.reads() - reads).toBe(0);
    await expectNothing();
  });

  test('that are forged cost a look each where it is at once, and two where it takes its time', async () => {
    for (const [options, most] of [
      [{}, many],
      [{ storeDelay: () => 5 }, 2],
    ] as const) {
      const { world, expectNothing } = await openSignedIn(options);
      using _world = world;
      const reads = world.store.reads();
      for (let n = 0; n < many; n += 1) world.air.say({ type: 'adopted', sessionId: id, generation: n });
      await world.clock.advance(1_000);

      expect(world.store.reads() - reads).toBeLessThanOrEqual(most);
      await expectNothing();
    }
  });

  test('that call the roll cost no look, and tell nothing but who is there', async () => {
    const { world, expectNothing } = await openSignedIn();
    using _world = world;
    const reads = world.store.reads();
    const posted = world.air.posted.length;
    for (let n = 0; n < many; n += 1) world.air.say({ type: 'rollCall' });

    expect(world.store.reads() - reads).toBe(0);
    const told = world.air.posted.slice(posted);
    expect(told.length).toBeLessThanOrEqual(many);
    expect(new Set(told.map((message) => JSON.stringify(message))).size).toBe(1);
    await expectNothing();
  });

  test('of peers that are not there do not fill the memory', async () => {
    const { world, tab, expectNothing } = await openSignedIn();
    using _world = world;
    let peers: readonly Peer[] = [];
    tab.session.peers.subscribe((known) => {
      peers = known;
    });
    for (let n = 0; n < many; n += 1) {
      world.air.say({
        type: 'present',
        id: `peer ${n}`,
        status: 'authenticated',
        holdsLock: true,
        isVisible: true,
      });
    }

    expect(peers.length).toBeLessThanOrEqual(200);
    await expectNothing();
    await world.clock.advance(10_000);
    expect(peers).toEqual([]);
  });

  test('hold no request up', async () => {
    const { world, tab } = await openSignedIn({ storeDelay: () => 5 });
    using _world = world;
    for (let n = 0; n < many; n += 1) world.air.say({ type: 'adopted', sessionId: id, generation: n });
    const sent = outcomeOf(tab.session.fetch('/api/me'));
    await world.clock.advance(100);

    expect(await sent).toBe(200);
  });
});
