import type { Page } from 'puppeteer-core';
import { describe, expect, test } from 'vitest';
import { findWhole, wholeBrowsers } from '../../scripts/browser/wholeBrowsers.ts';
import { cooldown } from '../tabs/world.ts';
import { statusOf, textOf, untilStatus, useWhole } from './world.ts';

const browsers = Object.values(wholeBrowsers).map((browser) => ({
  browser,
  name: browser.name,
  isMissing: findWhole(browser) === null,
}));

describe.for(browsers)('A complete $name', ({ browser, isMissing }) => {
  describe.skipIf(isMissing)('with five tabs', () => {
    const world = useWhole(browser);

    test('refreshes once per generation, and answers every request', async () => {
      const tabs = await world.signedIn(5);
      for (const generation of [1, 2, 3]) {
        world.server.expireAccessTokens();
        const sent = await Promise.all(tabs.map((tab) => tab.evaluate(() => window.page.send(3))));

        expect(sent.flat()).toEqual(Array.from({ length: 15 }, () => '200 ada'));
        expect(world.tokenEndpoint).toMatchObject({ calls: generation, repeated: 0, peak: 1 });
        await cooldown();
      }
    });

    test('signs out all tabs with one of them, and useSession shows it without a reload', async () => {
      const tabs = await world.signedIn(5);
      for (const tab of tabs) {
        await expect.poll(() => textOf(tab)).toBe('authenticated ada 0');
        await tab.evaluate(() => document.querySelector('button')?.click());
        await expect.poll(() => textOf(tab)).toBe('authenticated ada 1');
      }
      await tabs[0].evaluate(() => window.page.session.logout());

      await untilStatus(tabs, 'loggedOut');
      for (const tab of tabs) await expect.poll(() => textOf(tab)).toBe('loggedOut nobody 1');
    });
  });

  describe.skipIf(isMissing)('with two tabs', () => {
    const world = useWhole(browser);

    async function leave(tab: Page): Promise<number> {
      const loaded = await tab.evaluate(() => performance.timeOrigin);
      await tab.goto(`${world.pageUrl}/elsewhere`);
      return loaded;
    }

    async function goBack(tab: Page): Promise<number> {
      await tab.evaluate(() => history.back());
      await expect.poll(() => tab.evaluate(() => 'page' in window).catch(() => false)).toBe(true);
      return tab.evaluate(() => performance.timeOrigin);
    }

    test('keeps a page that has just signed in, and shows it signed out when it comes back', async () => {
      const [left, other] = await world.signedIn(2);
      const loaded = await leave(left);
      await other.evaluate(() => window.page.session.logout());

      expect(await goBack(left)).toBe(loaded);
      await untilStatus([left], 'loggedOut');
    });

    test.for(['localStorage', 'indexedDb'] as const)('shares the contents of the store: %s', async (name) => {
      const [one, other] = await world.signedIn(2);
      expect(await one.evaluate((store) => window.stores[store].read(), name)).toBeNull();
      await one.evaluate((store) => window.stores[store].write(7), name);

      await expect.poll(() => other.evaluate((store) => window.stores[store].read(), name)).toBe(7);
    });

    test('loses no update of two tabs that write to IndexedDB at the same time', async () => {
      const tabs = await world.signedIn(2);
      await Promise.all(tabs.map((tab) => tab.evaluate(() => window.stores.indexedDb.add(50))));

      expect(await tabs[1].evaluate(() => window.stores.indexedDb.read())).toBe(100);
      expect(await statusOf(tabs[0])).toBe('authenticated');
    });
  });
});
