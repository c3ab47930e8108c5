import type { Options as KyOptions } from 'ky';
import type { InspectionEvent, Observer } from 'xstate';
import type { ServerContract } from './server/contract.ts';
import type { Environment } from './platform/environment.ts';
import type { SessionStore } from './store/sessionStore.ts';

export interface RefreshOptions {
  /**
   * How long before its expiry an access token counts as due (in milliseconds, 0 or more; no more than half of the
   * token's lifetime). Default is 30000 (30 seconds), or a tenth of a lifetime that is shorter than 5 minutes.
   */
  leeway?: number;
  /**
   * The time limit for one call to the refresh endpoint, and for one operation of the store (in milliseconds, 1 or more).
   * After a sleep, a pending call gets two more seconds. Default is 8000 (8 seconds): a call without a response is then
   * repeated within ten seconds, the usual grace period of servers for a used refresh token.
   */
  timeout?: number;
  /**
   * The most calls that one refresh makes (1 or more, or `Infinity`). Default is `Infinity`. A failing refresh makes four
   * calls, and more while a request can still wait for it; then the request is refused with `RefreshUnavailableError`.
   * The pauses between the calls are random, up to 500 ms at first, doubling up to 8 seconds. The next refresh continues
   * with the longer pauses, and all tabs share them.
   */
  attempts?: number;
  /**
   * How long after a refresh a 401 is returned to the caller instead of starting another refresh (in milliseconds, 0 or
   * more; at most a tenth of the token's lifetime, and at least 250). With 0, every 401 starts a refresh. Default is 5000
   * (5 seconds).
   */
  cooldown?: number;
  /**
   * Whether a timer refreshes a due access token. With `false`, the next request refreshes it. Default is `true`.
   */
  proactive?: boolean;
  /**
   * The longest `Retry-After` of the refresh endpoint to respect (in milliseconds, 0 or more). A longer one is cut to
   * this. Default is 300000 (5 minutes).
   */
  maxRetryAfter?: number;
  /**
   * Which responses of the refresh endpoint end the session. A proxy, a gateway or a firewall may have sent them.
   *
   * - `'code'`: a code that the contract maps, or `invalid_grant` (RFC 6749, section 5.2).
   * - `'answer'`: the same, and a 401, and a 400 or 403 with a JSON body that says more than its status.
   * - `'status'`: any 400, 401 or 403, unless a known code says that it is about something else.
   *
   * An HTML page never ends a session. Default is `'answer'`.
   */
  refusedBy?: RefusedBy;
}

/** Which responses of the refresh endpoint end the session: see {@link RefreshOptions.refusedBy}. */
export type RefusedBy = 'code' | 'answer' | 'status';

export interface HoldOptions {
  /** How long a request may wait for the session (in milliseconds, 1 or more). Default is 30000 (30 seconds). */
  timeout?: number;
  /** How many requests may wait at a time (an integer, 0 or more). Default is 1000. */
  limit?: number;
  /**
   * How long requests wait for the same user to sign in again while the session is `expired` (in milliseconds, 1 or more),
   * or `false` to refuse them at once. Default is `false`.
   */
  whileExpired?: false | number;
  /**
   * How long a request that the server refuses with `insufficient_user_authentication` waits until the user has signed in
   * again (RFC 9470), in milliseconds (1 or more), or `false` to return the server's response at once. `view.stepUp` says
   * what the server asks for. The request is sent again after `adopt()` with new tokens of the same user. After
   * this time, or after `cancelStepUp()`, your code gets the server's own response. Default is `false`.
   */
  whileStepUp?: false | number;
  /**
   * Whether requests wait for the network after a refresh has failed and the platform is offline. With `false` they are
   * then refused with `RefreshUnavailableError`. The first call of a refresh is always made, since a platform behind a VPN
   * may wrongly report offline for hours. Default is `true`.
   */
  whileOffline?: boolean;
}

export interface LoginOptions {
  /**
   * How long `login()` may take (in milliseconds, 1 or more). A login that takes longer fails with `LoginFailedError`, and
   * aborts the `signal` of the contract's call. Use `false` if the contract's `login` waits for the user, for example in a
   * popup or for a passkey. Default is `hold.timeout`.
   */
  timeout?: number | false;
}

/** Options of `createSession`. Durations are in milliseconds. */
export interface SessionOptions<User = unknown, Credentials = unknown> {
  /**
   * The URL of the API: an absolute `http:` or `https:` URL. In a page, a path that starts with `/` is resolved against the
   * address of the page. Relative URLs of requests resolve against it, so let a path end in `/` (`'/api/'`).
   */
  baseUrl: string | URL;
  /** The description of the server. `restContract` builds one from endpoints and field names. */
  server: ServerContract<User, Credentials>;
  /**
   * The name of the store's key, the lock and the channel (a non-empty string). Applications with different APIs may use
   * the same name: each keeps its own session. Default is `'session'`.
   */
  name?: string;
  /** Where tokens are kept. Default is `memoryStore()`. */
  store?: SessionStore<NoInfer<User>>;
  /** Origins, other than that of `baseUrl`, that may receive the access token. Of a URL, only the origin counts. Default is none. */
  trustedOrigins?: readonly (string | URL)[];
  refresh?: RefreshOptions;
  hold?: HoldOptions;
  login?: LoginOptions;
  /** Base options of `session.api`. Its hooks run before the session's. Its `fetch` is used for every call. */
  ky?: KyOptions;
  /** An observer that is passed to XState, for example the Stately inspector. It never receives a secret. */
  inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void) | undefined;
  /** Injectable dependencies: `clock`, `random`, `signals`. */
  environment?: Partial<Environment>;
}
