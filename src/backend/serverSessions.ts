import { createSession } from '../createSession.ts';
import { check, object } from '../errors/checks.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import type { SessionOptions } from '../options.ts';
import { randomId } from '../platform/randomId.ts';
import type { Grant, ServerContract } from '../server/contract.ts';
import type { TokenResponse } from '../server/tokenResponse.ts';
import { usesCookies } from '../server/usesCookies.ts';
import type { Session } from '../session/session.ts';
import { readOptions } from '../session/settings.ts';
import type { SessionStore } from '../store/sessionStore.ts';
import { isEnded } from '../store/storedRecord.ts';
import type { CookieAccess } from './cookies.ts';
import { createEnds } from './ends.ts';
import { createRecentRecords, type Save, type Sealed } from './sealedStore.ts';
import { createSessionCookie, type SessionCookieOptions } from './sessionCookie.ts';

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

/** The session of one request. It has no `login` and no `adopt`: a sign-in needs a new cookie. */
export type RequestSession<User = unknown> = Omit<Session<User, never>, 'login' | 'adopt' | 'cancelLogin'>;

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
   * The same with tokens from elsewhere, for example from the callback of an identity provider.
   *
   * @throws {MalformedGrantError} a field of the grant is not valid
   */
  adopt(this: void, cookies: CookieAccess, grant: Grant<User> | TokenResponse<User>): Promise<void>;
  /** Signs out: tells the API, and deletes the cookie. Never rejects. */
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
  const { secret, cookie, ...sessionOptions } = options;
  const { store } = sessionOptions;
  const { read, write } = createSessionCookie<User>(secret, cookie);
  const start = createStart(sessionOptions);

  const ends = createEnds();

  const saveIn = (cookies: CookieAccess, name: string): Save<User> => {
    const response = ends.responseOf(name);
    return (record) => {
      if (!isEnded(record)) return write(cookies, { name, record }, response.isCurrent);
      response.end();
      return write(cookies, null, response.isCurrent);
    };
  };

  /** Starts a session under a new name, and ends the one that the request had before. */
  async function signIn<Result>(
    cookies: CookieAccess,
    run: (session: Session<User, Credentials>) => Promise<Result>,
  ): Promise<Result> {
    const before = await read(cookies);
    const sealed: Sealed<User> = { name: randomId(), record: null };
    let written = Promise.resolve();
    using session = await start(sealed, (record) => (written = saveIn(cookies, sealed.name)(record)));
    const result = await run(session);
    // The store of a session may fail without an error, but without its cookie the session is lost.
    await (store === undefined ? written : write(cookies, sealed));
    if (before !== null) await end(before);
    return result;
  }

  /** Ends a session for a response that sets or deletes the cookie itself. */
  async function end(sealed: Sealed<User>): Promise<void> {
    ends.responseOf(sealed.name).end();
    using session = await start(sealed, () => Promise.resolve());
    await session.logout();
  }

  return {
    async open(cookies) {
      const sealed = (await read(cookies)) ?? { name: randomId(), record: null };
      return start(sealed, cookies.set === undefined ? null : saveIn(cookies, sealed.name));
    },
    login: (cookies, credentials, loginOptions) =>
      signIn(cookies, (session) => session.login(credentials, loginOptions)),
    adopt: (cookies, grant) => signIn(cookies, (session) => session.adopt(grant)),
    async logout(cookies) {
      const sealed = await read(cookies);
      if (sealed !== null) await end(sealed);
      await write(cookies, null);
    },
  };
}

/**
 * Starts the session of a name.
 *
 * @param save - writes the cookie without a store, or `null` if the response can set none
 */
type Start<User, Credentials> = (
  sealed: Sealed<User>,
  save: Save<User> | null,
) => Promise<Session<User, Credentials>>;

function createStart<User, Credentials>(
  given: Omit<SessionOptions<User, Credentials>, 'name'>,
): Start<User, Credentials> {
  const options = { ...given, refresh: { proactive: false, ...given.refresh } };
  // Checks the options now, and not at the first request.
  const { server } = readOptions(options);
  if (usesCookies(server))
    throw new InvalidOptionError('server', 'a contract with tokens in the responses', 'one with cookies');
  const { store } = options;
  const recent = createRecentRecords<User>();
  return async (sealed, save) => {
    const session = createSession<User, Credentials>({
      ...options,
      name: sealed.name,
      store: store ?? recent.storeOf(sealed, save),
      // New tokens would be lost if the response cannot set them.
      ...(store === undefined && save === null && { server: withoutRefresh(options.server) }),
    });
    await session.ready();
    const newer = store === undefined ? recent.newerThan(sealed) : null;
    if (newer !== null) await save?.(newer);
    return session;
  };
}

/** The same contract for a response that can set no cookie. */
function withoutRefresh<User, Credentials>(
  server: ServerContract<User, Credentials>,
): ServerContract<User, Credentials> {
  const rest = { ...server };
  delete rest.refresh;
  return rest;
}
