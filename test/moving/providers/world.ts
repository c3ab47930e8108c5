import type { Browser, BrowserContext, Page, Route } from 'playwright';
import { startProvider, type TestProvider } from '../../oauth/provider.ts';
import { bundle } from '../bundle.ts';
import { servePage } from '../pageServer.ts';

/** A page of the application, used with its buttons. */
export interface Tab {
  /** Loads five items at once. */
  load(): Promise<void>;
  /** How many of the five items came. */
  loaded(): Promise<number>;
  signOut(): Promise<void>;
}

/** A provider, an API, and a browser in which a user has signed in to the application. */
export interface World extends AsyncDisposable {
  readonly tab: Tab;
  openTab(): Promise<Tab>;
  /** Whether a new tab, after all others are closed, shows the user, and can call the API after the next expiry. */
  isSignedIn(): Promise<boolean>;
  /** An hour passes, in the pages and at the API: the access token expires. */
  passHour(): Promise<void>;
  /** The API refuses the access token before its time. */
  refuseTokens(): void;
  /** The token requests since the user has signed in. */
  tokenRequests(): number;
  /** What becomes of requests to the token endpoint. `null` passes them on. */
  intercept: ((route: Route) => Promise<void>) | null;
}

const hour = 3_660_000;

/** Starts the application whose module is given. */
export async function openWorld(
  browser: Browser,
  code: string,
  { isLikeAuth0 }: { readonly isLikeAuth0: boolean },
): Promise<World> {
  const stack = new AsyncDisposableStack();
  const pages = stack.use(await servePage());
  const provider = stack.use(await start(`${pages.origin}/callback`, isLikeAuth0));
  const addresses = {
    'https://api.example.com': provider.api,
    'https://id.example.com/': provider.issuer,
    'https://id.example.com': provider.issuer,
    'id.example.com': provider.issuer.replace(/\/$/, ''),
  };
  pages.script = await bundle({ code, folder: import.meta.dirname, addresses });
  const context = stack.adopt(await browser.newContext(), (one) => one.close());
  context.setDefaultTimeout(20_000);
  await context.clock.install();

  let requests = 0;
  const world: World = {
    tab: tabOf(await signedInPage(context, pages.origin)),
    openTab: async () => tabOf(await open(context, pages.origin)),
    async isSignedIn() {
      world.intercept = null;
      const others = context.pages();
      const page = await open(context, pages.origin);
      for (const other of others) await other.close();
      await page.reload();
      const isShown = await page
        .getByRole('button', { name: 'Sign out' })
        .or(signInButton(page))
        .textContent();
      if (isShown !== 'Sign out') return false;
      const tab = tabOf(page);
      await countLoaded(tab);
      await world.passHour();
      // The first requests may come before a renewal in the background has ended.
      await countLoaded(tab);
      return (await countLoaded(tab)) === 5;
    },
    async passHour() {
      provider.expireAccessTokens();
      await context.clock.fastForward(hour);
    },
    refuseTokens: () => provider.expireAccessTokens(),
    tokenRequests: () => requests,
    intercept: null,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  await context.route(/\/token$/, async (route) => {
    if (route.request().method() === 'POST') requests += 1;
    await (world.intercept?.(route) ?? route.continue());
  });
  // The API tells tokens apart by their first use.
  await countLoaded(world.tab);
  return world;
}

async function countLoaded(tab: Tab): Promise<number> {
  await tab.load();
  return tab.loaded();
}

const signInButton = (page: Page) => page.getByRole('button', { name: 'Sign in' });

async function open(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(origin);
  await page.getByRole('button').first().waitFor();
  return page;
}

async function signedInPage(context: BrowserContext, origin: string): Promise<Page> {
  const page = await open(context, origin);
  await signInButton(page).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  return page;
}

function tabOf(page: Page): Tab {
  return {
    load: () => page.getByRole('button', { name: 'Load' }).click(),
    async loaded() {
      const text = await page.getByText(/^\d of 5$/).textContent();
      return Number.parseInt(text ?? '', 10);
    },
    signOut: () => page.getByRole('button', { name: 'Sign out' }).click(),
  };
}

/** A provider that always grants a refresh token. */
function start(redirectUri: string, isLikeAuth0: boolean): Promise<TestProvider> {
  return startProvider({
    clients: [
      {
        client_id: 'shop',
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [redirectUri],
      },
    ],
    hasSlash: isLikeAuth0,
    configuration: {
      issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
      // The clocks of the pages run ahead.
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
