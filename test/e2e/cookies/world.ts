import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { createServer } from 'vite';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import { sharedBrowser } from '../../browser/shared.ts';
import { cheapArgon2Cost } from '../../referenceServer/authorities.ts';
import { startServer, type RunningServer } from '../../referenceServer/server.ts';
import { bundleFolder } from '../bundles.ts';

const passwords = { ada: 'lovelace', grace: 'hopper' } as const;
export type Username = keyof typeof passwords;

/** `same` serves page and API from one origin. `other` serves the API from another port, which is the same site. */
export type Place = 'same' | 'other';

/** A browser profile and its tabs. */
export interface Profile {
  readonly context: BrowserContext;
  /** @param query - parameters of the page's address */
  open(query?: Readonly<Record<string, string>>): Promise<Page>;
  /** The values of all cookies that scripts cannot read. */
  secrets(): Promise<readonly string[]>;
}

export interface World {
  readonly server: RunningServer;
  profile(): Promise<Profile>;
  /** Creates a profile with one tab, in which a user has signed in. */
  signedIn(username?: Username): Promise<Profile & { readonly page: Page }>;
}

export function signIn(page: Page, username: Username): Promise<unknown> {
  const credentials = { username, password: passwords[username] };
  return page.evaluate((given) => window.program.session.login(given), credentials);
}

export const send = (page: Page, method: string, path: string) =>
  page.evaluate(([verb = '', address = '']) => window.program.send(verb, address), [method, path]);

export const statusOf = (page: Page) => page.evaluate(() => window.program.session.getSnapshot().status);

/** A server, a page and a browser, reset before each test. Call it at the top of a suite. */
export function usePages(place: Place): World {
  let server: RunningServer;
  let browser: Browser;
  let address: string;
  const stack = new AsyncDisposableStack();

  beforeAll(async () => {
    server = stack.use(await startServer({ dialect: 'cookie', argon2Cost: cheapArgon2Cost }));
    const proxy = { '/api': server.url, '/auth': server.url };
    const vite = await createServer({
      configFile: false,
      root: import.meta.dirname,
      cacheDir: bundleFolder(),
      logLevel: 'warn',
      server: { host: '127.0.0.1', port: 0, fs: { allow: [join(import.meta.dirname, '../../..')] }, proxy },
    });
    stack.defer(() => vite.close());
    await vite.listen();
    const [url = ''] = vite.resolvedUrls?.local ?? [];
    address = place === 'same' ? url : `${url}?api=${server.url}`;
    browser = await sharedBrowser();
  });
  afterAll(() => stack.disposeAsync());
  beforeEach(() => server.reset());

  async function profile(): Promise<Profile> {
    const context = await browser.newContext();
    context.setDefaultTimeout(30_000);
    onTestFinished(() => context.close());
    return {
      context,
      async open(query = {}) {
        const page = await context.newPage();
        const url = new URL(address);
        for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
        await page.goto(url.href);
        await page.waitForFunction(() => 'program' in window);
        await page.evaluate(() => window.program.session.ready());
        return page;
      },
      async secrets() {
        const cookies = await context.cookies([server.url, `${server.url}/auth/refresh`]);
        return cookies.filter(({ httpOnly }) => httpOnly).map(({ value }) => value);
      },
    };
  }

  return {
    get server() {
      return server;
    },
    profile,
    async signedIn(username = 'ada') {
      const opened = await profile();
      const page = await opened.open();
      await signIn(page, username);
      return { ...opened, page };
    },
  };
}
