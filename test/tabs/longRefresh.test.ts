import { describe, expect, test } from 'vitest';
import { holdLock, openForeignPage } from './foreignPage.ts';
import { useTabs } from './world.ts';

const world = useTabs();

test('a refresh of twelve seconds is waited out by every request of every tab', async () => {
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

describe('a lock that somebody holds for ever', () => {
  /** Whoever may hold the lock needs no longer: one call, and three operations of the store. */
  const patience = 40_000;

  test('does not keep three tabs waiting, nor do they refresh twice', async () => {
    const options = { refresh: { proactive: false, timeout: patience / 4 }, hold: { timeout: 120_000 } };
    const profile = await world.signedIn(3, options, { skew: 0 });
    const { tabs, context } = profile;
    await holdLock(await openForeignPage(world, profile));
    world.server.expireAccessTokens();
    for (const tab of tabs) await tab.start(2);
    for (const tab of tabs) await expect.poll(() => tab.status()).toBe('refreshing');
    await context.clock.fastForward(patience / 4);
    expect(world.tokenEndpoint.calls).toBe(0);
    await context.clock.fastForward(patience);

    for (const tab of tabs) await expect.poll(() => tab.outcomes()).toEqual(['200 ada', '200 ada']);
    expect(world.tokenEndpoint).toMatchObject({ calls: 1, repeated: 0, peak: 1 });
  });

  test('does not keep anybody from signing out', async () => {
    const profile = await world.signedIn(2);
    const { tabs } = profile;
    await holdLock(await openForeignPage(world, profile));
    await tabs[0].signOut();

    for (const tab of tabs) await expect.poll(() => tab.status()).toBe('loggedOut');
  });
});
