import { join } from 'node:path';
import { launch, type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished } from 'vitest';
import { findWhole, type WholeBrowser } from '../../scripts/browser/wholeBrowsers.ts';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { startServer, type RunningServer } from '../referenceServer/server.ts';
import type { PageOptions } from '../tabs/page.ts';
import { servePage, type PageServer } from '../tabs/pageServer.ts';
import { watchTokenEndpoint, type TokenEndpoint } from '../tabs/tokenEndpoint.ts';

export interface WholeWorld {
  readonly server: RunningServer;
  readonly tokenEndpoint: TokenEndpoint;
  readonly pageUrl: string;
  /** Opens tabs of a new profile. Ada signs in in the first one, which signs in all of them. */
  signedIn(count: number): Promise<readonly [Page, Page, ...Page[]]>;
}

/** A tab that waited for a refresh to time out would end no test. */
const options = { refresh: { proactive: false, cooldown: 0, timeout: 60_000 }, hold: { timeout: 240_000 } };

async function launchWhole(browser: WholeBrowser): Promise<Browser> {
  const executablePath = findWhole(browser);
  if (executablePath === null) throw new Error(`There is no ${browser.name}: set \`${browser.variable}\``);
  return browser.name === 'Firefox'
    ? launch({ browser: 'firefox', executablePath })
    : launch({
        browser: 'chrome',
        executablePath,
        args: ['--no-sandbox'],
        ignoreDefaultArgs: ['--disable-back-forward-cache'],
      });
}

/** A server, a page and a browser. Call it at the top of a `describe`. */
export function useWhole(kind: WholeBrowser): WholeWorld {
  const stack = new AsyncDisposableStack();
  let server: RunningServer;
  let pages: PageServer;
  let browser: Browser;
  let tokenEndpoint: TokenEndpoint;

  beforeAll(async () => {
    server = stack.use(await startServer({ dialect: 'rotating', argon2Cost: cheapArgon2Cost }));
    pages = stack.use(await servePage(join(import.meta.dirname, 'page.tsx')));
    browser = stack.adopt(await launchWhole(kind), (launched) => launched.close());
  });
  afterAll(() => stack.disposeAsync());
  beforeEach(() => {
    server.reset();
    tokenEndpoint = watchTokenEndpoint(server);
  });

  return {
    get server() {
      return server;
    },
    get tokenEndpoint() {
      return tokenEndpoint;
    },
    get pageUrl() {
      return pages.url;
    },
    async signedIn(count) {
      const profile = await browser.createBrowserContext();
      onTestFinished(() => profile.close());
      const given: PageOptions = { ...options, server: server.url };
      const address = `${pages.url}/?${new URLSearchParams({ options: JSON.stringify(given) }).toString()}`;
      const open = async () => {
        const page = await profile.newPage();
        await page.goto(address);
        await page.evaluate(() => window.page.session.ready());
        return page;
      };
      const first = await open();
      await first.evaluate(() => window.page.signIn({ username: 'ada', password: 'lovelace' }));
      const others = Array.from({ length: count - 1 }, open);
      const [second, ...rest] = await Promise.all(others);
      if (second === undefined) throw new Error('Expected two tabs at least');
      return [first, second, ...rest];
    },
  };
}

export const statusOf = (tab: Page) => tab.evaluate(() => window.page.session.getSnapshot().status);
export const textOf = (tab: Page) => tab.evaluate(() => document.body.textContent);

/** Waits until all tabs have this status. */
export async function untilStatus(tabs: readonly Page[], status: string): Promise<void> {
  await expect.poll(() => Promise.all(tabs.map(statusOf))).toEqual(tabs.map(() => status));
}
