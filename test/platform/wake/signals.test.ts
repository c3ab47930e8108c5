import { describe, expect, test } from 'vitest';
import { createSignals } from '../../../src/testing/index.ts';
import { send, statuses } from '../../store/peers/outcomes.ts';
import { openWorld, within } from '../../store/peers/world.ts';
import { due, hours, long, minutes, wake } from './day.ts';

describe.each([
  ['forward', 10 * minutes],
  ['back', -10 * minutes],
])('a clock that is set %s by ten minutes', (_, jump) => {
  test.each([2, 12])('costs %i tabs at most one call, and signs no user out', async (count) => {
    using world = openWorld(long);
    const tabs = await world.signedIn(count);
    await world.clock.advance(2 * minutes);
    world.device.ahead = jump;
    wake(tabs);
    await world.clock.advance(1_000);

    expect(world.refreshTimes().length).toBeLessThanOrEqual(1);
    expect(statuses(tabs)).toEqual(tabs.map(() => 'authenticated'));
    expect(await within(world, 1_000, Promise.all(tabs.map(send)))).toEqual(tabs.map(() => 200));
    expect(world.server.counts().refused).toBe(0);
  });

  test('repeatedly, with many signals, causes no refresh loop', async () => {
    using world = openWorld(long);
    const tabs = await world.signedIn(5);
    for (let round = 0; round < 20; round += 1) {
      world.device.ahead = round % 2 === 0 ? jump : 0;
      for (let n = 0; n < 5; n += 1) wake(tabs);
      await world.clock.advance(minutes);
      expect(await within(world, 1_000, Promise.all(tabs.map(send)))).toEqual(tabs.map(() => 200));
    }

    // Twenty minutes are two lifetimes; each of the twenty changes may cost one.
    expect(world.refreshTimes().length).toBeLessThanOrEqual(22);
    expect(world.reuses()).toBe(0);
    expect(statuses(tabs)).toEqual(tabs.map(() => 'authenticated'));
  });
});

describe('the network', () => {
  test.each([
    ['with a lock', true],
    ['without one', false],
  ])('that comes back for fifty sessions at once causes one call, %s', async (_, hasLock) => {
    using world = openWorld({ ...long, hasLock, way: () => 40 });
    const tabs = await world.signedIn(50);
    world.setOnline(false);
    await world.clock.advance(2 * hours);
    const held = Promise.all(tabs.map(send));
    await world.clock.advance(1_000);
    expect(world.refreshTimes()).toEqual([]);
    world.setOnline(true);

    expect(await within(world, 5_000, held)).toEqual(tabs.map(() => 200));
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test('that comes and goes while no token is due causes no call', async () => {
    using world = openWorld(long);
    const tabs = await world.signedIn(10);
    for (let n = 0; n < 20; n += 1) {
      world.setOnline(n % 2 === 1);
      await world.clock.advance(10_000);
    }

    expect(world.refreshTimes()).toEqual([]);
    expect(statuses(tabs)).toEqual(tabs.map(() => 'authenticated'));
  });

  test('that came back without an event while a page slept is noticed when it wakes', async () => {
    using world = openWorld(long);
    const signals = createSignals();
    const platform = { isOnline: true };
    const [tab] = await world.signedIn(1, { signals: { ...signals, isOnline: () => platform.isOnline } });
    signals.setOnline(false);
    await world.clock.advance(2 * hours);
    platform.isOnline = true;
    signals.wake();
    await world.clock.advance(1_000);

    expect(await within(world, 1_000, send(tab))).toBe(200);
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test('that was lost without an event while a page slept is not used', async () => {
    using world = openWorld(long);
    const signals = createSignals();
    const platform = { isOnline: true };
    const [tab] = await world.signedIn(1, { signals: { ...signals, isOnline: () => platform.isOnline } });
    tab.life.freeze();
    await world.clock.advance(2 * hours);
    platform.isOnline = false;
    wake([tab]);
    await world.clock.advance(minutes);

    expect(world.refreshTimes()).toEqual([]);
  });
});

describe('a focus', () => {
  test('with its accompanying events checks the clock once, and makes one call if the token is due', async () => {
    using world = openWorld(long);
    const [tab] = await world.signedIn(1);
    tab.signals.setVisible(false);
    await world.clock.advance(hours);
    tab.signals.setVisible(true);
    for (let n = 0; n < 10; n += 1) tab.signals.wake();
    await world.clock.advance(1_000);

    expect(world.refreshTimes()).toHaveLength(1);
  });

  test('makes no call while no token is due', async () => {
    using world = openWorld(long);
    const tabs = await world.signedIn(5);
    for (let n = 0; n < 200; n += 1) {
      tabs[n % 5]?.signals.wake();
      await world.clock.advance(1_000);
    }

    expect(world.refreshTimes()).toEqual([]);
  });

  test.each([
    ['while the access token is valid', due],
    ['after it has expired', 900_000],
  ])('after focus causes no refresh loop at an endpoint that is down, %s', async (_, start) => {
    using world = openWorld({ ...long, random: () => 0.5, session: { refresh: { leeway: 80_000 } } });
    const [tab] = await world.signedIn(1);
    tab.signals.setVisible(false);
    await world.clock.advance(start);
    world.server.intercept('refresh', () => new Response(null, { status: 503 }));
    tab.signals.setVisible(true);
    for (let n = 0; n < 100; n += 1) {
      tab.signals.wake();
      await world.clock.advance(200);
    }
    expect(tab.session.getSnapshot().status).toMatch(/^(authenticated|refreshing)$/);
    // A hundred signals in twenty seconds, and only the attempts of one refresh.
    expect(world.refreshTimes().length).toBeLessThanOrEqual(20);
  });
});
