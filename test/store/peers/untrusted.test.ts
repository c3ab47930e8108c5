import { describe, expect, test } from 'vitest';
import { observeTabs, type Tab as ObservedTab } from '../../../src/observe/index.ts';
import { forged, Hostile, malformed, openSignedIn, quiet } from './hostile.ts';
import { send } from './outcomes.ts';
import { ada, openWorld } from './world.ts';

describe('a malformed message', () => {
  test.each(malformed.map((message, index) => [index, message]))(
    'changes nothing (%i)',
    async (_, message) => {
      const { world, changes } = await openSignedIn();
      using _world = world;
      const reads = world.store.reads();
      world.air.say(message);

      expect(await changes()).toEqual([]);
      expect(world.store.reads() - reads).toBe(0);
    },
  );

  test.each(malformed.map((message, index) => [index, message]))(
    'signs no user in (%i)',
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

  test('changes nothing if a listener observes the other tabs', async () => {
    const { world, tab, changes } = await openSignedIn();
    using _world = world;
    const told: (readonly ObservedTab[])[] = [];
    const openChannel = world.air.open(tab.life);
    observeTabs(tab.session, { openChannel }).subscribe((tabs) => told.push(tabs));
    for (const message of malformed) world.air.say(message, 'sessionchart:tabs:session');

    expect(await changes()).toEqual([]);
    expect(told).toEqual([[]]);
  });

  test('that throws when it is read affects only the sender', async () => {
    const { world, changes } = await openSignedIn();
    using _world = world;
    expect(() => structuredClone(new Hostile())).not.toThrow();
    world.air.say(structuredClone(new Hostile()));

    expect(await changes()).toEqual([]);
  });
});

describe('a forged message', () => {
  test('of any kind changes nothing, since the store does not confirm it', async () => {
    const { world, changes } = await openSignedIn();
    using _world = world;
    for (const [, message] of forged(world)) world.air.say(message);

    expect(await changes()).toEqual([]);
  });

  test('changes nothing with a slow store either', async () => {
    const { world, changes } = await openSignedIn({ storeDelay: () => 20 });
    using _world = world;
    for (const [, message] of forged(world)) {
      world.air.say(message);
      await world.clock.advance(15);
    }

    expect(await changes()).toEqual([]);
  });

  test('does not sign a user in', async () => {
    using world = openWorld(quiet);
    const tab = world.open();
    const view = tab.session.getSnapshot();
    for (const [, message] of forged(world)) world.air.say(message);
    await world.clock.advance(1_000);

    expect(tab.session.getSnapshot()).toBe(view);
    expect(world.server.requests).toEqual([]);
  });

  test('changes nothing during a refresh, which continues', async () => {
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
  test('of any earlier kind changes nothing', async () => {
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

  test('after a sign-out does not restore the session', async () => {
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
  test('of this session is ignored: the newer tokens stay in use', async () => {
    using world = openWorld({ ...quiet, session: { refresh: { proactive: false, cooldown: 0 } } });
    const [tab] = await world.signedIn(1);
    const old = world.store.record();
    await tab.session.refresh();
    const token = await tab.session.accessToken();
    if (old !== null) world.store.put(old);
    world.air.say('changed');

    expect(await tab.session.accessToken()).toBe(token);
    expect(await send(tab)).toBe(200);
  });
});
