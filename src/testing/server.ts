import type { Accounts, TestUser, TokenLifetimes } from './accounts.ts';
import { addressed, orAborted } from './answer.ts';
import type { Dialect, DialectName, Endpoints, SecondStep } from './dialects/dialect.ts';
import { dialects } from './dialects/dialects.ts';
import {
  createIntercepts,
  type InterceptHandler,
  type InterceptOptions,
  type RequestKind,
} from './intercepts.ts';
import { countRequests, type LoggedRequest, type RequestCounts, type ServedRequest } from './log.ts';
import { memoryAccounts } from './memoryAccounts.ts';
import { checkNow, received } from './options.ts';

export interface TestServerOptions extends Partial<TokenLifetimes> {
  /**
   * How the server signs in, refreshes and refuses:
   *
   * - `rotating`: refuses with status 401; every refresh replaces both tokens.
   * - `coded`: codes `T-001` to `T-005` in the body; the refresh token is sent in `Authorization`.
   * - `express`: 401 without a token, 403 with a bad or expired one; has a logout endpoint.
   * - `message`: 401 with the message `invalid JWT`; a refresh succeeds with 201.
   * - `header`: 401 with a message in Korean; the new access token comes in the `Authorization` header.
   *
   * @default 'rotating'
   */
  readonly dialect?: DialectName;

  /**
   * The users who can sign in: at least one, with distinct ids and usernames.
   *
   * @default testUsers: `ada` / `lovelace` and `grace` / `hopper`
   */
  readonly users?: readonly TestUser[];

  /**
   * Your own implementation of users and tokens, or one that several servers share. It has its own users and lifetimes,
   * so you cannot combine it with `users`, `accessTokenLifetime` or `refreshTokenLifetime`.
   *
   * @default memoryAccounts()
   */
  readonly accounts?: Accounts;

  /**
   * Returns the time in milliseconds since the epoch. Pass your own to control time in a test.
   *
   * @default Date.now
   */
  readonly now?: () => number;
}

export interface TestServer {
  readonly dialect: DialectName;
  /** The server's URL, without a trailing slash. */
  readonly url: string;
  /** The paths of login, refresh and, if the dialect has them, logout and the second step of a login. All accept `POST`. */
  readonly endpoints: Endpoints;
  readonly accounts: Accounts;
  /** All requests so far, in the order of arrival. The list is live: it grows, and statuses are filled in. */
  readonly requests: readonly ServedRequest[];

  /**
   * Handles a request like the global `fetch`, but without a network. Rejects with the signal's reason on abort, and with
   * a `TypeError` if an intercept cuts the connection. Accepts URLs of every origin, and relative ones. Does not follow
   * redirects.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

  counts(): RequestCounts;

  /**
   * Changes the lifetimes, in seconds, of tokens that are issued from now on.
   *
   * @throws {TypeError | RangeError} A lifetime is not a number, not finite or negative.
   */
  setLifetimes(lifetimes: Partial<TokenLifetimes>): void;
  /** Makes every access token issued so far count as expired. */
  expireAccessTokens(): void;
  /** Makes every refresh token issued so far count as expired. */
  expireRefreshTokens(): void;
  /**
   * Requires a code besides the password from now on, until `null` is passed. A sign-in then has two steps, which
   * `twoStepLogin({ first: 'auth/login', second: 'auth/code', ticket: 'ticket' })` describes. Only the dialect `rotating`
   * supports this.
   *
   * @throws {TypeError} The dialect does not support it.
   */
  requireCode(code: string | null): void;
  /**
   * Revokes all tokens of one user, or of all users.
   *
   * @throws {RangeError} No user has that username.
   */
  revokeSessions(username?: string): void;

  /**
   * Intercepts one kind of request: delays it, fails it, or changes its response. The last intercept added runs first.
   * Returns a function that removes it.
   *
   * @throws {TypeError | RangeError} An argument is not valid.
   *
   * @example
   * ```ts
   * import { createTestServer } from 'sessionchart/testing';
   *
   * const server = createTestServer();
   * server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 2 });
   *
   * // The server rotates the token, but its response is lost.
   * server.intercept('refresh', async (_request, next) => {
   *   await next();
   *   return Response.error();
   * });
   * ```
   */
  intercept(kind: RequestKind, handler: InterceptHandler, options?: InterceptOptions): () => void;

  /** Restores the initial state: no tokens, no intercepts, no requests, the initial lifetimes. */
  reset(): void;
}

/**
 * Creates an in-memory server for your tests, which signs in, refreshes and refuses like one of five kinds of real
 * servers. Its API has `me`, `items/:n`, `echo`, `mirror`, `public` and `forbidden` below `/api`.
 *
 * @throws {TypeError} An option is of the wrong type, or contradicts `accounts`.
 * @throws {RangeError} A lifetime is negative or not finite; two users share an id or a username.
 *
 * @example
 * ```ts
 * import { createTestServer } from 'sessionchart/testing';
 *
 * const server = createTestServer({ dialect: 'express', accessTokenLifetime: 60 });
 *
 * const login = await server.fetch('/login', {
 *   method: 'POST',
 *   body: JSON.stringify({ username: 'ada', password: 'lovelace' }),
 * });
 * const { accessToken } = await login.json();
 * const headers = { Authorization: `Bearer ${accessToken}` };
 *
 * await server.fetch('/api/me', { headers }); // 200
 * server.expireAccessTokens();
 * await server.fetch('/api/me', { headers }); // 403
 * server.counts(); // { login: 1, refresh: 0, logout: 0, api: 2, refused: 1 }
 * ```
 */
export function createTestServer(options: TestServerOptions = {}): TestServer {
  const { dialect: name = 'rotating' } = options;
  return { ...serveDialect(findDialect(name), options), dialect: name };
}

/** The same for a dialect of your own. */
export function serveDialect(
  dialect: Dialect,
  options: Omit<TestServerOptions, 'dialect'>,
): Omit<TestServer, 'dialect'> {
  const { now = Date.now } = options;
  checkNow(now);
  const accounts = chooseAccounts(options);
  const secondStep: SecondStep = { code: null, tickets: new Map() };
  const app = dialect.createApp(accounts, secondStep);
  const intercepts = createIntercepts();
  const requests: LoggedRequest[] = [];
  const url = 'http://sessionchart.test';

  async function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input instanceof Request ? input : new URL(input, url), init);
    request.signal.throwIfAborted();
    const { pathname } = new URL(request.url);
    const kind = kindOf(dialect, request.method, pathname);
    const entry: LoggedRequest = { at: now(), method: request.method, path: pathname, kind, status: 0 };
    requests.push(entry);
    // The entry is passed as the app's bindings, so that the dialect can add its outcome.
    const serve = intercepts.wrap(kind, async (intercepted) => app.fetch(intercepted, entry));
    const response = await orAborted(orCut(serve(request)), request.signal);
    entry.status = response.status;
    return addressed(response, request, now());
  }

  return {
    url,
    endpoints: dialect.endpoints,
    accounts,
    requests,
    fetch,
    counts: () => countRequests(requests),
    setLifetimes: (lifetimes) => accounts.setLifetimes(lifetimes),
    expireAccessTokens: () => accounts.expireAccessTokens(),
    expireRefreshTokens: () => accounts.expireRefreshTokens(),
    revokeSessions: (username) => accounts.revokeUser(username),
    requireCode(code) {
      if (dialect.endpoints.code === undefined)
        throw new TypeError('Only the dialect `rotating` has a second step');
      secondStep.code = code;
    },
    intercept: intercepts.add,
    reset() {
      intercepts.clear();
      requests.length = 0;
      accounts.reset();
      secondStep.code = null;
      secondStep.tickets.clear();
    },
  };
}

function findDialect(name: DialectName): Dialect {
  if (!Object.hasOwn(dialects, name)) {
    const known = Object.keys(dialects).join(', ');
    throw new TypeError(`Expected \`dialect\` to be one of ${known}, got ${received(name)}`);
  }
  return dialects[name];
}

function chooseAccounts({ accounts, ...options }: Omit<TestServerOptions, 'dialect'>): Accounts {
  if (accounts === undefined) return memoryAccounts(options);
  for (const option of ['users', 'accessTokenLifetime', 'refreshTokenLifetime'] as const) {
    if (options[option] !== undefined) {
      throw new TypeError(`Expected \`${option}\` to be omitted: \`accounts\` has its own`);
    }
  }
  return accounts;
}

function kindOf({ endpoints }: Dialect, method: string, path: string): RequestKind {
  if (method !== 'POST') return 'api';
  if (path === endpoints.login || path === endpoints.code) return 'login';
  if (path === endpoints.refresh) return 'refresh';
  return path === endpoints.logout ? 'logout' : 'api';
}

// ky recognises undici's message 'fetch failed' as a network error.
async function orCut(answer: Promise<Response>): Promise<Response> {
  const response = await answer.catch((cause: unknown) => {
    throw new TypeError('fetch failed', { cause });
  });
  if (response.type === 'error') throw new TypeError('fetch failed');
  return response;
}
