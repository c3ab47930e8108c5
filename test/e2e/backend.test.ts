import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { startBackend } from '../../examples/backend/start.ts';
import { chromium as launchOptions } from '../../scripts/browser/chromium.ts';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { startServer, type RunningServer } from '../referenceServer/server.ts';

const stack = new AsyncDisposableStack();
let api: RunningServer;
let url: string;
let browser: Browser;

beforeAll(async () => {
  api = stack.use(await startServer({ argon2Cost: cheapArgon2Cost }));
  const backend = await startBackend({ apiUrl: api.url, secret: 'a secret that is long enough for AES' });
  stack.defer(() => backend.close());
  url = backend.url;
  browser = stack.adopt(await chromium.launch(await launchOptions()), (launched) => launched.close());
});
afterAll(() => stack.disposeAsync());
beforeEach(() => api.reset());

async function openBrowser(): Promise<BrowserContext> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  return context;
}

async function open(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function signIn(context: BrowserContext): Promise<Page> {
  const page = await open(context);
  await page.getByLabel('User name').fill('ada');
  await page.getByLabel('Password').fill('lovelace');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Welcome, ada' }).waitFor();
  await shows(page, 'status', 'authenticated ada');
  return page;
}

const shows = (page: Page, id: string, text: string): Promise<void> =>
  page.locator(`#${id}`, { hasText: text }).waitFor();

test('the server renders pages for the user who has signed in, and the page loads data as the same user', async () => {
  const page = await signIn(await openBrowser());
  await shows(page, 'rendered', '"user":"ada"');
  await page.getByRole('button', { name: 'Load the order' }).click();

  await shows(page, 'loaded', '"user":"ada"');
});

test('an expiry causes one refresh, with requests of two pages and of the server at the same moment', async () => {
  const context = await openBrowser();
  const page = await signIn(context);
  const second = await open(context);
  await shows(second, 'status', 'authenticated ada');
  api.expireAccessTokens();
  const load = (tab: Page) => tab.getByRole('button', { name: 'Load the order' }).click();
  const [third] = await Promise.all([open(context), load(page), load(second)]);

  await shows(page, 'loaded', '"user":"ada"');
  await shows(second, 'loaded', '"user":"ada"');
  await shows(third, 'rendered', '"user":"ada"');
  expect(api.counts()).toMatchObject({ refresh: 1 });
});

test('a sign-out reaches the other page and the server', async () => {
  const context = await openBrowser();
  const page = await signIn(context);
  const second = await open(context);
  await shows(second, 'status', 'authenticated ada');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await shows(second, 'status', 'loggedOut');
  await expect.poll(async () => (await context.cookies()).length).toBe(0);
  const third = await open(context);

  await third.getByRole('heading', { name: 'Welcome', exact: true }).waitFor();
});

test('no token reaches the browser: not in the HTML, not in a response, not in storage, and no script reads the cookie', async () => {
  const granted: string[] = [];
  for (const kind of ['login', 'refresh'] as const)
    onTestFinished(
      api.intercept(kind, async (_request, next) => {
        const answer = await next();
        const text = await answer.clone().text();
        granted.push(...[...text.matchAll(/Token":"([^"]+)/g)].map(([, token = '']) => token));
        return answer;
      }),
    );
  const context = await openBrowser();
  const seen: string[] = [];
  context.on('response', (response) => {
    void response.text().then(
      (text) => seen.push(text, JSON.stringify(response.headers())),
      () => undefined,
    );
  });
  const page = await signIn(context);
  api.expireAccessTokens();
  await page.reload();
  await page.getByRole('button', { name: 'Load the order' }).click();
  await shows(page, 'loaded', '"user":"ada"');
  seen.push(
    await page.content(),
    await page.evaluate(() => JSON.stringify([document.cookie, localStorage, sessionStorage])),
    JSON.stringify(await context.cookies()),
  );

  expect(granted.length).toBeGreaterThanOrEqual(4);
  for (const token of granted) expect(seen.join('\n')).not.toContain(token);
  expect(await page.evaluate(() => document.cookie)).toBe('');
});
