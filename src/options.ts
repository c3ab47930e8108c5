import type { Options as KyOptions } from 'ky';
import type { InspectionEvent, Observer } from 'xstate';
import type { ServerContract } from './server/contract.ts';
import type { Environment } from './store/environment.ts';
import type { TokenStore } from './store/tokenStore.ts';

export interface RefreshOptions {
  /**
   * How long before its expiry an access token counts as due (in milliseconds, 0 or more; no more than half of the
   * token's lifetime). Default is 30000 (30 seconds), or a tenth of a lifetime that is shorter than 5 minutes.
   */
  leeway?: number;
  /**
   * How long one call to the refresh endpoint may take, and one operation of the store (in milliseconds, 1 or more).
   * What the program sleeps through gets two seconds more when it wakes. Default is 8000 (8 seconds): a call that is not
   * answered is then repeated within ten seconds, the usual time for which a server answers a used refresh token once more.
   */
  timeout?: number;
  /**
   * The most calls that one refresh makes (1 or more, or `Infinity`). Default is `Infinity`. A refresh that fails makes four
   * calls, and goes on as long as a request waits for it that can still be served; then the request is refused with
   * `RefreshUnavailableError`. The pauses between the calls are random, up to 500 ms at first, doubling up to 8 seconds;
   * they go on in the next refresh, and hold for all tabs.
   */
  attempts?: number;
  /**
   * How long after a refresh a refused access token starts no other (in milliseconds, 0 or more; no more
   * than a tenth of the token's lifetime and no less than 250). Default is 5000.
   */
  cooldown?: number;
  /**
   * Whether a timer refreshes a due access token. With `false` the next request does. Default is `true`.
   */
  proactive?: boolean;
  /**
   * The longest that a `Retry-After` of the refresh endpoint is kept (in milliseconds, 0 or more): a longer one is
   * cut to this. Default is 300000 (5 minutes).
   */
  maxRetryAfter?: number;
  /**
   * What it takes for an answer of the refresh endpoint to end the session, where a proxy, a gateway or a firewall
   * may have written it:
   *
   * - `'code'`: a code that the contract maps, or `invalid_grant` (RFC 6749, section 5.2).
   * - `'answer'`: that; a 401; or a 400 or 403 with a JSON body that says more than its status.
   * - `'status'`: any 400, 401 or 403, unless a known code says that it is about something else.
   *
   * A page of HTML never ends a session. Default is `'answer'`.
   */
  refusedBy?: RefusedBy;
}

/** What it takes for an answer of the refresh endpoint to end the session: see {@link RefreshOptions.refusedBy}. */
export type RefusedBy = 'code' | 'answer' | 'status';

export interface HoldOptions {
  /** The longest that a request is held (in milliseconds, 1 or more). Default is 30000 (30 seconds). */
  timeout?: number;
  /** The most requests that are held at a time (0 or more). Default is 1000. */
  limit?: number;
  /**
   * Whether requests wait while the session is `expired`, until the same user has signed in again: `false`,
   * or for how long (in milliseconds, 1 or more). Default is `false`: they are refused at once.
   */
  whileExpired?: false | number;
  /**
   * Whether requests wait for the network once a refresh has failed for want of it and the platform says that it is
   * offline. With `false` they are refused at that moment with `RefreshUnavailableError`. The first call of a refresh is
   * made in any case, since a platform behind a VPN may say so for hours. Default is `true`.
   */
  whileOffline?: boolean;
}

export interface LoginOptions {
  /**
   * How long `login()` may take, from the call to the tokens (in milliseconds, 1 or more). Default is `hold.timeout`:
   * 30000 (30 seconds). A login that takes longer fails with `LoginFailedError`, and the `signal` of the contract's call
   * is aborted. Give `false` where the contract's `login` waits for the user: a popup, a passkey.
   */
  timeout?: number | false;
}

/** What `createSession` takes. Durations are in milliseconds. */
export interface SessionOptions<User = unknown, Credentials = unknown> {
  /** Where the API is: an absolute `http:` or `https:` URL. Relative addresses resolve against it as in ky. */
  baseUrl: string | URL;
  /** The description of the server. `restContract` builds one from endpoints and field names. */
  server: ServerContract<User, Credentials>;
  /**
   * Names the store's key, the lock and the channel (a text that is not empty). Default is `'session'`. Programs with
   * different APIs can share a name: each keeps a session of its own.
   */
  name?: string;
  /** Where tokens are kept. Default is `memoryStore()`. */
  store?: TokenStore<NoInfer<User>>;
  /** Origins beside that of `baseUrl` to which the access token may go. Default is none. */
  trustedOrigins?: readonly (string | URL)[];
  refresh?: RefreshOptions;
  hold?: HoldOptions;
  login?: LoginOptions;
  /** Base options of `session.api`. Its hooks run before those of the session. */
  ky?: KyOptions;
  /** Handed to XState, for the Stately inspector and its like. It never sees a secret. */
  inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void) | undefined;
  /** Parts of the world to replace: `clock`, `random`, `signals`, `lock`, `openChannel`. */
  environment?: Partial<Environment>;
}
