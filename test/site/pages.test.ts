import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { races } from '../../docs/demos/races/races.ts';
import { chromium as launchOptions } from '../../scripts/browser/chromium.ts';
import { writtenPages } from '../../scripts/docs/sourcePages.ts';
import { serveSite, type SiteServer } from './siteServer.ts';

let browser: Browser;
let site: SiteServer;
beforeAll(async () => {
  browser = await chromium.launch(await launchOptions());
  site = await serveSite();
});
afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
});

const addresses = [
  ...writtenPages().map((name) => `/${name.replace(/\.md$/, '.html')}`),
  '/api/index.html',
  '/api/sessionchart/interfaces/SessionOptions.html',
  '/api/sessionchart/functions/createSession.html',
  '/source/test/requests/abort-test-ts.html',
];

async function open(address: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  await page.goto(site.origin + address);
  return page;
}

/** In light and dark. The theme's sidebar of the reference has links inside of buttons. */
async function violationsOf(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).exclude('.VPSidebar .collapsible').analyze();
    for (const { id, nodes } of violations)
      faults.push(...nodes.map(({ target }) => `${colorScheme}: ${id} of ${target.join(' ')}`));
  }
  return faults;
}

describe.each(addresses)('%s', (address) => {
  it('is accessible, in light and dark', async () => {
    const page = await open(address);
    expect(await violationsOf(page)).toEqual([]);
    await page.context().close();
  });

  it('fits on a phone, and loads without an error', async () => {
    const page = await open('/404.html', { viewport: { width: 390, height: 844 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('response', (response) => {
      if (response.status() >= 400) errors.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(site.origin + address, { waitUntil: 'load' });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

describe('the demos', () => {
  it('end right with sessionchart and wrong with the hand-written client, each time they run', async () => {
    const page = await open('/why.html');
    for (const name of Object.keys(races)) {
      const demo = page.getByRole('region', { name: `Demo: ${name}` });
      await demo.getByRole('button', { name: 'Run' }).click();
      await demo.locator('[data-verdict=right]').filter({ hasText: 'sessionchart' }).waitFor();
      await demo.locator('[data-verdict=wrong]').filter({ hasText: 'failedQueue' }).waitFor();
    }
    await page.context().close();
  });

  it('show their end without JavaScript', async () => {
    const page = await open('/why.html', { javaScriptEnabled: false });
    expect(await page.locator('[data-verdict=right]').count()).toBe(Object.keys(races).length);
    expect(await page.getByText("grace's request got data of ada").count()).toBe(1);
    await page.context().close();
  });

  it('show a live session in the chart', async () => {
    const page = await open('/how-it-works.html');
    const status = page.getByRole('status');
    await page.getByRole('button', { name: 'Sign in as ada' }).click();
    await status.getByText('authenticated.fresh').waitFor();
    await page.getByRole('button', { name: 'Expire the access token, then send' }).click();
    await status.getByText('refreshing.requesting').waitFor();
    await status.getByText('authenticated.fresh').waitFor();
    await page.getByRole('button', { name: 'Revoke the session, then send' }).click();
    await status.getByText('expired').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.context().close();
  });
});
