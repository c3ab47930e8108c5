import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type Page } from 'playwright';
import { startApplication, type RunningApplication } from '../examples/react-spa/application.ts';
import { createGate } from '../test/referenceServer/authorities.ts';
import { chromium as launchOptions } from './browser/chromium.ts';
import { openTabs } from './screenshots/tabs.ts';

/** Takes the README's screenshots of the examples, in light and dark: `node scripts/screenshots.ts`. */

const root = join(import.meta.dirname, '..');
const images = join(root, 'docs', 'images');
const schemes = ['light', 'dark'] as const;

/** The time after which the page has updated the server's counts, in milliseconds. */
const countsInterval = 1100;

await using stack = new AsyncDisposableStack();
const browser = stack.adopt(await chromium.launch(await launchOptions()), (launched) => launched.close());
await mkdir(images, { recursive: true });
for (const scheme of schemes) {
  await takeAll(scheme);
  await takeTabs(scheme);
}

async function takeAll(scheme: (typeof schemes)[number]): Promise<void> {
  await using application = await startApplication({
    latency: { api: 140, refresh: 220 },
    hasProvider: true,
  });
  await using context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: scheme,
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(application.url);
  await page.getByRole('region', { name: 'Session devtools' }).waitFor();
  await page.getByLabel('User name').fill('ada');
  await take(page, `sign-in-${scheme}`);

  await signIn(page);
  await order(page, 'Steel axles', 12, 'The long ones');
  await page.getByText('sent by ada').waitFor();
  await delay(countsInterval);
  await take(page, `stockroom-${scheme}`);

  const answerRefresh = holdRefresh(application);
  application.server.expireAccessTokens();
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('banner').getByText('refreshing').waitFor();
  await order(page, 'Brass gears', 40, 'With the finest teeth');
  await delay(countsInterval);
  await take(page, `refreshing-${scheme}`);

  application.server.revokeSessions();
  answerRefresh();
  await page.getByRole('dialog').getByLabel('Password').waitFor();
  await delay(countsInterval);
  await take(page, `sign-in-again-${scheme}`);
}

async function takeTabs(scheme: (typeof schemes)[number]): Promise<void> {
  await using tabs = await openTabs(browser, scheme);
  await delay(countsInterval);
  await take(tabs.page, `tabs-${scheme}`);
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Password').fill('lovelace');
  await page.keyboard.press('Enter');
  await page.getByText('for ada').nth(6).waitFor();
}

async function order(page: Page, part: string, quantity: number, note: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Part' }).selectOption(part);
  await page.getByLabel('Quantity').fill(String(quantity));
  await page.getByLabel('Note').fill(note);
  await page.getByRole('button', { name: 'Send order' }).click();
}

/** Lets refreshes wait until the returned function is called. */
function holdRefresh({ server }: RunningApplication): () => void {
  const gate = createGate();
  server.intercept('refresh', async (_request, next) => {
    await gate.opened;
    return next();
  });
  return () => gate.open();
}

async function take(page: Page, name: string): Promise<void> {
  // Hides the pointer and the cursor.
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(images, `${name}.png`), animations: 'disabled', caret: 'hide' });
}
