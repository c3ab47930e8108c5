import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../src/index.ts';
import { numbers } from '../../store/peers/outcomes.ts';
import { ada, openWorld, within, type User, type World } from '../../store/peers/world.ts';
import { minutes, seconds } from './day.ts';

/** A hundred clients that have signed in at the same moment, as when an office opens. */
async function openClients(count: number, lifetime: number): Promise<World> {
  const world = openWorld({ accessTokenLifetime: lifetime / seconds });
  const random = numbers(42);
  const clients = Array.from({ length: count }, () => world.open({ store: memoryStore<User>(), random }));
  await within(world, 1_000, Promise.all(clients.map(({ session }) => session.login(ada))));
  return world;
}

/** The largest number of these times within one span. */
function mostWithin(times: readonly number[], span: number): number {
  return Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + span).length));
}

describe('a hundred clients with the same expiry', () => {
  test.each([
    ['an hour', 60 * minutes, 30 * seconds],
    ['a quarter of an hour', 15 * minutes, 30 * seconds],
    ['a minute', minutes, 6 * seconds],
  ])('and a lifetime of %s refresh at different times', async (_, lifetime, leeway) => {
    using world = await openClients(100, lifetime);
    await world.clock.advance(lifetime);
    const times = world.refreshTimes();
    const first = Math.min(...times);
    const last = Math.max(...times);

    expect(times).toHaveLength(100);
    expect(last).toBeLessThanOrEqual(lifetime - leeway);
    expect(first).toBeGreaterThanOrEqual(lifetime - 1.5 * leeway);
    expect(last - first).toBeGreaterThan(0.9 * (leeway / 2));
    // If they were spread evenly, there would be ten in a tenth of the time.
    expect(mostWithin(times, leeway / 20)).toBeLessThanOrEqual(25);
    expect(mostWithin(times, 10)).toBeLessThanOrEqual(5);
  });

  test('keep refreshing at different times', async () => {
    using world = await openClients(100, 15 * minutes);
    await world.clock.advance(45 * minutes);
    const times = world.refreshTimes().slice(200);

    expect(times).toHaveLength(100);
    expect(mostWithin(times, seconds)).toBeLessThanOrEqual(20);
  });

  test('retry at different times while the endpoint is down, and stop after a while', async () => {
    using world = await openClients(100, 15 * minutes);
    const stop = world.server.intercept('refresh', () => new Response(null, { status: 503 }));
    await world.clock.advance(20 * minutes);
    const before = world.refreshTimes().length;
    // A few while the token is valid, four after it has expired, then none until a request needs one.
    expect(before).toBeLessThanOrEqual(100 * 12);
    expect(mostWithin(world.refreshTimes(), 10)).toBeLessThanOrEqual(10);
    stop();
    for (const { session } of world.tabs) void session.fetch('/api/me');
    await world.clock.advance(1_000);
    expect(world.refreshTimes().length - before).toBe(100);
  });
});

describe('fifty tabs with the same expiry', () => {
  test.each([
    ['with a lock and a channel', {}],
    ['with a lock and no channel that works', { fate: () => [] }],
    ['without a lock', { hasLock: false }],
    ['with neither', { hasLock: false, fate: () => [] }],
  ])('make one call per lifetime, %s', async (_, options) => {
    const random = numbers(7);
    using world = openWorld({ ...options, random, accessTokenLifetime: 900, way: () => 40 });
    await world.signedIn(50);
    await world.clock.advance(60 * minutes);

    expect(world.refreshTimes()).toHaveLength(4);
    expect(world.reuses()).toBe(0);
    const calls = world.tabs.filter((tab) => tab.calls.length > 0);
    expect(calls.length).toBeGreaterThanOrEqual(1);
  });
});
