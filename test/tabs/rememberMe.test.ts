import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { chromium as launchOptions } from '../../scripts/browser/chromium.ts';
import { untilShown } from './happenings.ts';
import { createTab, type Tab } from './tab.ts';
import { useTabs } from './world.ts';

const world = useTabs();
const signedIn = { status: 'authenticated', username: 'ada' } as const;

/** A browser with a profile on the disk, which can be closed and opened again. */
async function createBrowser() {
  const folder = await mkdtemp(join(tmpdir(), 'profile-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return {
    async open(): Promise<BrowserContext> {
      const context = await chromium.launchPersistentContext(folder, await launchOptions());
      onTestFinished(() => context.close());
      return context;
    },
  };
}

async function openTab(context: BrowserContext, remember: boolean): Promise<Tab> {
  const page = await context.newPage();
  const tab = createTab(page);
  const options = JSON.stringify({ server: world.server.url, remember });
  await page.goto(`${world.pageUrl}/?${new URLSearchParams({ options }).toString()}`);
  await tab.restored();
  return tab;
}

test('A user who does not want to be remembered stays signed in across tabs and reloads, until the browser is closed', async () => {
  const browser = await createBrowser();
  const context = await browser.open();
  const first = await openTab(context, false);
  const other = await openTab(context, false);
  await first.signIn('ada');
  await untilShown(other, signedIn);
  await first.page.reload();
  await first.restored();
  expect(await first.status()).toBe('authenticated');
  await Promise.all([first.close(), other.close()]);
  const later = await openTab(context, false);
  expect(await later.send()).toEqual(['200 ada']);
  await context.close();

  const reopened = await openTab(await browser.open(), false);
  expect(await reopened.view()).toMatchObject({ status: 'anonymous', user: null });
  const stored = await reopened.stored();
  expect(stored).toMatchObject({ ended: 'loggedOut' });
  expect(stored).not.toHaveProperty('refreshToken');
  await reopened.signIn('ada');
  expect(await reopened.send()).toEqual(['200 ada']);
});

test('A user who wants to be remembered is signed in after the browser was closed', async () => {
  const browser = await createBrowser();
  const context = await browser.open();
  await (await openTab(context, true)).signIn('ada');
  await context.close();

  const reopened = await openTab(await browser.open(), true);
  expect(await reopened.username()).toBe('ada');
  expect(await reopened.send()).toEqual(['200 ada']);
});
