import { describe, expect, test } from 'vitest';
import { send, statuses, storedSession } from './outcomes.ts';
import { lifetime, timeout } from './turns.ts';
import { openWorld, type World } from './world.ts';

const hour = 3_600_000;

const slow = {
  way: () => 100,
  session: { refresh: { proactive: false, timeout }, hold: { timeout: 10 * timeout } },
};

/** Freezes the tabs. When they thaw, everything that was due meanwhile happens at once, in order. */
async function sleepFor(world: World, milliseconds: number, tabs = world.tabs): Promise<void> {
  for (const { life } of tabs) life.freeze();
  await world.clock.advance(milliseconds);
  for (const { life } of tabs) life.thaw();
}

describe('a refresh during sleep', () => {
  const moments = Array.from({ length: 24 }, (_, index) => index * 20);

  test.each([
    ['responds at once', {}],
    ['is slow', { storeDelay: () => 20 }],
  ])('at any moment uses the response that has arrived, if the store %s', async (_, store) => {
    for (const moment of moments) {
      using world = openWorld({ ...slow, ...store });
      const [tab] = await world.signedIn(1);
      await world.clock.advance(lifetime);
      void send(tab);
      await world.clock.advance(moment);
      await sleepFor(world, hour);
      await world.clock.advance(30_000);

      expect([moment, tab.session.getSnapshot().status]).toEqual([moment, 'authenticated']);
      expect(world.reuses()).toBe(0);
    }
  });

  test('without a response is given up soon after waking', async () => {
    using world = openWorld(slow);
    const [tab] = await world.signedIn(1);
    world.server.intercept('refresh', () => new Promise<Response>(() => undefined), { times: 1 });
    await world.clock.advance(lifetime);
    void tab.session.refresh().catch(() => undefined);
    await world.clock.advance(1_000);
    await sleepFor(world, hour);
    await world.clock.advance(10_000);

    expect(tab.session.getSnapshot().status).toBe('authenticated');
    expect(world.refreshTimes()).toHaveLength(2);
  });

  test('with the lock is not repeated by a tab that slept while it waited for the lock', async () => {
    using world = openWorld(slow);
    const [holder, waiting] = await world.signedIn(2);
    if (waiting === undefined) throw new Error('Expected two tabs');
    await world.clock.advance(lifetime);
    void holder.session.refresh().catch(() => undefined);
    await world.clock.advance(120);
    void waiting.session.refresh().catch(() => undefined);
    await world.clock.advance(20);
    holder.life.freeze();
    await sleepFor(world, hour, [waiting]);
    await world.clock.advance(2_000);
    holder.life.thaw();
    await world.clock.advance(5_000);

    expect(world.refreshTimes()).toHaveLength(1);
    expect(statuses(world.tabs)).toEqual(['authenticated', 'authenticated']);
  });

  test.each([
    ['with a lock', true],
    ['without one', false],
  ])('before its call, %s, follows the store at waking', async (_, hasLock) => {
    for (const moment of moments) {
      using world = openWorld({ ...slow, hasLock, storeDelay: () => 20, accessTokenLifetime: 2 * hour });
      const [tab, other] = await world.signedIn(2);
      if (other === undefined) throw new Error('Expected two tabs');
      void tab.session.refresh().catch(() => undefined);
      await world.clock.advance(moment);
      if (tab.session.actor.getSnapshot().hasTag('holdsLock')) break;
      tab.life.freeze();
      void other.session.refresh().catch(() => undefined);
      await world.clock.advance(hour);
      tab.life.thaw();
      await world.clock.advance(5_000);

      expect([moment, ...statuses(world.tabs)]).toEqual([moment, 'authenticated', 'authenticated']);
      expect(world.refreshTimes()).toHaveLength(1);
      expect(storedSession(world)).toMatchObject({ generation: 2 });
    }
  });

  test('that waits for the lock is not made without it by a tab that wakes just as its time limit ends', async () => {
    using world = openWorld({
      ...slow,
      storeDelay: () => 20,
      handOver: () => 20,
      accessTokenLifetime: 2 * hour,
    });
    const [tab, other] = await world.signedIn(2);
    if (other === undefined) throw new Error('Expected two tabs');
    void tab.session.refresh().catch(() => undefined);
    await sleepFor(world, 10 * timeout, [tab]);
    void other.session.refresh().catch(() => undefined);
    await world.clock.advance(60_000);

    expect(statuses(world.tabs)).toEqual(['authenticated', 'authenticated']);
    expect(world.reuses()).toBe(0);
  });

  test('while its mark was written, without a lock, is made soon after waking', async () => {
    using world = openWorld({ ...slow, hasLock: false, storeDelay: () => 20 });
    const [tab] = await world.signedIn(1);
    await world.clock.advance(lifetime);
    void tab.session.refresh().catch(() => undefined);
    while (storedSession(world).attempt === undefined) await world.clock.advance(5);
    await sleepFor(world, hour);
    await world.clock.advance(5_000);

    expect(tab.session.getSnapshot().status).toBe('authenticated');
    expect(world.refreshTimes()).toHaveLength(1);
  });
});
