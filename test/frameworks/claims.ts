import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { sharedBrowser } from '../browser/shared.ts';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { startServer, type RunningServer } from '../referenceServer/server.ts';

export interface WebApplication {
  readonly url: string;
  close(): void | Promise<void>;
}

/** Starts a web application with `sessionchart/server` whose API is at a URL. */
export type StartApplication = (options: {
  readonly apiUrl: string;
  readonly secret: string;
}) => Promise<WebApplication>;

/** The API of the application that is being tested. */
export let api: RunningServer;
let url: string;
let browser: Browser;

export async function openBrowser(): Promise<BrowserContext> {
  const context = await browser.newContext();
  const errors: string[] = [];
  context.on('weberror', (event) => errors.push(event.error().message));
  context.on('console', (message) => {
    // Chromium reports a 401 as an error, too.
    const isOfPage = !message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && isOfPage) errors.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    expect(errors, 'errors in the console, such as a hydration mismatch').toEqual([]);
  });
  return context;
}

async function open(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function openAsAda(context: BrowserContext): Promise<Page> {
  const page = await open(context);
  await shows(page, 'status', 'authenticated ada');
  return page;
}

export async function signIn(context: BrowserContext): Promise<Page> {
  const page = await open(context);
  // The page is interactive once its session has been restored.
  await shows(page, 'status', 'anonymous');
  await page.getByLabel('User name').fill('ada');
  await page.getByLabel('Password').fill('lovelace');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Welcome, ada' }).waitFor();
  await shows(page, 'status', 'authenticated ada');
  return page;
}

const shows = (page: Page, id: string, text: string): Promise<void> =>
  page.locator(`#${id}`, { hasText: text }).waitFor();

const load = (page: Page): Promise<void> => page.getByRole('button', { name: 'Load the order' }).click();

/**
 * Tests a web application in a browser. All examples of web servers have the same page.
 *
 * @param more - declares tests that the framework needs in addition
 */
export function testWebApplication(
  name: string,
  start: StartApplication,
  more: () => void = () => undefined,
): void {
  describe(name, () => {
    const stack = new AsyncDisposableStack();

    beforeAll(async () => {
      api = stack.use(await startServer({ argon2Cost: cheapArgon2Cost }));
      const application = await start({ apiUrl: api.url, secret: 'a secret that is long enough for AES' });
      stack.defer(() => application.close());
      url = application.url;
      browser = await sharedBrowser();
    });
    afterAll(() => stack.disposeAsync());
    beforeEach(() => api.reset());

    test('the server renders pages for the user who has signed in, and the page loads data as the same user', async () => {
      const context = await openBrowser();
      const page = await signIn(context);
      await shows(page, 'rendered', '"user":"ada"');
      await load(page);
      const html = await (await context.request.get(url)).text();

      await shows(page, 'loaded', '"user":"ada"');
      expect(html).toMatch(/Welcome, (<!-- -->)?ada/);
      expect(html).toMatch(/id="rendered">.*(&quot;|")user(&quot;|"):(&quot;|")ada/);
    });

    test('an expiry causes one refresh, with requests of two pages and of the server at the same moment', async () => {
      const context = await openBrowser();
      const page = await signIn(context);
      const second = await openAsAda(context);
      api.expireAccessTokens();
      const refresh = (tab: Page) =>
        tab.evaluate(async () => (await fetch('/auth/refresh', { method: 'POST' })).status);
      const [third, status] = await Promise.all([open(context), refresh(page), load(page), load(second)]);

      await shows(page, 'loaded', '"user":"ada"');
      await shows(second, 'loaded', '"user":"ada"');
      await shows(third, 'rendered', '"user":"ada"');
      expect(status).toBe(200);
      expect(api.counts()).toMatchObject({ refresh: 1 });
    });

    test('a page that the server renders after an expiry is signed in, with one refresh', async () => {
      const context = await openBrowser();
      const page = await signIn(context);
      api.expireAccessTokens();
      await page.reload();
      await shows(page, 'rendered', '"user":"ada"');
      await shows(page, 'status', 'authenticated ada');
      await load(page);

      await shows(page, 'loaded', '"user":"ada"');
      expect(api.counts()).toMatchObject({ refresh: 1 });
    });

    test('a sign-out reaches the other page and the server', async () => {
      const context = await openBrowser();
      const page = await signIn(context);
      const second = await openAsAda(context);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await shows(second, 'status', 'loggedOut');
      await expect.poll(async () => (await context.cookies()).length).toBe(0);
      const third = await open(context);

      await third.getByRole('heading', { name: 'Welcome', exact: true }).waitFor();
    });

    test('after a sign-out everywhere, the server renders no data of the user, and the page of another browser sees the end with its next request', async () => {
      const context = await openBrowser();
      await signIn(context);
      const elsewhere = await signIn(await openBrowser());
      api.revokeSessions('ada');
      const third = await open(context);
      await load(elsewhere);

      await third.getByRole('heading', { name: 'Welcome', exact: true }).waitFor();
      expect(await third.getByText('"user":"ada"').count()).toBe(0);
      await shows(elsewhere, 'status', 'expired ada');
    });

    test('no token reaches the browser: not in the HTML, not in a response, not in storage, and no script reads the cookie', async () => {
      const granted = grantedTokens();
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
      await shows(page, 'rendered', '"user":"ada"');
      await load(page);
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

    more();
  });
}

/** Collects the tokens that the API grants during the test. */
function grantedTokens(): readonly string[] {
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
  return granted;
}
