import { describe, expect, test } from 'vitest';
import { findWhole, wholeBrowsers } from '../../scripts/browser/wholeBrowsers.ts';
import type { Tab } from './tab.ts';
import { useTabs } from './world.ts';

const options = { refresh: { proactive: false, cooldown: 0 } };

/** Sends a request in each tab, one after another, and waits until it waits for the lock. */
async function waitForLock(tabs: readonly Tab[]): Promise<void> {
  const pending = (tab: Tab) =>
    tab.page.evaluate(async () => (await navigator.locks.query()).pending?.length);
  for (const [index, tab] of tabs.entries()) {
    await tab.start();
    await expect.poll(() => pending(tab)).toBe(index + 1);
  }
}

describe.skipIf(findWhole(wholeBrowsers.chromium) === null)('In a complete Chromium', () => {
  const world = useTabs({ browser: 'whole' });

  async function leave({ page }: Tab): Promise<void> {
    await page.goto(`${world.pageUrl}/elsewhere`);
  }

  /** Goes back to the page in the cache, not to a page that is loaded again. */
  async function goBack(tab: Tab): Promise<void> {
    await tab.page.goBack({ waitUntil: 'commit' });
    await tab.restored();
    await expect.poll(() => tab.page.evaluate(() => window.page.persisted)).toBe(true);
  }

  test('a page that is left during its refresh releases the lock, and other tabs refresh at once', async () => {
    const { tabs, open } = await world.signedIn(2, options);
    const [left, second] = tabs;
    const third = await open(options);
    world.server.expireAccessTokens();
    const call = world.tokenEndpoint.withhold('call');
    await left.start();
    await call.arrived;
    await waitForLock([second, third]);
    await leave(left);

    for (const tab of [second, third]) await expect.poll(() => tab.outcomes()).toEqual(['200 ada']);
    expect(world.tokenEndpoint.calls).toBe(2);

    await goBack(left);
    call.release();
    await expect.poll(() => left.outcomes()).toEqual(['200 ada']);
    expect(await left.status()).toBe('authenticated');
  });

  test('a page that is left and shown again before its response arrives makes no second call', async () => {
    const { tab } = await world.alone(options);
    world.server.expireAccessTokens();
    const call = world.tokenEndpoint.withhold('answer');
    await tab.start();
    await call.arrived;
    await leave(tab);
    await goBack(tab);
    call.release();

    await expect.poll(() => tab.outcomes()).toEqual(['200 ada']);
    expect(world.tokenEndpoint.calls).toBe(1);
  });

  test('a page that is left while it waits for the lock leaves the queue, and waits again when it is shown', async () => {
    const { tabs, open } = await world.signedIn(2, options);
    const [holder, left] = tabs;
    const next = await open(options);
    world.server.expireAccessTokens();
    const call = world.tokenEndpoint.withhold('call');
    await holder.start();
    await call.arrived;
    await waitForLock([left, next]);
    await leave(left);
    await holder.close();

    await expect.poll(() => next.outcomes()).toEqual(['200 ada']);
    await goBack(left);
    await expect.poll(() => left.outcomes()).toEqual(['200 ada']);
    expect(await left.status()).toBe('authenticated');
  });
});
