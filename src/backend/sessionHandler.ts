import { check, expectMembers, func, text, type Kind } from '../errors/checks.ts';
import { expectKnown } from '../errors/knownNames.ts';
import { sessionErrorOf } from '../errors/sessionErrorOf.ts';
import { webCookies } from './cookies.ts';
import { forward } from './forward.ts';
import { readCredentials } from './readCredentials.ts';
import { refusal, refusalOf } from './refusal.ts';
import { isSameOrigin } from './sameOrigin.ts';
import type { ServerSessions, SignInProvider } from './serverSessions.ts';
import { signInPages, type Route } from './signInPages.ts';

/** Options of {@link sessionHandler}. */
export interface SessionHandlerOptions<User = unknown> {
  /** The path of `login`, `refresh` and `logout`. Default is `'/auth'`. */
  path?: string;
  /** The path below which requests are passed on to the API. Default is `'/api'`. */
  api?: string;
  /**
   * The provider at which users sign in: the result of `oauth()`, whose `options` the sessions have. The handler then also serves
   * its `redirectUri`, which must be the full address. Default is none: `login` takes the credentials of your API.
   */
  auth?: SignInProvider<User>;
  /** The path to which a failed sign-in at the provider leads, with the code as `error` in its query. Default is `'/'`. */
  errorPage?: string;
  /** Chooses what the browser learns about the user. Default is everything. */
  user?: (user: User | null) => unknown;
  /**
   * Other origins whose pages may call the handler, for example that of the page if a proxy changes the `Host` header.
   * Default is none: only the handler's own origin.
   */
  origins?: readonly string[];
}

/** Answers a request of the page. */
export type SessionHandler = (request: Request) => Promise<Response>;

/**
 * Creates a backend for frontend: a handler that signs in, refreshes and signs out, and passes the requests of the page on to
 * the API with the access token, so that no token reaches the browser (OAuth 2.0 for Browser-Based Applications, section 6.1).
 * The page uses `cookieContract`.
 *
 * | request | response |
 * | --- | --- |
 * | `POST {path}/login` with the credentials as JSON | 200 with `{ user }` and the cookie, or the error of the login |
 * | `POST {path}/login/second` with the second step of a login | the same |
 * | `POST {path}/refresh` | 200 with `{ user }`, or 401 with `{ error: 'invalid_grant' }` if no user is signed in |
 * | `POST {path}/logout` | 204, and the cookie is deleted |
 * | `{api}/…` | the response of the API |
 *
 * With `auth`, the user signs in at a provider, and these replace `login`:
 *
 * | request | response |
 * | --- | --- |
 * | `GET {path}/login?returnTo=/orders` | 303 to the provider's sign-in page. May have `prompt`, `login_hint`, `max_age` and `acr_values` |
 * | `GET {redirectUri}` | 303 to `returnTo` with the cookie, or to `errorPage` |
 *
 * Requests from pages of other origins get 403 (`Sec-Fetch-Site`, or `Origin` in browsers without it), and credentials of more
 * than 64 KiB get 413.
 *
 * @throws {InvalidOptionError} an option is not valid; the error names it, and the expected and received values
 *
 * @example
 * ```ts
 * import { sessionHandler, type ServerSessions } from 'sessionchart/server';
 *
 * declare const sessions: ServerSessions<{ name: string }>;
 *
 * export const handle = sessionHandler(sessions, { user: (user) => user && { name: user.name } });
 * ```
 */
export function sessionHandler<User>(
  sessions: ServerSessions<User>,
  options: SessionHandlerOptions<User> = {},
): SessionHandler {
  expectMembers('sessions', sessions, ['open', 'login', 'continueLogin', 'logout']);
  expectKnown('', options, ['path', 'api', 'user', 'origins', 'auth', 'errorPage']);
  const { user: show = (user: User | null): unknown => user } = options;
  check('user', show, func);
  const origins = readOrigins(options.origins);
  const path = readPath('path', options.path ?? '/auth');
  const api = readPath('api', options.api ?? '/api');

  const signInBy =
    (login: ServerSessions<User>['login']): Route =>
    async (request, cookies) => {
      const read = await readCredentials(request);
      if ('refused' in read) return read.refused;
      // The API checks them.
      const user = await login(cookies, read.credentials, { signal: request.signal });
      return Response.json({ user: show(user) });
    };

  const { auth } = options;
  const pages = auth === undefined ? {} : signInPages(sessions, auth, { path, errorPage: options.errorPage });
  const routes: Readonly<Record<string, Route>> = {
    ...(auth === undefined && {
      [`${path}/login`]: signInBy(sessions.login),
      [`${path}/login/second`]: signInBy(sessions.continueLogin),
    }),
    async [`${path}/refresh`](_request, cookies) {
      using session = await sessions.open(cookies);
      await session.accessToken();
      return Response.json({ user: show(session.getSnapshot().user) });
    },
    async [`${path}/logout`](_request, cookies) {
      await sessions.logout(cookies);
      return new Response(null, { status: 204 });
    },
  };

  function routeOf(request: Request): Route | null {
    const { pathname } = new URL(request.url);
    const page = pages[pathname];
    if (page !== undefined) return request.method === 'GET' ? page : notAllowed('GET');
    const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    if (route !== undefined) return request.method === 'POST' ? route : notAllowed('POST');
    if (!pathname.startsWith(`${api}/`)) return null;
    return async (_request, cookies) => forward(await sessions.open(cookies), request, api);
  }

  return async (request) => {
    const route = routeOf(request);
    if (route === null) return refusal(404, 'not_found');
    const isPage = new URL(request.url).pathname in pages;
    // The user may come from a link, and comes back from the provider, which are other sites.
    if (!isPage && !isSameOrigin(request, origins)) return refusal(403, 'cross_origin');
    const cookies = webCookies(request);
    try {
      return cookies.applyTo(await route(request, cookies));
    } catch (error) {
      const reason = sessionErrorOf(error);
      if (reason === null) throw error;
      return cookies.applyTo(refusalOf(reason));
    }
  };
}

const notAllowed =
  (allow: string): Route =>
  () =>
    Promise.resolve(refusal(405, 'method_not_allowed', { headers: { allow } }));

const list: Kind<readonly unknown[]> = {
  expected: 'an array of origins',
  includes: (value): value is readonly unknown[] => Array.isArray(value),
};

const originText: Kind<string> = {
  expected: 'an origin such as `https://app.example.com`, without a path',
  includes: (value): value is string =>
    typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value,
};

const readOrigins = (given: unknown = []): string[] =>
  check('origins', given, list).map((origin, index) => check(`origins[${index}]`, origin, originText));

/** The path with one slash before it and none after it. */
function readPath(option: string, path: unknown): string {
  const { pathname } = new URL(check(option, path, text), 'http://localhost');
  return pathname.endsWith('/') ? pathname.slice(0, -1) : pathname;
}
