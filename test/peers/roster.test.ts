import { describe, expect, test, vi } from 'vitest';
import type { Peer } from '../../src/index.ts';
import { ada, openWorld, within, type Tab, type World } from './world.ts';

const quiet = { session: { refresh: { proactive: false } } };

/** Listens, and gives what was told last and how often. */
function listen({ session }: Tab) {
  const told: (readonly Peer[])[] = [];
  const stop = session.peers.subscribe((peers) => told.push(peers));
  return { told, stop, last: () => told.at(-1) ?? [] };
}

const roll = ({ air }: World) => air.posted.filter((message) => isOf(message, 'rollCall')).length;

function isOf(message: unknown, type: string): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === type;
}

const peer = (tab: Tab, rest: Partial<Peer> = {}): Peer => ({
  id: tab.session.peers.id,
  status: 'authenticated',
  holdsLock: false,
  isVisible: true,
  ...rest,
});

async function openThree(): Promise<{ world: World; one: Tab; two: Tab; three: Tab }> {
  const world = openWorld(quiet);
  const [one, two, three] = await world.signedIn(3);
  if (two === undefined || three === undefined) throw new Error('Expected three tabs');
  return { world, one, two, three };
}

describe('who listens for peers', () => {
  test('is told at once of none, and then of all others, each by its own name', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const { told, last } = listen(one);
    expect(told).toEqual([[]]);
    await world.clock.advance(10);

    expect(last()).toEqual([peer(two), peer(three)]);
    expect(new Set(world.tabs.map(({ session }) => session.peers.id)).size).toBe(3);
  });

  test('hears of one that is opened later, within two seconds', async () => {
    const { world, one } = await openThree();
    using _world = world;
    const { last } = listen(one);
    await world.clock.advance(10);
    const late = world.open({ isVisible: false });
    await world.clock.advance(2_000);

    expect(last()).toContainEqual(peer(late, { isVisible: false }));
  });

  test('hears of one that leaves, at once', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const { last } = listen(one);
    await world.clock.advance(10);
    two.session.dispose();
    await world.clock.advance(1);

    expect(last()).toEqual([peer(three)]);
  });

  test('misses one that has died, when it has not answered twice', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const { last } = listen(one);
    await world.clock.advance(10);
    two.life.die();
    await world.clock.advance(3_900);
    expect(last()).toEqual([peer(two), peer(three)]);
    await world.clock.advance(2_200);

    expect(last()).toEqual([peer(three)]);
  });

  test('keeps one that is frozen for a moment', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const { last } = listen(one);
    await world.clock.advance(10);
    two.life.freeze();
    await world.clock.advance(3_000);
    two.life.thaw();
    await world.clock.advance(10_000);

    expect(last()).toEqual([peer(two), peer(three)]);
  });

  test('sees which of them holds the lock, while it does', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const { told, last } = listen(one);
    await world.clock.advance(10);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    world.server.intercept('refresh', async (_request, next) => {
      await released;
      return next();
    });
    const refreshed = [two, three].map(({ session }) => session.refresh());
    await world.clock.advance(100);

    expect(last()).toEqual([
      peer(two, { status: 'refreshing', holdsLock: true }),
      peer(three, { status: 'refreshing' }),
    ]);
    release();
    await within(world, 1_000, Promise.all(refreshed));
    await world.clock.advance(100);
    expect(last()).toEqual([peer(two), peer(three)]);
    for (const peers of told) {
      expect(peers.filter(({ holdsLock }) => holdsLock).length).toBeLessThanOrEqual(1);
    }
  });

  test('sees their status: signed out everywhere, and somebody else after that', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const { last } = listen(one);
    await world.clock.advance(10);
    await one.session.logout();
    await world.clock.advance(10);
    expect(last()).toEqual([peer(two, { status: 'loggedOut' }), peer(three, { status: 'loggedOut' })]);
    await one.session.login(ada);
    await world.clock.advance(10);

    expect(last()).toEqual([peer(two), peer(three)]);
  });

  test('sees whether anybody looks at them, within two seconds', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const { last } = listen(one);
    await world.clock.advance(10);
    two.signals.setVisible(false);
    await world.clock.advance(2_000);

    expect(last()).toEqual([peer(two, { isVisible: false }), peer(three)]);
  });

  test('is told nothing where nothing has changed, and what it is told cannot be changed', async () => {
    const { world, one } = await openThree();
    using _world = world;
    const { told, last } = listen(one);
    await world.clock.advance(60_000);

    expect(told.length).toBeLessThanOrEqual(3);
    expect(Object.isFrozen(last())).toBe(true);
  });

  test('is told no more once it has stopped, others are, and a listener that throws stops nobody', async () => {
    const { world, one, two } = await openThree();
    using _world = world;
    const reported: unknown[] = [];
    vi.spyOn(console, 'error').mockImplementation((error: unknown) => void reported.push(error));
    const first = listen(one);
    one.session.peers.subscribe(() => {
      throw new Error('Not my day');
    });
    const second = listen(one);
    await world.clock.advance(10);
    first.stop();
    first.stop();
    const before = first.told.length;
    two.session.dispose();
    await world.clock.advance(10);

    expect(first.told).toHaveLength(before);
    expect(second.last()).toHaveLength(1);
    expect(reported.length).toBeGreaterThan(0);
  });

  test('begins anew when it listens again', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const first = listen(one);
    await world.clock.advance(10);
    first.stop();
    two.life.die();
    const again = listen(one);
    expect(again.told).toEqual([[]]);
    await world.clock.advance(10);

    expect(again.last()).toEqual([peer(three)]);
  });
});

describe('where nobody listens', () => {
  test('nobody asks, and nothing is said but what is news', async () => {
    const { world, one, two } = await openThree();
    using _world = world;
    await one.session.refresh();
    two.signals.setVisible(false);
    await world.clock.advance(600_000);

    expect(world.air.posted.every((message) => isOf(message, 'adopted'))).toBe(true);
  });

  test('any more, nobody asks any more, and changes are told no more', async () => {
    const { world, one, two } = await openThree();
    using _world = world;
    const { stop } = listen(one);
    await world.clock.advance(10_000);
    stop();
    await world.clock.advance(10_000);
    const posted = world.air.posted.length;
    await two.session.refresh();
    await world.clock.advance(60_000);

    expect(world.air.posted.slice(posted).every((message) => isOf(message, 'adopted'))).toBe(true);
  });

  test('any more, since who was told that a tab has gone stopped there and then, nobody asks', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    three.session.dispose();
    const told: (readonly Peer[])[] = [];
    const stop = one.session.peers.subscribe((peers) => {
      if (told.push(peers) === 3) stop();
    });
    await world.clock.advance(10);
    two.life.die();
    await world.clock.advance(10_000);
    expect(told).toEqual([[], [peer(two)], []]);
    const calls = roll(world);
    await world.clock.advance(60_000);

    expect(roll(world)).toBe(calls);
  });

  test('but who came after it was disposed of, no timer runs', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    for (const { session } of [one, two, three]) session.dispose();
    listen(one);
    await world.clock.advance(3_600_000);

    expect(world.clock.next()).toBeNull();
  });

  test('since it is disposed of, nobody asks', async () => {
    const { world, one } = await openThree();
    using _world = world;
    listen(one);
    await world.clock.advance(10);
    one.session.dispose();
    const calls = roll(world);
    await world.clock.advance(60_000);

    expect(roll(world)).toBe(calls);
  });
});

describe('a roll', () => {
  test('is called once in two seconds, however many listen to one session', async () => {
    const { world, one } = await openThree();
    using _world = world;
    for (let n = 0; n < 5; n += 1) listen(one);
    await world.clock.advance(19_999);

    expect(roll(world)).toBe(10);
  });

  test('is answered once by each', async () => {
    const { world, one } = await openThree();
    using _world = world;
    listen(one);
    await world.clock.advance(1_999);

    expect(world.air.posted.filter((message) => isOf(message, 'present'))).toHaveLength(2);
  });

  test('tells no token, and nothing of the user', async () => {
    const { world, one } = await openThree();
    using _world = world;
    listen(one);
    await one.session.refresh();
    await world.clock.advance(2_000);
    const record = world.store.record();
    const text = JSON.stringify(world.air.posted);

    expect(text).not.toContain('ada');
    expect(record).toHaveProperty('refreshToken');
    for (const [key, value] of Object.entries(record ?? {})) {
      if (key.endsWith('Token')) expect(text).not.toContain(String(value));
    }
  });
});
