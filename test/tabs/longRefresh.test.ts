import { describe, expect, test } from 'vitest';
import { holdLock, openForeignPage } from './foreignPage.ts';
import { useTabs } from './world.ts';

const world = useTabs();

test('every request of every tab waits for a refresh of twelve seconds', async () => {
  const { tabs } = await world.signedIn(5, {
    refresh: { proactive: false, timeout: 40_000 },
    hold: { timeout: 60_000 },
  });
  world.tokenEndpoint.slow(12_000);
  world.server.expireAccessTokens();
  const started = Date.now();
  const outcomes = await Promise.all(tabs.map((tab) => tab.send(2)));

  expect(new Set(outcomes.flat())).toEqual(new Set(['200 ada']));
  expect(Date.now() - started).toBeGreaterThan(12_000);
  expect(world.tokenEndpoint).toMatchObject({ calls: 1, repeated: 0 });
});

describe('a lock that is held forever', () => {
  const timeout = 2_000;
  /** The longest time for which a holder needs the lock: one call, and three operations of the store. */
  const patience = 4 * timeout;

  // In real time: advancing a clock does not affect the other processes, in which the marks of these tabs must appear.
  test('does not block three tabs, which refresh only once', async () => {
    const profile = await world.signedIn(3, {
      refresh: { proactive: false, timeout },
      hold: { timeout: 120_000 },
    });
    const { tabs } = profile;
    await holdLock(await openForeignPage(world, profile));
    world.server.expireAccessTokens();
    const started = Date.now();
    const outcomes = await Promise.all(tabs.map((tab) => tab.send(2)));

    expect(outcomes.flat()).toEqual(Array(6).fill('200 ada'));
    expect(Date.now() - started).toBeGreaterThanOrEqual(patience);
    expect(world.tokenEndpoint).toMatchObject({ calls: 1, repeated: 0, peak: 1 });
  });

  test('does not prevent signing out', async () => {
    const profile = await world.signedIn(2);
    const { tabs } = profile;
    await holdLock(await openForeignPage(world, profile));
    await tabs[0].signOut();

    for (const tab of tabs) await expect.poll(() => tab.status()).toBe('loggedOut');
  });
});
