import { testsEverything } from '../../everything.ts';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import { listenForComplaints } from '../../browser/complaints.ts';
import { sharedBrowser } from '../../browser/shared.ts';
import { startCanaryApi, type CanaryApi } from './api.ts';
import { serveSite, type Site } from './site.ts';

/** The workers that a vault is tested with. */
export const workers: readonly ('shared' | 'dedicated')[] = testsEverything
  ? ['shared', 'dedicated']
  : ['shared'];

export type WorkerKind = 'shared' | 'dedicated' | 'missing';

export interface VaultTab {
  readonly page: Page;
  readonly complaints: readonly string[];
  signIn(password?: string): Promise<unknown>;
  send(count?: number, path?: string): Promise<readonly (string | number)[]>;
  status(): Promise<string>;
}

/** An API, a site with a vault and a browser. Call this at the top of a file. */
export function useVault() {
  const stack = new AsyncDisposableStack();
  let api: CanaryApi;
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    api = stack.use(await startCanaryApi());
    site = stack.use(await serveSite(api.url));
    browser = await sharedBrowser();
  });
  afterAll(() => stack.disposeAsync());
  beforeEach(() => api.reset());

  async function profile(): Promise<BrowserContext> {
    const context = await browser.newContext();
    context.setDefaultTimeout(60_000);
    onTestFinished(() => context.close());
    return context;
  }

  /** Opens a tab, and waits until its session has been restored. */
  async function open(
    context: BrowserContext,
    {
      worker = 'shared',
      name = 'session',
      script,
    }: { worker?: WorkerKind; name?: string; script?: () => void } = {},
  ): Promise<VaultTab> {
    const page = await context.newPage();
    if (script !== undefined) await page.addInitScript(script);
    const complaints = listenForComplaints(page);
    await page.goto(`${site.url}/?${new URLSearchParams({ worker, name }).toString()}`);
    await page.waitForFunction('"vaultPage" in window');
    await page.evaluate(() => window.vaultPage.session.ready());
    return {
      page,
      complaints,
      signIn: (password = 'lovelace') =>
        page.evaluate(
          (given) =>
            window.vaultPage.outcome(
              window.vaultPage.session
                .login({ password: given })
                .then(() => window.vaultPage.session.getSnapshot().status),
            ),
          password,
        ),
      send: (count = 1, path = 'api/me') =>
        page.evaluate(([n, where]) => window.vaultPage.send(n, where), [count, path] as const),
      status: () => page.evaluate(() => window.vaultPage.session.getSnapshot().status),
    };
  }

  return {
    get api() {
      return api;
    },
    get site() {
      return site;
    },
    profile,
    open,
    /** Ends all shared workers of the browser, as a crash does. */
    async killSharedWorkers(): Promise<void> {
      const devtools = await browser.newBrowserCDPSession();
      const { targetInfos } = await devtools.send('Target.getTargets', {
        filter: [{ type: 'shared_worker' }],
      });
      for (const { targetId } of targetInfos) await devtools.send('Target.closeTarget', { targetId });
      await devtools.detach();
    },
    /** Opens tabs of one profile. In a profile with a shared worker, one sign-in is enough for all. */
    async signedIn(count = 1, worker: WorkerKind = 'shared'): Promise<readonly [VaultTab, ...VaultTab[]]> {
      const context = await profile();
      const first = await open(context, { worker });
      await first.signIn();
      const tabs: [VaultTab, ...VaultTab[]] = [first];
      while (tabs.length < count) {
        const tab = await open(context, { worker });
        if (worker === 'dedicated') await tab.signIn();
        tabs.push(tab);
      }
      return tabs;
    },
  };
}
