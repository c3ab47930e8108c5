import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { ClientSecretBasic } from 'oauth4webapi';
import { describe, expect, test } from 'vitest';
import { cookieContract, createSession, memoryStore, type SessionStore } from '../../src/index.ts';
import { serverSessions, sessionHandler } from '../../src/backend/index.ts';
import { dpop, oauth, type OAuthUser } from '../../src/oauth/index.ts';
import { addressOf, listen, startProvider, type TestProvider } from '../oauth/provider.ts';
import { followTo } from '../oauth/userAgent.ts';
import { cookieHeader, fetchWith, receive, secret, type Jar } from './world.ts';

interface Options {
  readonly store?: SessionStore<OAuthUser>;
  readonly isBound?: boolean;
}

/** A strict provider, and a backend for frontend with a client secret. */
async function openWorld({ store, isBound = false }: Options = {}) {
  const stack = new AsyncDisposableStack();
  const server = await listen(createServer());
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = addressOf(server);
  const redirectUri = `${url}/auth/callback`;
  const provider = stack.use(
    await startProvider({
      requiresNonce: isBound,
      clients: [
        {
          client_id: 'bff',
          client_secret: 'a secret of the client',
          application_type: 'native',
          grant_types: ['authorization_code', 'refresh_token'],
          redirect_uris: [redirectUri],
        },
      ],
    }),
  );
  const auth = oauth({
    issuer: provider.issuer,
    clientId: 'bff',
    clientAuth: ClientSecretBasic('a secret of the client'),
    redirectUri,
    scope: 'openid email offline_access',
    resource: provider.api,
    ...(isBound && { dpop: dpop() }),
  });
  const sessions = serverSessions<OAuthUser, never>({
    baseUrl: provider.api,
    ...auth.options,
    secret,
    refresh: { cooldown: 0 },
    cookie: { secure: false },
    ...(store && { store }),
  });
  const handle = sessionHandler(sessions, { auth, errorPage: '/sign-in?from=provider' });
  const listener = getRequestListener(handle, { overrideGlobalObjects: false });
  server.on('request', (incoming, outgoing) => void listener(incoming, outgoing));
  return { url, provider, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** A browser at the site of the backend. */
function openBrowser(url: string) {
  const jar: Jar = new Map();
  const cookiesOfProvider: Jar = new Map();
  /** Loads a page, whose session asks the server who is signed in. */
  async function load() {
    const session = createSession<OAuthUser>({
      baseUrl: `${url}/api/`,
      server: cookieContract<OAuthUser>({
        refresh: `${url}/auth/refresh`,
        logout: `${url}/auth/logout`,
        silentSignIn: true,
      }),
      store: memoryStore<OAuthUser>(),
      ky: { fetch: fetchWith(jar) },
    });
    await session.ready();
    return session;
  }
  /** Goes to an address as a link does, also one on another site. Returns the address to which the response leads. */
  async function visit(address: string): Promise<string> {
    const response = await fetch(new URL(address, url), {
      redirect: 'manual',
      headers: { cookie: cookieHeader(jar), 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    });
    receive(response, jar);
    return response.headers.get('location') ?? String(response.status);
  }
  /** Goes to the provider, where the user signs in. Returns the address of the callback. */
  const leave = async (returnTo = '/orders', more = {}) => {
    const query = new URLSearchParams({ returnTo, prompt: 'consent', ...more });
    const place = await visit(`/auth/login?${query}`);
    return followTo(`${url}/auth/callback`, place, cookiesOfProvider);
  };
  return { jar, cookiesOfProvider, visit, leave, load };
}

const refreshes = ({ tokenRequests }: TestProvider) =>
  tokenRequests.filter(({ grant, status }) => grant === 'refresh_token' && status === 200).length;

describe('A backend for frontend with a provider', () => {
  test.each<[string, () => Options]>([
    ['in the cookie', () => ({})],
    ['in a store', () => ({ store: memoryStore<OAuthUser>() })],
    ['in a store, bound by DPoP', () => ({ store: memoryStore<OAuthUser>(), isBound: true })],
  ])(
    'signs in, makes one refresh for 20 requests over an expiry, and signs out, with the tokens %s',
    async (_, choose) => {
      const options = choose();
      const { isBound = false } = options;
      await using world = await openWorld(options);
      const { provider, url } = world;
      const browser = openBrowser(url);
      const { load, visit, leave, jar } = browser;
      expect(await visit(await leave())).toBe('/orders');
      using session = await load();
      expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { sub: 'ada' } });

      expect(await (await session.fetch('me')).json()).toMatchObject({ scheme: isBound ? 'DPoP' : 'Bearer' });
      provider.expireAccessTokens();
      const responses = await Promise.all(Array.from({ length: 20 }, () => session.fetch('me')));
      expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
      expect(refreshes(provider)).toBe(1);
      // Only the sealed cookie of the session is left: a JWE in compact form.
      expect([...jar.keys()].filter((name) => !name.startsWith('session'))).toEqual([]);
      expect([...jar.values()].join('')).toMatch(/^\deyJhbGciOiJkaXIi/);
      await session.logout();
      expect([...jar.keys()]).toEqual([]);
    },
  );

  test.each([
    ['of another browser', 'unknown_state', (callback: string) => callback, true],
    [
      'with an error',
      'access_denied',
      (callback: string) => callback.replace(/code=[^&]*/, 'error=access_denied'),
      false,
    ],
    [
      'with a forged code',
      'invalid_grant',
      (callback: string) => callback.replace(/code=[^&]*/, 'code=forged'),
      false,
    ],
    [
      'of another issuer',
      'OAUTH_INVALID_RESPONSE',
      (callback: string) => callback.replace(/iss=[^&]*/, 'iss=https://evil.example'),
      false,
    ],
  ])('refuses a callback %s with the code %s', async (_, code, change, isForeign) => {
    await using world = await openWorld();
    const browser = openBrowser(world.url);
    const other = openBrowser(world.url);
    const callback = change(await browser.leave());
    const place = await (isForeign ? other : browser).visit(callback);

    expect(place).toBe(`/sign-in?from=provider&error=${code}`);
    expect([...other.jar.keys()]).toEqual([]);
  });

  test('tells of a provider that is down, and a callback counts once', async () => {
    await using world = await openWorld();
    const { provider, url } = world;
    const browser = openBrowser(url);
    const callback = await browser.leave();
    provider.intercept = ({ url: path }, response) => {
      if (path !== '/token') return false;
      response.writeHead(503).end();
      return true;
    };
    expect(await browser.visit(callback)).toMatch(/error=(?:temporarily_unavailable|OAUTH_)/);
    provider.intercept = null;
    expect(await browser.visit(callback)).toContain('error=unknown_state');
  });

  test.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'https:evil', 'http://['])(
    'never leads to %s after the sign-in',
    async (returnTo) => {
      await using world = await openWorld();
      const browser = openBrowser(world.url);
      const place = await browser.visit(await browser.leave(returnTo));
      expect(new URL(place, world.url).origin).toBe(world.url);
    },
  );

  test('continues after the user has signed in again, in two tabs too: the older tokens are not revoked', async () => {
    await using world = await openWorld();
    const { provider, url } = world;
    const browser = openBrowser(url);
    const { load, visit, leave } = browser;
    const [first, second] = [await leave('/one'), await leave('/two')];
    expect([await visit(first), await visit(second)]).toEqual(['/one', '/two']);
    using session = await load();
    expect((await session.fetch('me')).status).toBe(200);
    provider.expireAccessTokens();

    expect((await session.fetch('me')).status).toBe(200);
    expect(refreshes(provider)).toBe(1);
  });

  test('refuses another user after a stronger sign-in was asked for, and replaces the user otherwise', async () => {
    await using world = await openWorld();
    const { provider, url } = world;
    const { visit, leave, load, cookiesOfProvider } = openBrowser(url);
    const userOf = async () => {
      using session = await load();
      return session.getSnapshot().user?.sub;
    };
    await visit(await leave());
    cookiesOfProvider.clear();
    provider.answer = { account: 'grace' };
    expect(await visit(await leave('/', { acr_values: 'gold', max_age: '0' }))).toContain(
      'error=subjectMismatch',
    );
    expect(await userOf()).toBe('ada');
    expect(await visit(await leave())).toBe('/orders');
    expect(await userOf()).toBe('grace');
  });

  test('does not take `postLogoutRedirectUri`', () => {
    const options = {
      issuer: 'https://id.example',
      clientId: 'bff',
      postLogoutRedirectUri: 'https://app.example',
    };
    const auth = oauth({ ...options, redirectUri: 'https://app.example/callback' });
    const server = auth.options.server;
    const sessions = serverSessions<OAuthUser, never>({ baseUrl: 'https://api.example', server, secret });
    expect(() => sessionHandler(sessions, { auth })).toThrow(
      'Expected `postLogoutRedirectUri` to be left out',
    );
  });

  test('takes no credentials', async () => {
    await using world = await openWorld();
    const browser = openBrowser(world.url);
    const response = await fetchWith(browser.jar)(`${world.url}/auth/login`, { method: 'POST', body: '{}' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
  });
});
