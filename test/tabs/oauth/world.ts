import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { sharedBrowser } from '../../browser/shared.ts';
import { startProvider, type TestProvider, type TestProviderOptions } from '../../oauth/provider.ts';
import { servePage, type PageServer } from '../pageServer.ts';
import type { PopupOptions } from '../../../src/oauth/index.ts';
import type { PageOptions } from './page.ts';

export interface ProfileOptions extends Partial<Omit<PageOptions, 'issuer' | 'api'>> {
  readonly provider?: TestProviderOptions;
}

/** A profile of a browser, and a provider. */
export interface Profile {
  readonly provider: TestProvider;
  readonly context: BrowserContext;
  /** Opens a tab, and waits until its session has been restored. */
  open(path?: string): Promise<Page>;
  /** Signs in by redirect in a tab, and waits until it has returned to `/`. */
  signIn(page: Page, options?: { readonly prompt?: string }): Promise<void>;
  /** Opens a tab in which Ada is signed in. */
  signedIn(): Promise<Page>;
  /** How many refreshes the provider has granted. */
  refreshes(): number;
}

export interface World {
  readonly pageUrl: string;
  profile(options?: ProfileOptions): Promise<Profile>;
}

/** A page and a browser. Call this at the top of a file. */
export function useOAuthPages(): World {
  let pages: PageServer;
  let browser: Browser;
  const stack = new AsyncDisposableStack();

  beforeAll(async () => {
    pages = stack.use(await servePage(join(import.meta.dirname, 'page.ts')));
    browser = await sharedBrowser();
  });
  afterAll(() => stack.disposeAsync());

  return {
    get pageUrl() {
      return pages.url;
    },
    async profile({ provider: providerOptions, ...rest } = {}) {
      const provider = await startProvider({
        applicationType: 'web',
        redirectUris: [`${pages.url}/callback`, `${pages.url}/`],
        ...providerOptions,
      });
      const context = await browser.newContext();
      context.setDefaultTimeout(60_000);
      onTestFinished(async () => {
        await context.close();
        await provider[Symbol.asyncDispose]();
      });
      const { issuer, api } = provider;
      const options: PageOptions = { issuer, api, dpop: false, endsAtProvider: false, hold: {}, ...rest };
      await context.addInitScript((given) => {
        Object.defineProperty(window, 'pageOptions', { value: given });
      }, options);

      async function open(path = '/'): Promise<Page> {
        const page = await context.newPage();
        await page.goto(pages.url + path);
        await isReady(page);
        return page;
      }

      async function signIn(page: Page, { prompt = 'consent' } = {}): Promise<void> {
        // Not awaited in the page, which the redirect replaces.
        await page.evaluate((given) => void window.oauthPage.signIn(given), { prompt, returnTo: '/' });
        await proceed(page);
        await page.waitForURL(`${pages.url}/`);
        await isReady(page);
      }

      return {
        provider,
        context,
        open,
        signIn,
        async signedIn() {
          const page = await open();
          await signIn(page);
          return page;
        },
        refreshes: () =>
          provider.tokenRequests.filter(({ grant, status }) => grant === 'refresh_token' && status === 200)
            .length,
      };
    },
  };
}

/** Waits until the session has been restored. */
export async function isReady(page: Page): Promise<void> {
  await page.waitForFunction(() => 'oauthPage' in window);
  await page.evaluate(() => window.oauthPage.session.ready());
}

/** Opens the popup with a click, and returns it as soon as it shows the provider's page. */
export async function openPopup(page: Page, options: PopupOptions = {}): Promise<Page> {
  await page.evaluate((given) => window.oauthPage.whenClicked(given), { prompt: 'consent', ...options });
  const opening = page.context().waitForEvent('page');
  await page.getByRole('button', { name: 'Sign in' }).click();
  return opening;
}

export const proceed = (page: Page) => page.getByRole('button', { name: 'Continue' }).click();

export const view = (page: Page) => page.evaluate(() => window.oauthPage.session.getSnapshot());
export const send = (page: Page, count = 1, path = '/me') =>
  page.evaluate(([n, to]) => window.oauthPage.send(n, to), [count, path] as const);
export const signOut = (page: Page) => page.evaluate(() => window.oauthPage.session.logout());
export const outcome = (page: Page) => expect.poll(() => page.evaluate(() => window.oauthPage.outcome));

/** The ids of the keys in IndexedDB, with whether each can be extracted. */
export const keys = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<readonly string[]>((resolve, reject) => {
        const opening = indexedDB.open('sessionchart-keys');
        opening.onerror = () => reject(new Error('IndexedDB is not available'));
        opening.onsuccess = () => {
          const { result } = opening;
          if (!result.objectStoreNames.contains('keys')) {
            result.close();
            resolve([]);
            return;
          }
          const reading = result.transaction('keys').objectStore('keys').getAll() as IDBRequest<
            CryptoKeyPair[]
          >;
          reading.onsuccess = () => {
            result.close();
            resolve(reading.result.map(({ privateKey }) => `extractable: ${privateKey.extractable}`));
          };
        };
      }),
  );
