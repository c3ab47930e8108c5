import type { KyInstance } from 'ky';
import type { ServerVerdict } from '../../machines/index.ts';
import type { TokenResponse } from './tokenResponse.ts';
import type { LoginChallenge } from './loginChallenge.ts';

/**
 * What a server's response means for the session. The contract maps the server's own codes to verdicts. `none` means
 * nothing for the session.
 */
export type Verdict = ServerVerdict | 'none';

/** The result of a login or a refresh (RFC 6749, section 5.1). */
export interface Grant<User = unknown> {
  /**
   * The access token, sent with every API request: any text that is valid in a header. `null` if the server keeps it in a
   * cookie, which requires a contract with `cookies`.
   */
  accessToken: string | null;
  /**
   * The refresh token. `undefined` keeps the current one (RFC 6749, section 6); `null` removes it.
   */
  refreshToken?: string | null | undefined;
  /**
   * The lifetime of the access token, in seconds. May be a numeric string. If it is missing, `null`, negative or absurdly
   * large, the lifetime is unknown. 0 means that the token has expired.
   */
  expiresIn?: number | string | null | undefined;
  /**
   * When the access token expires by the server's clock: in seconds since the epoch, such as the `exp` of a JWT (RFC 7519,
   * section 4.1.4), in milliseconds (a number from 100000000000), or as ISO 8601 text. Used if `expiresIn` is missing. The
   * remaining lifetime is calculated with the `Date` header of the response if a script can read it, otherwise with the
   * device's clock. If the token would have expired on arrival, its lifetime is unknown.
   */
  expiresAt?: number | string | null | undefined;
  /** The user who signed in. `undefined` keeps the current user. */
  user?: User | undefined;
  /**
   * Further secrets of the grant, such as an ID token. They are stored with the tokens, passed to `authorize`, `refresh` and
   * `logout`, and shown nowhere. `undefined` keeps the current ones.
   */
  secrets?: Secrets | undefined;
}

/** Texts by name that are stored with the tokens: see {@link Grant.secrets}. */
export type Secrets = Readonly<Record<string, string>>;

/** The argument of every function of a contract. */
export interface ContractCall {
  /**
   * A ky instance on `baseUrl` without the session's hooks and without retries, so that a refresh never waits for itself.
   * It follows no redirect. The session reads the verdict from its last response, even if your code throws its own error.
   */
  http: KyInstance;
  /** Aborted when the session no longer needs the call. */
  signal: AbortSignal;
}

/** The argument of `login`. */
export interface LoginCall<Credentials, Ticket = unknown> extends ContractCall {
  credentials: Credentials;
  /** What the previous step has passed to `loginChallenge` as its `ticket`, or `null` in the first step. */
  challenge: Ticket | null;
}

/** The argument of `refresh` and `logout`: the session's tokens and user. */
export interface SessionCall<User> extends ContractCall {
  refreshToken: string | null;
  accessToken: string | null;
  user: User | null;
  /** The `secrets` of the grant. */
  secrets?: Secrets | undefined;
  /** `'refresh_token'` if the refresh token came in a field with that name (RFC 6749, section 5.1). */
  refreshTokenName?: string | undefined;
}

/** A server's response, for {@link ServerContract.errorCode} and {@link ServerContract.loginDetails}. */
export interface ServerAnswer {
  status: number;
  headers: Headers;
  /** The parsed JSON, or `undefined` if the body is not JSON or larger than 64 KiB. */
  body: unknown;
}

/** Headers by name. */
export type HeaderValues = Readonly<Record<string, string>>;

/** Finds the server's code in a response: see {@link ServerContract.errorCode}. */
export type ErrorCodeReader = {
  // A method, so that a function may declare the type of its server's body.
  read(answer: ServerAnswer): string | number | undefined;
}['read'];

/** Options of `cookieRequests` and `cookieContract`, for a server that keeps tokens in cookies. */
export interface CookieOptions {
  /**
   * The `credentials` of the requests. `'include'` for an API on another origin of the same site, which must
   * allow it (`Access-Control-Allow-Credentials`). Default is `'same-origin'`, as in `fetch`.
   */
  readonly credentials?: 'same-origin' | 'include';
  /** The header that proves that a request comes from your application. Default is none. */
  readonly csrf?: CsrfCookie | CsrfValue;
}

/** Sends the value of a readable cookie in a header, with each request that may change data. */
export interface CsrfCookie {
  /** The name of the header, for example `X-CSRF-Token`. */
  readonly header: string;
  /** The name of the cookie. It is read before every attempt. If it is not set, no header is sent. */
  readonly cookie: string;
}

/** Sends a value from a function in the header. */
export interface CsrfValue {
  /** The name of the header, for example `X-CSRF-Token`. */
  readonly header: string;
  /** Returns the value. Called before every attempt. With `null`, no header is sent. */
  readonly value: () => string | null | Promise<string | null>;
}

/** Calls `call` after the previous calls. If `signal` is aborted before, it is not called, and the promise rejects. */
export type CallOrder = <Result>(call: () => Promise<Result>, signal: AbortSignal) => Promise<Result>;

/** Sends requests to a server that keeps tokens in cookies. Created by `cookieRequests()`. */
export interface CookieRequests {
  /**
   * Returns a copy of a request with `credentials` and, if the request may change data, with the CSRF header. A header that
   * the caller has set is kept.
   *
   * @throws {CsrfUnavailableError} the value is not available
   */
  prepare(this: void, request: Request, signal: AbortSignal): Promise<Request>;
  /** Creates the queue in which one session calls `login`, `refresh` and `logout` one after another. */
  createCallOrder(this: void): CallOrder;
}

/** The addresses of the calls of a contract: see {@link ServerContract.endpoints}. */
export interface ContractEndpoints {
  readonly login?: string;
  /** The second step of a login. */
  readonly secondStep?: string;
  readonly refresh?: string;
  readonly logout?: string;
}

/**
 * Describes a server: how to sign in, refresh and sign out, and what its error codes mean.
 *
 * @example
 * ```ts
 * import type { ServerContract } from 'sessionchart';
 *
 * const server: ServerContract<{ name: string }, { email: string; password: string }> = {
 *   login: ({ credentials, http }) => http.post('login', { json: credentials }).json(),
 *   refresh: ({ refreshToken, http }) => http.post('token', { json: { refreshToken } }).json(),
 *   errorCodes: { 'T-002': 'accessTokenExpired', 'T-003': 'refreshTokenExpired' },
 * };
 * ```
 */
export interface ServerContract<User = unknown, Credentials = unknown, Ticket = unknown> {
  /**
   * The issuer of the tokens (a non-empty string). Set it if the origin of `baseUrl` does not identify the issuer: one
   * origin with several APIs, or an API that moves to another origin. A stored session belongs to its issuer, and sessions
   * with another issuer leave it alone. Adding or changing the issuer signs out all users. Default is the origin of
   * `baseUrl`.
   *
   * @example
   * ```ts
   * import { createSession } from 'sessionchart';
   *
   * createSession({ baseUrl: 'https://example.com/shop/', server: { ...server, issuer: 'shop' } });
   * ```
   */
  issuer?: string;
  /**
   * The addresses of the contract's own calls, resolved against `baseUrl`. `restContract` and `cookieContract` set them. Only
   * `sessionchart/vault` uses them: it refuses to send other requests to `login` and `refresh`, whose responses contain
   * tokens. Default is none.
   */
  endpoints?: ContractEndpoints;
  /**
   * Signs in, and returns a grant, or a `loginChallenge()` if the server asks for a second step. Without it,
   * `session.login()` rejects, and a session starts with `session.adopt()`.
   */
  login?(
    call: LoginCall<Credentials, Ticket>,
  ): Promise<Grant<User> | TokenResponse<User> | LoginChallenge<unknown, Ticket>>;
  /**
   * Returns the details of a failed login for your form (`details` of `LoginFailedError`). The session keeps them
   * nowhere else, and does not call the function without a response of the server. Choose single fields, since a response
   * may quote the request with the password. If the function throws, `details` is `null`. Default is none.
   *
   * @example
   * ```ts
   * import { createSession, isLoginFailedError, restContract, type ServerAnswer } from 'sessionchart';
   *
   * const loginDetails = ({ body }: ServerAnswer) => ({
   *   lockedUntil: body instanceof Object && 'lockedUntil' in body ? String(body.lockedUntil) : null,
   * });
   * const session = createSession({
   *   baseUrl: 'https://api.example.com',
   *   server: restContract({ login: 'auth/login', loginDetails }),
   * });
   *
   * const error: unknown = await session.login({ name: 'ada' }).catch((failed: unknown) => failed);
   * if (isLoginFailedError<ReturnType<typeof loginDetails>>(error)) console.log(error.details?.lockedUntil);
   * ```
   */
  loginDetails?(answer: ServerAnswer): unknown;
  /** Returns new tokens. Without it, a session ends when its access token expires. */
  refresh?(call: SessionCall<User>): Promise<Grant<User> | TokenResponse<User>>;
  /**
   * Whether the server refreshes an access token only until it expires (Payload, and Directus with sessions). With `true`,
   * a hidden page refreshes too, and a due token is refreshed at once. If the access token has expired, the session expires
   * without a call of `refresh`. Default is `false`: a hidden page does not refresh a due token.
   *
   * Browsers may run the timers of a hidden page only once a minute, so give `refresh.leeway` several minutes. The option has
   * no effect with `refresh.proactive: false`, or if the server sends no lifetime.
   *
   * @example
   * ```ts
   * import { cookieContract, createSession } from 'sessionchart';
   *
   * const server = cookieContract({
   *   login: 'users/login',
   *   refresh: 'users/refresh-token',
   *   logout: 'users/logout',
   *   grant: { expiresAt: 'exp' },
   *   refreshesLiveTokensOnly: true,
   * });
   * createSession({ baseUrl: 'https://cms.example.com/api/', server, refresh: { leeway: 300_000 } });
   * ```
   */
  refreshesLiveTokensOnly?: boolean;
  /**
   * Whether `refresh` can sign in without a stored session, because the browser keeps the refresh token in an `HttpOnly`
   * cookie. With `true`, a session that starts with an empty store calls `refresh` with `refreshToken`, `accessToken` and
   * `user` set to `null`, under the lock of all tabs. If the server grants tokens, the user is signed in. If it refuses,
   * the session is `anonymous`. A call that fails (no network, 5xx) is repeated until `hold.timeout`. Until then the
   * session is restoring, and requests wait. Default is `false`.
   *
   * Use a store that the tabs share, such as `tokensInMemory(webStorageStore(() => localStorage))`. Tabs without one send
   * the same cookie, and a server with rotation takes that for theft (RFC 9700, section 4.14.2).
   *
   * @example
   * ```ts
   * import { cookieRequests, createSession, restContract, tokensInMemory, webStorageStore } from 'sessionchart';
   *
   * createSession({
   *   baseUrl: 'https://www.example.com',
   *   server: restContract({
   *     login: 'auth/login',
   *     refresh: { path: 'auth/refresh', body: () => undefined },
   *     logout: { path: 'auth/logout', body: () => undefined },
   *     cookies: cookieRequests(),
   *     silentSignIn: true,
   *   }),
   *   store: tokensInMemory(webStorageStore(() => localStorage)),
   * });
   * ```
   */
  silentSignIn?: boolean;
  /** Tells the server to revoke the refresh token (RFC 7009). May return anything; a promise is awaited. */
  logout?(call: SessionCall<User>): unknown;
  /**
   * Whether the server accepts a logout only with a live access token (Strapi). With `true`, an expired access token is
   * refreshed for the logout, and `logout` gets the new tokens, which are stored nowhere. A refresh in flight is awaited
   * instead, and a refresh token that another tab has sent is not sent again. Default is `false`.
   */
  logoutNeedsFreshToken?: boolean;
  /**
   * Puts the access token on a request, before every attempt. Default: `Authorization: Bearer …`
   * (RFC 6750, section 2.1).
   *
   * With this function, requests follow no redirect and fail as with `redirect: 'error'`, because `fetch` removes only
   * `Authorization` when it follows a redirect to another origin.
   */
  authorize?(request: Request, accessToken: string, secrets?: Secrets): void | Promise<void>;
  /**
   * Sees the response of each attempt that carries the access token, and returns whether to send the request once more at
   * once, for example because the server has answered with a nonce for the proof (RFC 9449, section 9). Such a response is no
   * verdict. `authorize` is called again for the repetition, and its response is not repeated. Default is none.
   */
  shouldRepeat?(response: Response, request: { readonly url: string }): boolean;
  /**
   * Called in each tab when the session has ended, or when `secrets` have been replaced (`now`). Use it to delete what belongs
   * to them, such as a key. Default is none.
   */
  discardSecrets?(secrets: Secrets, now: Secrets | null): void;
  /**
   * Headers for every call of the session to the API and to trusted origins: `session.api`, `session.fetch` and the calls
   * of this contract. A function is called before every attempt. A header that the request has already is kept. A redirect
   * to another origin takes these headers along, so they must not contain a secret. Default is none.
   *
   * @example
   * ```ts
   * import type { ServerContract } from 'sessionchart';
   *
   * const server: ServerContract = {
   *   headers: () => ({ 'X-Tenant': 'north', 'Accept-Language': navigator.language }),
   * };
   * ```
   */
  headers?: HeaderValues | (() => HeaderValues);
  /**
   * The result of `cookieRequests()`, for a server that keeps tokens in cookies. The contract's own calls, and the requests
   * of a session without an access token, are sent with credentials and the CSRF header. Default is none.
   */
  cookies?: CookieRequests;
  /**
   * Returns the server's code in a response. Default: the `error` of `WWW-Authenticate` (RFC 6750, section 3);
   * `code`, `error.code`, `error`, `errorCode`, `errors[0].extensions.code` and `message` of a JSON body;
   * the `type` of a problem (RFC 9457); the status. The first one in `errorCodes` decides. If the function throws, the
   * status decides.
   *
   * Instead of a function, give the path of a field in the JSON body, or several (`'error.message'`,
   * `'errors[0].message'`). They are read before those of the default.
   *
   * With this function, every response of the API is examined, including those with status 200. Without it, responses
   * with status 200 are examined only for GraphQL, and only if there are `errorCodes`. GraphQL is recognised by
   * `application/graphql-response+json`, or by JSON from a URL that ends in `graphql`. Responses to `login` and `refresh`
   * are always examined: any verdict other than `none` is a refusal.
   */
  errorCode?: ErrorCodeReader | string | readonly string[];
  /** Maps the server's codes to verdicts. A status may stand for a code. */
  errorCodes?: Readonly<Record<string | number, Verdict>>;
  /**
   * Whether two users are the same person. Decides whether a sign-in after `expired` continues the session
   * (`view.identity`, `hold.whileExpired`), whether `adopt()` continues it, and whether a refresh returned the tokens of
   * another user, which ends the session like `server.subjectMismatch` and revokes the new tokens.
   *
   * Default: the first of `id`, `sub`, `_id`, `uid` and `email` that both users have (a non-empty string, or a number)
   * decides. Without one, their JSON must be equal. By default a refresh ends the session only if one of the first four
   * differs, since a user may change the email address. A user that the server does not name is never the same. Provide
   * this function if an id is unique only together with something else, such as a tenant.
   *
   * @example
   * ```ts
   * import type { ServerContract } from 'sessionchart';
   *
   * const server: ServerContract<{ id: number; tenant: string }> = {
   *   isSameUser: (before, now) => before.tenant === now.tenant && before.id === now.id,
   * };
   * ```
   */
  isSameUser?(before: User, now: User): boolean;
}
