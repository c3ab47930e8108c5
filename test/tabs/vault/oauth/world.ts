import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { sharedBrowser } from '../../../browser/shared.ts';
import { startProvider, type TestProvider } from '../../../oauth/provider.ts';
import { servePage, type PageServer } from '../../pageServer.ts';
import { spy } from '../spy.ts';
import type { VaultOptions } from './page.ts';

/** A profile of a browser whose pages are spied on, and a provider that requires nonces. */
export interface Profile {
  readonly provider: TestProvider;
  readonly context: BrowserContext;
  /** The tokens that the provider has granted, and the code verifiers that it has received. */
  readonly secrets: ReadonlySet<string>;
  open(): Promise<Page>;
  /** Leads the user of a page to the provider. */
  leave(page: Page): Promise<void>;
  /** The user signs in there, and returns to the callback page, which completes the sign-in. */
  comeBack(page: Page): Promise<void>;
}

/** A page, a worker and a browser. Call this at the top of a file. */
export function useOAuthVault() {
  let pages: PageServer;
  let browser: Browser;
  const stack = new AsyncDisposableStack();

  beforeAll(async () => {
    const here = import.meta.dirname;
    pages = stack.use(await servePage(join(here, 'page.ts'), join(here, 'worker.ts')));
    browser = await sharedBrowser();
  });
  afterAll(() => stack.disposeAsync());

  return async (
    worker: VaultOptions['worker'],
    { requiresPar = false, hasBilling = false } = {},
  ): Promise<Profile> => {
    const provider = await startProvider({
      applicationType: 'web',
      redirectUris: [`${pages.url}/callback`],
      requiresNonce: true,
      requiresPar,
    });
    const context = await browser.newContext();
    context.setDefaultTimeout(60_000);
    onTestFinished(async () => {
      await context.close();
      await provider[Symbol.asyncDispose]();
    });
    const { issuer, api, billing } = provider;
    const options: VaultOptions = { issuer, api, worker, ...(hasBilling && { billing }) };
    await context.addInitScript((given) => {
      Object.defineProperty(window, 'vaultOptions', { value: given });
    }, options);
    await context.addInitScript(spy);

    const isReady = async (page: Page) => {
      await page.waitForFunction(() => 'oauthVaultPage' in window);
      await page.evaluate(() => window.oauthVaultPage.session.ready());
    };

    return {
      provider,
      context,
      secrets: secretsOf(provider),
      async open() {
        const page = await context.newPage();
        await page.goto(pages.url);
        await isReady(page);
        return page;
      },
      leave: (page) =>
        page.evaluate(() => window.oauthVaultPage.auth.signIn({ returnTo: '/orders', prompt: 'consent' })),
      async comeBack(page) {
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.waitForURL(`${pages.url}/callback`);
        await page.waitForFunction(() => window.oauthVaultPage.completed !== null);
      },
    };
  };
}

/** Reads the requests of the token endpoint and its responses. */
function secretsOf(provider: TestProvider): ReadonlySet<string> {
  const secrets = new Set<string>();
  provider.intercept = (request, response) => {
    if (request.url !== '/token' || request.method !== 'POST') return false;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const verifier = new URLSearchParams(Buffer.concat(chunks).toString()).get('code_verifier');
      if (verifier !== null) secrets.add(verifier);
    });
    const end = response.end.bind(response);
    response.end = (...given: unknown[]) => {
      const tokens = JSON.parse(String(given[0])) as Record<string, unknown>;
      for (const name of ['access_token', 'refresh_token', 'id_token'])
        if (typeof tokens[name] === 'string') secrets.add(tokens[name]);
      return Reflect.apply(end, response, given) as typeof response;
    };
    return false;
  };
  return secrets;
}
