import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import {
  startApplication,
  type ApplicationOptions,
  type RunningApplication,
} from '../../examples/react-spa/application.ts';
import { describeParts } from '../../examples/react-spa/stock.ts';
import { listenForComplaints } from '../browser/complaints.ts';
import { sharedBrowser } from '../browser/shared.ts';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { bundleFolder } from './bundles.ts';

const passwords = { ada: 'lovelace', grace: 'hopper' } as const;
export type Username = keyof typeof passwords;

/** A page of the application, and its console messages. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors and warnings on the console, except the browser's messages about HTTP statuses. */
  readonly complaints: readonly string[];
}

export interface World {
  readonly application: RunningApplication;
  /** Opens the application at `path`, in a new profile. */
  visit(path?: string): Promise<Visit>;
  /** The same, signed in, with everything loaded. */
  visitAs(username: Username): Promise<Visit>;
}

const start = (options: ApplicationOptions = {}) =>
  startApplication({
    argon2Cost: cheapArgon2Cost,
    cacheDir: bundleFolder(),
    isBuilt: true,
    ...options,
  });

let shared: Promise<RunningApplication> | undefined;

/** The application without options, which is bundled once for all files of a worker. */
const sharedApplication = () => (shared ??= start());

/** The application and a browser, reset before each test. Call it at the top of a file. */
export function useApplication(options?: ApplicationOptions): World {
  let application: RunningApplication;
  let browser: Browser;
  const stack = new AsyncDisposableStack();

  beforeAll(async () => {
    application = options === undefined ? await sharedApplication() : stack.use(await start(options));
    browser = await sharedBrowser();
  });
  afterAll(() => stack.disposeAsync());
  beforeEach(() => {
    application.server.reset();
    describeParts(application.server);
  });

  async function visit(path = '/'): Promise<Visit> {
    const context = await browser.newContext();
    context.setDefaultTimeout(30_000);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints = listenForComplaints(page);
    await page.goto(application.url + path);
    return { page, context, complaints };
  }

  return {
    get application() {
      return application;
    },
    visit,
    async visitAs(username) {
      const visited = await visit();
      await signIn(visited.page, username);
      await everythingLoaded(visited.page, username);
      return visited;
    },
  };
}

/**
 * Waits until all seven calls are answered and the devtools are shown. Six of the calls load the parts. A browser sends
 * at most six at a time to one host, so the seventh may still be in flight when the parts are shown.
 */
export async function everythingLoaded(page: Page, username: Username): Promise<void> {
  await partsOf(page, username).nth(5).waitFor();
  await page.getByText(`Loaded for ${username}@example.com`).waitFor();
  await page.getByRole('button', { name: 'Reload' }).waitFor();
  await page.getByRole('region', { name: 'Session devtools' }).waitFor();
}

/** Presses a button next to the application, and waits for the server. */
export async function operate(
  page: Page,
  name: 'Expire the access token' | 'Revoke the session',
): Promise<void> {
  const answer = page.waitForResponse(
    (response) => response.url().includes('/controls/') && response.request().method() === 'POST',
  );
  await page.getByRole('button', { name }).click();
  await answer;
}

export async function signIn(page: Page, username: Username): Promise<void> {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(passwords[username]);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** The cards that were loaded for this user. */
export function partsOf(page: Page, username: Username) {
  return page.getByRole('list', { name: 'Parts' }).getByRole('link', { name: `for ${username},` });
}
