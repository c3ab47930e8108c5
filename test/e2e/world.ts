import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import {
  startApplication,
  type ApplicationOptions,
  type RunningApplication,
} from '../../examples/react-spa/application.ts';
import { describeParts } from '../../examples/react-spa/stock.ts';
import { chromium as launchOptions } from '../../scripts/browser/chromium.ts';
import { listenForComplaints } from '../browser/complaints.ts';
import { cheapArgon2Cost } from '../server/authorities.ts';

const passwords = { ada: 'lovelace', grace: 'hopper' } as const;
export type Username = keyof typeof passwords;

/** A page of the application, and what it has complained about. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors and warnings of the console, but for the network's own lines about a status. */
  readonly complaints: readonly string[];
}

export interface World {
  readonly application: RunningApplication;
  /** Opens the application, at `path`, in a profile of its own. */
  visit(path?: string): Promise<Visit>;
  /** The same, signed in, with everything loaded. */
  visitAs(username: Username): Promise<Visit>;
}

/** The application, a browser, and no traces of the tests before: to be called at the top of a file. */
export function useApplication(options: ApplicationOptions = {}): World {
  let application: RunningApplication;
  let browser: Browser;
  const stack = new AsyncDisposableStack();

  beforeAll(async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), 'sessionchart-e2e-'));
    stack.defer(() => rm(cacheDir, { recursive: true }));
    application = stack.use(
      await startApplication({ argon2Cost: cheapArgon2Cost, cacheDir, isBuilt: true, ...options }),
    );
    browser = stack.adopt(await chromium.launch(await launchOptions()), (launched) => launched.close());
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
 * All seven calls are answered, and the devtools are there. Six of the answers are the parts: a browser sends no more
 * at a time to one host, so that the seventh call may still be on its way when these are shown.
 */
export async function everythingLoaded(page: Page, username: Username): Promise<void> {
  await partsOf(page, username).nth(5).waitFor();
  await page.getByText(`Loaded for ${username}@example.com`).waitFor();
  await page.getByRole('button', { name: 'Reload' }).waitFor();
  await page.getByRole('region', { name: 'Session devtools' }).waitFor();
}

/** Presses a button behind the scenes. What it does is done when the server has answered. */
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

/** The cards with what the server has counted for this user. */
export function partsOf(page: Page, username: Username) {
  return page.getByRole('list', { name: 'Parts' }).getByRole('link', { name: `for ${username},` });
}
