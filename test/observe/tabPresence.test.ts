import { describe, expect, test, vi } from 'vitest';
import { observeTabs, type Tab as ObservedTab, type TabObserver } from '../../src/observe/index.ts';
import { ada, openWorld, within, type Tab, type World } from '../store/peers/world.ts';

const quiet = { session: { refresh: { proactive: false } } };

const observers = new WeakMap<Tab, TabObserver>();

/** The observer of each tab. */
function observe({ air }: World, tab: Tab): TabObserver {
  const { session, life } = tab;
  const observer = observers.get(tab) ?? observeTabs(session, { openChannel: air.open(life) });
  observers.set(tab, observer);
  return observer;
}

/** Subscribes, and returns the last list and the number of calls. */
function listen(world: World, tab: Tab) {
  const told: (readonly ObservedTab[])[] = [];
  const stop = observe(world, tab).subscribe((tabs) => told.push(tabs));
  return { told, stop, last: () => told.at(-1) ?? [] };
}

const rollCalls = ({ air }: World) => air.posted.filter((message) => isOf(message, 'rollCall')).length;

function isOf(message: unknown, type: string): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === type;
}

const isPresence = (message: unknown): boolean => typeof message === 'object';

const tabOf = (world: World, tab: Tab, rest: Partial<ObservedTab> = {}): ObservedTab => ({
  id: observe(world, tab).id,
  status: 'authenticated',
  holdsLock: false,
  isVisible: true,
  ...rest,
});

async function openThree(): Promise<{ world: World; one: Tab; two: Tab; three: Tab }> {
  const world = openWorld(quiet);
  const [one, two, three] = await world.signedIn(3);
  if (two === undefined || three === undefined) throw new Error('Expected three tabs');
  for (const tab of [one, two, three]) observe(world, tab);
  return { world, one, two, three };
}

describe('a tab that observes the others', () => {
  test('is called at once with none, then with all others, each with its own id', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const { told, last } = listen(world, one);
    expect(told).toEqual([[]]);
    await world.clock.advance(10);

    expect(last()).toEqual([tabOf(world, two), tabOf(world, three)]);
    expect(new Set(world.tabs.map((tab) => observe(world, tab).id)).size).toBe(3);
  });

  test('learns of a new tab within two seconds', async () => {
    const { world, one } = await openThree();
    using _world = world;
    const { last } = listen(world, one);
    await world.clock.advance(10);
    const late = world.open({ isVisible: false });
    observe(world, late);
    await world.clock.advance(2_000);

    expect(last()).toContainEqual(tabOf(world, late, { isVisible: false }));
  });

  test('learns at once when a tab leaves', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const { last } = listen(world, one);
    await world.clock.advance(10);
    two.session.dispose();
    await world.clock.advance(1);

    expect(last()).toEqual([tabOf(world, three)]);
  });

  test('drops a crashed tab after two missed responses', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const { last } = listen(world, one);
    await world.clock.advance(10);
    two.life.die();
    await world.clock.advance(3_900);
    expect(last()).toEqual([tabOf(world, two), tabOf(world, three)]);
    await world.clock.advance(2_200);

    expect(last()).toEqual([tabOf(world, three)]);
  });

  test('keeps a tab that is frozen briefly', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const { last } = listen(world, one);
    await world.clock.advance(10);
    two.life.freeze();
    await world.clock.advance(3_000);
    two.life.thaw();
    await world.clock.advance(10_000);

    expect(last()).toEqual([tabOf(world, two), tabOf(world, three)]);
  });

  test('sees which tab holds the lock', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const { told, last } = listen(world, one);
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
      tabOf(world, two, { status: 'refreshing', holdsLock: true }),
      tabOf(world, three, { status: 'refreshing' }),
    ]);
    release();
    await within(world, 1_000, Promise.all(refreshed));
    await world.clock.advance(100);
    expect(last()).toEqual([tabOf(world, two), tabOf(world, three)]);
    for (const tabs of told) {
      expect(tabs.filter(({ holdsLock }) => holdsLock).length).toBeLessThanOrEqual(1);
    }
  });

  test('sees their status: signed out everywhere, and then another user', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const { last } = listen(world, one);
    await world.clock.advance(10);
    await one.session.logout();
    await world.clock.advance(10);
    expect(last()).toEqual([
      tabOf(world, two, { status: 'loggedOut' }),
      tabOf(world, three, { status: 'loggedOut' }),
    ]);
    await one.session.login(ada);
    await world.clock.advance(10);

    expect(last()).toEqual([tabOf(world, two), tabOf(world, three)]);
  });

  test('sees within two seconds whether they are visible', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const { last } = listen(world, one);
    await world.clock.advance(10);
    two.signals.setVisible(false);
    await world.clock.advance(2_000);

    expect(last()).toEqual([tabOf(world, two, { isVisible: false }), tabOf(world, three)]);
  });

  test('is not called without a change, and receives frozen data', async () => {
    const { world, one } = await openThree();
    using _world = world;
    const { told, last } = listen(world, one);
    await world.clock.advance(60_000);

    expect(told.length).toBeLessThanOrEqual(3);
    expect(Object.isFrozen(last())).toBe(true);
  });

  test('is not called after it unsubscribes, and a listener that throws does not affect others', async () => {
    const { world, one, two } = await openThree();
    using _world = world;
    const reported: unknown[] = [];
    vi.spyOn(console, 'error').mockImplementation((error: unknown) => void reported.push(error));
    const first = listen(world, one);
    observe(world, one).subscribe(() => {
      throw new Error('Not my day');
    });
    const second = listen(world, one);
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

  test('starts over when it subscribes again', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    const first = listen(world, one);
    await world.clock.advance(10);
    first.stop();
    two.life.die();
    const again = listen(world, one);
    expect(again.told).toEqual([[]]);
    await world.clock.advance(10);

    expect(again.last()).toEqual([tabOf(world, three)]);
  });
});

describe('without a listener', () => {
  test('no tab asks, and no presence is sent', async () => {
    const { world, one, two } = await openThree();
    using _world = world;
    await one.session.refresh();
    two.signals.setVisible(false);
    await world.clock.advance(600_000);

    expect(world.air.posted.some(isPresence)).toBe(false);
  });

  test('after the last one has unsubscribed, no tab asks and no presence is sent', async () => {
    const { world, one, two } = await openThree();
    using _world = world;
    const { stop } = listen(world, one);
    await world.clock.advance(10_000);
    stop();
    await world.clock.advance(10_000);
    const posted = world.air.posted.length;
    await two.session.refresh();
    await world.clock.advance(60_000);

    expect(world.air.posted.slice(posted).some(isPresence)).toBe(false);
  });

  test('because it has unsubscribed in its own call, no tab asks', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    three.session.dispose();
    const told: (readonly ObservedTab[])[] = [];
    const stop = observe(world, one).subscribe((tabs) => {
      if (told.push(tabs) === 3) stop();
    });
    await world.clock.advance(10);
    two.life.die();
    await world.clock.advance(10_000);
    expect(told).toEqual([[], [tabOf(world, two)], []]);
    const calls = rollCalls(world);
    await world.clock.advance(60_000);

    expect(rollCalls(world)).toBe(calls);
  });

  test('no timer runs, even if a listener subscribes after dispose()', async () => {
    const { world, one, two, three } = await openThree();
    using _world = world;
    for (const { session } of [one, two, three]) session.dispose();
    listen(world, one);
    await world.clock.advance(3_600_000);

    expect(world.clock.next()).toBeNull();
  });

  test('after dispose(), no tab asks', async () => {
    const { world, one } = await openThree();
    using _world = world;
    listen(world, one);
    await world.clock.advance(10);
    one.session.dispose();
    const calls = rollCalls(world);
    await world.clock.advance(60_000);

    expect(rollCalls(world)).toBe(calls);
  });
});

describe('a request for presence', () => {
  test('is sent once in two seconds, for any number of listeners', async () => {
    const { world, one } = await openThree();
    using _world = world;
    for (let n = 0; n < 5; n += 1) listen(world, one);
    await world.clock.advance(19_999);

    expect(rollCalls(world)).toBe(10);
  });

  test('gets one response from each tab', async () => {
    const { world, one } = await openThree();
    using _world = world;
    listen(world, one);
    await world.clock.advance(1_999);

    expect(world.air.posted.filter((message) => isOf(message, 'present'))).toHaveLength(2);
  });

  test('contains no token, and nothing about the user', async () => {
    const { world, one } = await openThree();
    using _world = world;
    listen(world, one);
    await one.session.refresh();
    await world.clock.advance(2_000);
    const record = world.store.record();
    const text = JSON.stringify(world.air.posted);

    // The whole value: an id is random hexadecimal text, which can contain the letters.
    expect(text).not.toMatch(/"ada"|ada@/);
    expect(record).toHaveProperty('refreshToken');
    for (const [key, value] of Object.entries(record ?? {})) {
      if (key.endsWith('Token')) expect(text).not.toContain(String(value));
    }
  });
});
