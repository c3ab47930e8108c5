import { chromium, type Browser, type BrowserContext, type BrowserContextOptions } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished } from 'vitest';
import { shortestCooldown } from '../../machines/index.ts';
import { wholeLaunchOptions } from '../../scripts/browser/chromium.ts';
import { sharedBrowser } from '../browser/shared.ts';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { startServer, type RunningServer, type StartServerOptions } from '../referenceServer/server.ts';
import type { Fault } from './faults.ts';
import type { PageOptions } from './page.ts';
import { servePage, type PageServer } from './pageServer.ts';
import { createTab, type Tab } from './tab.ts';
import { watchTokenEndpoint, type TokenEndpoint } from './tokenEndpoint.ts';

export interface TabOptions extends Omit<PageOptions, 'server' | 'dialect'> {
  /** The faults of the platform in this tab. Default is none. */
  readonly faults?: readonly Fault[];
}

export interface ProfileOptions extends BrowserContextOptions {
  /** How far the device's clock is ahead, in milliseconds. If it is omitted, the clock cannot be set. */
  readonly skew?: number;
}

/** A profile of the browser, whose tabs share a storage. */
export interface Profile {
  readonly context: BrowserContext;
  /** Opens a tab, and waits until its session has been restored. */
  open(options?: TabOptions): Promise<Tab>;
}

export interface World {
  readonly server: RunningServer;
  readonly tokenEndpoint: TokenEndpoint;
  readonly pageUrl: string;
  /** Advances the time of the server, in milliseconds. */
  passTime(duration: number): void;
  /** Opens a new profile, which is closed at the end of the test. */
  profile(options?: ProfileOptions): Promise<Profile>;
  /** Opens a new profile with one tab, in which Ada is signed in. */
  alone(options?: TabOptions, profileOptions?: ProfileOptions): Promise<Alone>;
  /** The same with so many tabs, at least two. */
  signedIn(count: number, options?: TabOptions, profileOptions?: ProfileOptions): Promise<SignedIn>;
}

export interface Alone extends Profile {
  readonly tab: Tab;
}

export interface SignedIn extends Profile {
  readonly tabs: readonly [Tab, Tab, ...Tab[]];
}

export interface WorldOptions {
  readonly dialect?: Extract<StartServerOptions['dialect'], PageOptions['dialect']>;
  /**
   * `whole` is a Chromium with a back-forward cache and with tabs that can be frozen. The headless shell that is installed
   * with the dependencies has neither. Default is `shell`.
   */
  readonly browser?: 'shell' | 'whole';
}

const launchWhole = (): Promise<Browser> =>
  chromium.launch({
    ...wholeLaunchOptions(),
    ignoreDefaultArgs: ['--headless', '--disable-back-forward-cache'],
  });

/** A server, a page and a browser without traces of earlier tests. Call this at the top of a file. */
export function useTabs({ dialect = 'rotating', browser: kind = 'shell' }: WorldOptions = {}): World {
  let server: RunningServer;
  let pages: PageServer;
  let browser: Browser;
  let tokenEndpoint: TokenEndpoint;
  let passed = 0;
  const stack = new AsyncDisposableStack();

  beforeAll(async () => {
    server = stack.use(
      await startServer({ dialect, argon2Cost: cheapArgon2Cost, now: () => Date.now() + passed }),
    );
    pages = stack.use(await servePage());
    browser =
      kind === 'whole'
        ? stack.adopt(await launchWhole(), (launched) => launched.close())
        : await sharedBrowser();
  });
  afterAll(() => stack.disposeAsync());
  beforeEach(() => {
    passed = 0;
    server.reset();
    tokenEndpoint = watchTokenEndpoint(server);
  });

  function addressOf({ faults: _, ...rest }: TabOptions): string {
    const options: PageOptions = { ...rest, dialect, server: server.url };
    return `${pages.url}/?${new URLSearchParams({ options: JSON.stringify(options) }).toString()}`;
  }

  async function profile({ skew, ...contextOptions }: ProfileOptions = {}): Promise<Profile> {
    const context = await browser.newContext(contextOptions);
    // Fifty tabs that open at the same time are fifty processes.
    context.setDefaultTimeout(60_000);
    onTestFinished(() => context.close());
    if (skew !== undefined) await context.clock.install({ time: Date.now() + skew });

    async function open(options: TabOptions = {}): Promise<Tab> {
      const page = await context.newPage();
      for (const fault of options.faults ?? []) await page.addInitScript(fault);
      const tab = createTab(page);
      await page.goto(addressOf(options));
      await tab.restored();
      return tab;
    }

    return { context, open };
  }

  async function alone(options?: TabOptions, profileOptions?: ProfileOptions): Promise<Alone> {
    const made = await profile(profileOptions);
    const tab = await made.open(options);
    await tab.signIn('ada');
    return { ...made, tab };
  }

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
    passTime(duration) {
      passed += duration;
    },
    profile,
    alone,
    async signedIn(count, options, profileOptions) {
      const { tab, ...made } = await alone(options, profileOptions);
      const [second, ...others] = [
        made.open(options),
        ...Array.from({ length: count - 2 }, () => made.open(options)),
      ];
      return { ...made, tabs: [tab, await second, ...(await Promise.all(others))] };
    },
  };
}

/** Waits until a newly granted token can be refreshed again. Requires `refresh.cooldown: 0`. */
export async function cooldown(): Promise<void> {
  const start = Date.now();
  await expect.poll(() => Date.now() - start).toBeGreaterThan(shortestCooldown);
}
