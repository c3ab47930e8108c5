import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Browser, BrowserContext, Page, Route } from 'playwright';
import { startProvider, type TestProvider, type TestProviderOptions } from '../../test/oauth/provider.ts';
import type { Settings } from './clients/client.ts';
// Declares `window.client`.
import type {} from './clients/page.ts';

/** A page of the application. */
export interface Tab {
  /** Calls the API so many times at once. Returns each status, or the error. */
  call(count?: number): Promise<readonly string[]>;
  isSignedIn(): Promise<boolean>;
  signOut(): Promise<void>;
}

/** A provider, an API and a browser in which a user is signed in. */
export interface World extends AsyncDisposable {
  /** The page in which the user signed in. */
  readonly tab: Tab;
  openTab(): Promise<Tab>;
  /** An hour passes, in the pages and at the API: the access token expires. */
  passHour(): Promise<void>;
  /** The API refuses the access token before its time. */
  refuseTokens(): void;
  /** Requests to the token endpoint since the user signed in. */
  tokenRequests(): number;
  /** What becomes of requests to the token endpoint. `null` passes them on. */
  intercept: ((route: Route) => Promise<void>) | null;
  /** Closes all tabs, lets an hour pass and opens another: whether it can call the API. */
  lives(): Promise<boolean>;
}

export interface WorldOptions {
  readonly browser: Browser;
  readonly script: string;
  readonly certificate: NonNullable<TestProviderOptions['certificate']>;
  /** Whether the provider gets the issuer and the paths of Auth0. */
  readonly isLikeAuth0?: boolean;
}

const html = '<!doctype html><title>Application</title><script type="module" src="/page.js"></script>';
const hour = 3_660_000;

/** The application is on `localhost`, and the provider on `127.0.0.1`: its cookies are third-party cookies there. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const stack = new AsyncDisposableStack();
  const origin = await serve(options.script, stack);
  const redirectUri = `${origin}/callback`;
  const provider = stack.use(await startLenient(options, redirectUri));
  const { issuer, api } = provider;
  const context = stack.adopt(await options.browser.newContext({ ignoreHTTPSErrors: true }), (one) =>
    one.close(),
  );
  const settings: Settings = { issuer, api, redirectUri };
  context.setDefaultTimeout(20_000);
  await context.clock.install();
  await context.addInitScript((value) => Object.assign(window, { settings: value }), settings);

  let requests = 0;
  const world: World = {
    tab: tabOf(await signedInPage(context, origin)),
    openTab: async () => tabOf(await open(context, origin)),
    async passHour() {
      provider.expireAccessTokens();
      await context.clock.fastForward(hour);
    },
    refuseTokens: () => provider.expireAccessTokens(),
    tokenRequests: () => requests,
    intercept: null,
    async lives() {
      world.intercept = null;
      for (const page of context.pages()) await page.close();
      await world.passHour();
      const [status] = await (await world.openTab()).call();
      return status === '200';
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  await context.route(/\/token(\?|$)/, async (route) => {
    if (route.request().method() === 'POST') requests += 1;
    await (world.intercept?.(route) ?? route.continue());
  });
  // The API tells tokens apart by their first use.
  await world.tab.call();
  return world;
}

async function open(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(origin);
  await page.evaluate(() => window.client.then(() => undefined));
  return page;
}

async function signedInPage(context: BrowserContext, origin: string): Promise<Page> {
  const page = await open(context, origin);
  await page.evaluate(async () => {
    const client = await window.client;
    // This call leaves the page.
    setTimeout(() => void client.signIn());
  });
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(`${origin}/`);
  return page;
}

function tabOf(page: Page): Tab {
  return {
    call: (count = 1) =>
      page.evaluate(async (length) => {
        const client = await window.client;
        return Promise.all(Array.from({ length }, () => client.call().then(String, String)));
      }, count),
    isSignedIn: () => page.evaluate(async () => (await window.client).isSignedIn()),
    signOut: () =>
      page.evaluate(async () => {
        await (await window.client).signOut();
      }),
  };
}

/** ID tokens live for a day, since the clock of the pages runs ahead. */
function startLenient(
  { certificate, isLikeAuth0 = false }: WorldOptions,
  redirectUri: string,
): Promise<TestProvider> {
  return startProvider({
    certificate,
    redirectUris: [redirectUri],
    hasSlash: isLikeAuth0,
    configuration: {
      ttl: {
        AccessToken: 3_600,
        IdToken: 86_400,
        RefreshToken: 86_400,
        Session: 86_400,
        Grant: 86_400,
        Interaction: 600,
      },
      ...(isLikeAuth0 && {
        routes: { authorization: '/authorize', token: '/oauth/token', revocation: '/oauth/revoke' },
      }),
    },
  });
}

async function serve(script: string, stack: AsyncDisposableStack): Promise<string> {
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : html);
  }).listen(0, 'localhost');
  await once(server, 'listening');
  stack.defer(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The page has no port');
  return `http://localhost:${address.port}`;
}
