import { describe, expect, test } from 'vitest';
import { observeTabs, type Tab } from '../../../src/observe/index.ts';
import { openSignedIn } from './hostile.ts';
import { send } from './outcomes.ts';

describe('ten thousand messages', () => {
  const many = 10_000;
  const channel = 'sessionchart:tabs:session';

  test('that are malformed cause no read of the store', async () => {
    const { world, changes } = await openSignedIn();
    using _world = world;
    const reads = world.store.reads();
    for (let n = 0; n < many; n += 1) world.air.say({ type: 'loggedOut', sessionId: '', generation: n });

    expect(world.store.reads() - reads).toBe(0);
    expect(await changes()).toEqual([]);
  });

  test('that are forged cause one read each in a synchronous store, and two in total in a slow one', async () => {
    for (const [options, most] of [
      [{}, many],
      [{ storeDelay: () => 5 }, 2],
    ] as const) {
      const { world, changes } = await openSignedIn(options);
      using _world = world;
      const reads = world.store.reads();
      for (let n = 0; n < many; n += 1) world.air.say('changed');
      await world.clock.advance(1_000);

      expect(world.store.reads() - reads).toBeLessThanOrEqual(most);
      expect(await changes()).toEqual([]);
    }
  });

  test('that ask for peers cause no read, and reveal only which tabs exist', async () => {
    const { world, tab, changes } = await openSignedIn();
    using _world = world;
    observeTabs(tab.session, { openChannel: world.air.open(tab.life) });
    const reads = world.store.reads();
    const posted = world.air.posted.length;
    for (let n = 0; n < many; n += 1) world.air.say({ type: 'rollCall' }, channel);

    expect(world.store.reads() - reads).toBe(0);
    const told = world.air.posted.slice(posted);
    expect(told.length).toBeLessThanOrEqual(many);
    expect(new Set(told.map((message) => JSON.stringify(message))).size).toBe(1);
    expect(await changes()).toEqual([]);
  });

  test('of tabs that are not there do not fill the memory', async () => {
    const { world, tab, changes } = await openSignedIn();
    using _world = world;
    let tabs: readonly Tab[] = [];
    observeTabs(tab.session, { openChannel: world.air.open(tab.life) }).subscribe((known) => {
      tabs = known;
    });
    for (let n = 0; n < many; n += 1) {
      world.air.say(
        {
          type: 'present',
          id: `tab ${n}`,
          status: 'authenticated',
          holdsLock: true,
          isVisible: true,
        },
        channel,
      );
    }

    expect(tabs.length).toBeLessThanOrEqual(200);
    expect(await changes()).toEqual([]);
    await world.clock.advance(10_000);
    expect(tabs).toEqual([]);
  });

  test('delay no request', async () => {
    const { world, tab } = await openSignedIn({ storeDelay: () => 5 });
    using _world = world;
    for (let n = 0; n < many; n += 1) world.air.say('changed');
    const sent = send(tab);
    await world.clock.advance(100);

    expect(await sent).toBe(200);
  });
});
