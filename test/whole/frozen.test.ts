import type { Page } from 'puppeteer-core';
import { describe, expect, test } from 'vitest';
import { findWhole, wholeBrowsers } from '../../scripts/browser/wholeBrowsers.ts';
import { createGate } from '../referenceServer/authorities.ts';
import { statusOf, useWhole } from './world.ts';

const { chromium } = wholeBrowsers;
const start = (tab: Page) => tab.evaluate(() => window.page.start(1));
const outcomesOf = (tab: Page) => tab.evaluate(() => window.page.outcomes);

/** Freezes a tab while another one is shown: Chromium freezes hidden tabs only. */
async function freeze(tab: Page, shown: Page): Promise<() => Promise<unknown>> {
  await shown.bringToFront();
  await expect.poll(() => tab.evaluate(() => document.visibilityState)).toBe('hidden');
  const devtools = await tab.createCDPSession();
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  return () => devtools.send('Page.setWebLifecycleState', { state: 'active' });
}

describe.skipIf(findWhole(chromium) === null)('A tab that Chromium freezes during its refresh', () => {
  const world = useWhole(chromium);

  test('releases the lock before its call has used the token, and adopts the tokens of the tab that refreshes', async () => {
    const [frozen, other] = await world.signedIn(2);
    world.server.expireAccessTokens();
    const call = world.tokenEndpoint.withhold('call');
    await start(frozen);
    await call.arrived;
    await start(other);
    const thaw = await freeze(frozen, other);

    await expect.poll(() => outcomesOf(other)).toEqual(['200 ada']);
    await thaw();
    await expect.poll(() => outcomesOf(frozen)).toEqual(['200 ada']);
    call.release();
    expect(await statusOf(frozen)).toBe('authenticated');
  });

  test('releases the lock in time for the server’s grace period', async () => {
    const [frozen, other] = await world.signedIn(2);
    world.server.expireAccessTokens();
    const [arrival, gate] = [createGate(), createGate()];
    let granted: Response | null = null;
    world.tokenEndpoint.behave(async (_request, next) => {
      if (granted !== null) return granted.clone();
      granted = await next();
      arrival.open();
      await gate.opened;
      return granted.clone();
    });
    await start(frozen);
    await arrival.opened;
    await start(other);
    const thaw = await freeze(frozen, other);

    await expect.poll(() => outcomesOf(other)).toEqual(['200 ada']);
    await thaw();
    gate.open();
    await expect.poll(() => outcomesOf(frozen)).toEqual(['200 ada']);
    expect(await statusOf(frozen)).toBe('authenticated');
    expect(world.tokenEndpoint.calls).toBe(2);
  });
});
