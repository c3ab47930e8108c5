import { check, object } from '../errors/checks.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import type { RedirectOptions, ServerSignIns } from '../oauth/codeFlow.ts';
import type { SessionOptions } from '../options.ts';
import type { Grant } from '../server/contract.ts';
import type { TokenResponse } from '../server/tokenResponse.ts';
import { usesCookies } from '../server/usesCookies.ts';
import { readOptions } from '../session/settings.ts';
import type { SessionStore } from '../store/sessionStore.ts';
import type { CookieAccess } from './cookies.ts';
import { createRequestSessions, type RequestSession } from './requestSession.ts';
import { createSealedCookies, type SessionCookieOptions } from './sessionCookie.ts';
import { createSignIns } from './signIns.ts';

/** Options of {@link serverSessions}: those of `createSession`, without `name`, and these. */
export interface ServerSessionsOptions<User = unknown, Credentials = unknown> extends Omit<
  SessionOptions<User, Credentials>,
  'name' | 'store'
> {
  /**
   * Encrypts the cookie: a random text of at least 32 characters, for example from `openssl rand -base64 32`. To replace it,
   * give an array: the first encrypts, and each of them decrypts.
   */
  secret: string | readonly string[];
  cookie?: SessionCookieOptions;
  /**
   * Where the sessions of all users are kept, for example a `redisStore`. The cookie then contains only the id of the session.
   * Default is the cookie itself, encrypted.
   */
  store?: SessionStore<NoInfer<User>>;
}

/** A provider at which users sign in: the result of `oauth()`. */
export interface SignInProvider<User> {
  readonly onServer: ServerSignIns<User>;
}

/** The sessions of a web server: one for each request, of the user whose cookie it carries. */
export interface ServerSessions<User = unknown, Credentials = unknown> {
  /**
   * Returns the session of a request, once its store has been read. Dispose of it at the end of the request, for example
   * with `using`.
   *
   * @example
   * ```ts
   * import type { CookieAccess, ServerSessions } from 'sessionchart/server';
   *
   * declare const sessions: ServerSessions;
   * declare const cookies: CookieAccess;
   *
   * using session = await sessions.open(cookies);
   * const orders = await session.api.get('orders').json();
   * ```
   */
  open(this: void, cookies: CookieAccess): Promise<RequestSession<User>>;
  /**
   * Signs a user in, and sets a cookie with a new id (OWASP, Session Management: "Renew the session ID after any privilege
   * level change"). Ends the session that the request had before.
   *
   * @returns the user, or `null` if the server does not name one
   * @throws the errors of `session.login`
   */
  login(
    this: void,
    cookies: CookieAccess,
    credentials: Credentials,
    options?: { signal?: AbortSignal },
  ): Promise<User | null>;
  /**
   * Signs in with the second step, after `login` has rejected with `LoginChallengeError`. A second encrypted cookie
   * keeps the ticket, which must be JSON, for ten minutes.
   *
   * @throws the errors of `login`; `LoginFailedError` with the code `login_challenge_expired` if the cookie is missing or too old
   */
  continueLogin(
    this: void,
    cookies: CookieAccess,
    credentials: Credentials,
    options?: { signal?: AbortSignal },
  ): Promise<User | null>;
  /**
   * The same with tokens from elsewhere, for example from the callback of an identity provider.
   *
   * @throws {MalformedGrantError} a field of the grant is not valid
   */
  adopt(this: void, cookies: CookieAccess, grant: Grant<User> | TokenResponse<User>): Promise<void>;
  /**
   * Starts a sign-in at a provider with its authorization code flow (RFC 6749, section 4.1; PKCE, RFC 7636). An encrypted cookie
   * keeps the code verifier, for at most an hour.
   *
   * @param auth - the provider: the result of `oauth()`, whose `options` the sessions have
   * @param options - `returnTo` is where the user continues, `'/'` by default. Give only an address of your site
   * @returns the address of the provider's sign-in page: redirect the browser to it
   * @throws {AuthorizationError} the provider's metadata cannot be read, or it refuses the pushed request
   *
   * @example
   * ```ts
   * import { oauth, type OAuthUser } from 'sessionchart/oauth';
   * import { webCookies, type ServerSessions } from 'sessionchart/server';
   *
   * declare const sessions: ServerSessions<OAuthUser>;
   * const auth = oauth({
   *   issuer: 'https://id.example.com',
   *   clientId: 'shop',
   *   redirectUri: 'https://shop.example.com/auth/callback',
   * });
   *
   * export async function GET(request: Request): Promise<Response> {
   *   const cookies = webCookies(request);
   *   const location = await sessions.signIn(cookies, auth, { returnTo: '/orders' });
   *   return cookies.applyTo(new Response(null, { status: 303, headers: { location } }));
   * }
   * ```
   */
  signIn(
    this: void,
    cookies: CookieAccess,
    auth: SignInProvider<User>,
    options?: RedirectOptions,
  ): Promise<string>;
  /**
   * Completes a sign-in on the page of `redirectUri`: checks the response, exchanges its code for tokens, and sets a cookie with a
   * new id, as `login` does. Tokens of the same user are not revoked, as they may belong to one grant.
   *
   * @param url - the address of the request. Only its query counts
   * @returns where the user continues
   * @throws {AuthorizationError} the provider refused (`error` is `access_denied`, for example), its response was refused, or
   * it belongs to no sign-in that this browser has under way (`unknown_state`)
   * @throws {LoginFailedError} the provider is down or does not respond for 30 seconds (`verdict` is `unavailable`), or another
   * user has signed in than the one of whom a stronger sign-in was asked (`subjectMismatch`)
   */
  complete(
    this: void,
    cookies: CookieAccess,
    auth: SignInProvider<User>,
    url: string | URL,
  ): Promise<{ readonly returnTo: string }>;
  /**
   * Signs out: tells the API, and deletes the cookie. Resolves when the API has answered the first call, or has not answered
   * it within `refresh.timeout`. If it fails, up to three more calls follow in the background, for at most a minute. Never rejects.
   */
  logout(this: void, cookies: CookieAccess): Promise<void>;
}

/**
 * Creates sessions for the requests of a web server: server components, loaders, route handlers, and {@link sessionHandler}.
 * Each session belongs to the user whose cookie the request carries. The tokens never reach the browser, except encrypted.
 *
 * Timers refresh nothing: the first request that needs a new access token does. Parallel requests share one refresh within a
 * process, and with a `store` of several processes in all of them.
 *
 * @throws {InvalidOptionError} an option is not valid; the error names it, and the expected and received values
 *
 * @example
 * ```ts
 * import { restContract } from 'sessionchart';
 * import { serverSessions } from 'sessionchart/server';
 *
 * export const sessions = serverSessions<{ name: string }, { email: string; password: string }>({
 *   baseUrl: 'https://api.example.com',
 *   server: restContract({ login: 'auth/login', refresh: 'auth/refresh', logout: 'auth/logout' }),
 *   secret: process.env.SESSION_SECRET ?? '',
 * });
 * ```
 */
export function serverSessions<User = unknown, Credentials = unknown>(
  options: ServerSessionsOptions<User, Credentials>,
): ServerSessions<User, Credentials> {
  check('options', options, object);
  const { secret, cookie, ...given } = options;
  const sessionOptions = { ...given, refresh: { proactive: false, ...given.refresh } };
  // Checks the options now, and not at the first request.
  const { server, environment } = readOptions(sessionOptions);
  if (usesCookies(server))
    throw new InvalidOptionError('server', 'a contract with tokens in the responses', 'one with cookies');
  const cookies = createSealedCookies<User>(secret, cookie, environment.clock);
  const { read, write } = cookies.session;
  const sessions = createRequestSessions(sessionOptions, cookies.session);
  return {
    async open(request) {
      return sessions.open(request, await read(request));
    },
    ...createSignIns({ cookies, sessions, options: sessionOptions, clock: environment.clock }),
    async logout(request) {
      const sealed = await read(request);
      if (sealed !== null) await sessions.end(sealed);
      await write(request, null);
    },
  };
}
