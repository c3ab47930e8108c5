import type { KyInstance, Options as KyOptions } from 'ky';
import type { InspectionEvent, Observer } from 'xstate';
import {
  expectFunctions,
  expectObject,
  readBoolean,
  readInteger,
  readNumber,
  readOneOf,
  readText,
  readUrl,
  unexpected,
} from './errors/checks.ts';
import type { ServerContract, Verdict } from './server/contract.ts';
import { checkCookies } from './server/checkCookies.ts';
import { defaultEnvironment, lacksOf, type Environment } from './store/environment.ts';
import { isBrowser } from './platform/isBrowser.ts';
import { InvalidOptionError } from './errors/errors.ts';
import { kindOf } from './errors/received.ts';
import { memoryStore } from './store/memoryStore.ts';
import type { TokenStore } from './store/tokenStore.ts';
import { serverVerdicts } from '../machines/index.ts';

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
export type RefusedBy = (typeof refusedBy)[number];

const refusedBy = ['code', 'answer', 'status'] as const;

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

/** Options with every default filled in, checked and frozen. `server`, `store` and `ky` are the caller's own. */
export interface Settings<User, Credentials> {
  readonly baseUrl: string;
  readonly server: ServerContract<User, Credentials>;
  readonly name: string;
  /** Whose tokens the session keeps: the contract's `issuer`, or the origin of `baseUrl`. */
  readonly api: string;
  readonly store: TokenStore<User>;
  readonly origins: ReadonlySet<string>;
  readonly refresh: Readonly<Required<RefreshOptions>>;
  /** The part of a token's lifetime that the leeway takes at most. */
  readonly leewayShare: number;
  readonly hold: Readonly<Required<HoldOptions>>;
  readonly login: Readonly<Required<LoginOptions>>;
  readonly ky: KyOptions;
  readonly inspect: SessionOptions['inspect'];
  readonly environment: Readonly<Environment>;
  /** Whether others share the store. */
  readonly isShared: boolean;
  /** What those who share the store lack for taking turns and telling each other. */
  readonly lacks: ReadonlySet<'lock' | 'channel'>;
}

export type { KyInstance, KyOptions };

/**
 * Checks options and fills in the defaults. The caller's object is not written to.
 *
 * @throws {InvalidOptionError} names the option, what was expected and what came
 */
export function readOptions<User, Credentials>(
  options: SessionOptions<User, Credentials>,
): Settings<User, Credentials> {
  expectObject('options', options);
  const { refresh = {}, hold = {}, login = {}, trustedOrigins = [] } = options;
  expectObject('refresh', refresh);
  expectObject('hold', hold);
  expectObject('login', login);
  const baseUrl = readUrl('baseUrl', options.baseUrl);
  const store = readStore(options.store ?? memoryStore<User>());
  const isShared = store.isShared ?? isBrowser();
  const environment = readEnvironment(options.environment, isShared);
  const server = readContract(options.server);
  if (!Array.isArray(trustedOrigins)) throw unexpected('trustedOrigins', 'an array of URLs', trustedOrigins);
  return Object.freeze({
    baseUrl: baseUrl.href,
    server,
    name: readText('name', options.name ?? 'session'),
    api: server.issuer ?? baseUrl.origin,
    store,
    origins: new Set([
      baseUrl.origin,
      ...trustedOrigins.map((origin, index) => readUrl(`trustedOrigins[${index}]`, origin).origin),
    ]),
    refresh: Object.freeze({
      leeway: readNumber('refresh.leeway', refresh.leeway ?? 30_000, 0),
      timeout: readNumber('refresh.timeout', refresh.timeout ?? 8_000, 1),
      attempts: readAttempts(refresh.attempts ?? Infinity),
      cooldown: readNumber('refresh.cooldown', refresh.cooldown ?? 5_000, 0),
      proactive: readBoolean('refresh.proactive', refresh.proactive ?? true),
      maxRetryAfter: readNumber('refresh.maxRetryAfter', refresh.maxRetryAfter ?? 300_000, 0),
      refusedBy: readOneOf('refresh.refusedBy', refresh.refusedBy ?? 'answer', refusedBy),
    }),
    // What the program asks for is kept; the default must suit short lifetimes as well.
    leewayShare: refresh.leeway === undefined ? 0.1 : 0.5,
    hold: Object.freeze({
      timeout: readNumber('hold.timeout', hold.timeout ?? 30_000, 1),
      limit: readInteger('hold.limit', hold.limit ?? 1_000, 0),
      whileExpired: readLimit('hold.whileExpired', hold.whileExpired ?? false),
      whileOffline: readBoolean('hold.whileOffline', hold.whileOffline ?? true),
    }),
    login: Object.freeze({ timeout: readLimit('login.timeout', login.timeout ?? hold.timeout ?? 30_000) }),
    ky: readKy(options.ky),
    inspect: readInspect(options.inspect),
    environment: Object.freeze(environment),
    isShared,
    lacks: lacksOf(environment, isShared),
  });
}

function readAttempts(value: unknown): number {
  return value === Infinity ? value : readInteger('refresh.attempts', value, 1);
}

function readLimit(option: string, value: unknown): false | number {
  return value === false ? value : readNumber(option, value, 1);
}

function readStore<User>(store: TokenStore<User>): TokenStore<User> {
  expectFunctions('store', store, ['read', 'write', 'update?', 'catchUp?', 'subscribe?']);
  readText('store.scope', store.scope);
  if (store.isShared !== undefined) readBoolean('store.isShared', store.isShared);
  return store;
}

function readEnvironment(given: Partial<Environment> = {}, isShared: boolean): Environment {
  expectObject('environment', given);
  const parts = Object.entries<unknown>(given).filter(([, part]) => part !== undefined);
  const environment: Environment = { ...defaultEnvironment(isShared), ...Object.fromEntries(parts) };
  expectFunctions('environment', environment, ['random', 'openChannel']);
  expectFunctions('environment.clock', environment.clock, ['now', 'schedule']);
  expectFunctions('environment.signals', environment.signals, ['isOnline', 'isVisible', 'subscribe']);
  expectFunctions('environment.lock', environment.lock, ['request']);
  return environment;
}

function readInspect(inspect: SessionOptions['inspect']): SessionOptions['inspect'] {
  if (inspect !== undefined && typeof inspect !== 'function') expectObject('inspect', inspect);
  return inspect;
}

function readKy(options: KyOptions = {}): KyOptions {
  expectObject('ky', options);
  return options;
}

const verdicts: ReadonlySet<unknown> = new Set<Verdict>([...serverVerdicts, 'none']);

function readContract<User, Credentials>(
  contract: ServerContract<User, Credentials>,
): ServerContract<User, Credentials> {
  expectFunctions('server', contract, [
    'login?',
    'refresh?',
    'logout?',
    'authorize?',
    'errorCode?',
    'isSameUser?',
  ]);
  checkCookies('server.cookies', contract.cookies);
  if (contract.issuer !== undefined) readText('server.issuer', contract.issuer);
  const { refreshesLiveTokensOnly = false } = contract;
  readBoolean('server.refreshesLiveTokensOnly', refreshesLiveTokensOnly);
  if (contract.errorCodes !== undefined) expectObject('server.errorCodes', contract.errorCodes);
  for (const [code, verdict] of Object.entries(contract.errorCodes ?? {})) {
    if (!verdicts.has(verdict)) {
      throw new InvalidOptionError(
        `server.errorCodes['${code}']`,
        `a verdict (${[...verdicts].join(', ')})`,
        typeof verdict === 'string' ? `\`${verdict}\`` : kindOf(verdict),
      );
    }
  }
  return contract;
}
