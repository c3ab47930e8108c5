import type { Options as KyOptions } from 'ky';
import { serverVerdicts } from '../../machines/index.ts';
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
} from '../errors/checks.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import { kindOf } from '../errors/received.ts';
import type { HoldOptions, LoginOptions, RefreshOptions, SessionOptions } from '../options.ts';
import { isBrowser } from '../platform/isBrowser.ts';
import { checkCookies } from '../server/checkCookies.ts';
import type { ServerContract, Verdict } from '../server/contract.ts';
import { adaptStore } from '../store/adaptStore.ts';
import { defaultEnvironment, type Environment } from '../store/environment.ts';
import { memoryStore } from '../store/memoryStore.ts';
import type { SessionStore } from '../store/sessionStore.ts';
import type { TokenStore } from '../store/tokenStore.ts';

/** Options with every default filled in, checked and frozen. `server`, `store` and `ky` are the caller's own. */
export interface Settings<User, Credentials> {
  readonly baseUrl: string;
  readonly server: ServerContract<User, Credentials>;
  readonly name: string;
  /** Whose tokens the session keeps: the contract's `issuer`, or the origin of `baseUrl`. */
  readonly api: string;
  readonly store: SessionStore<User>;
  /** What the store shares with others, as part of the channel's name. */
  readonly scope: string;
  readonly origins: ReadonlySet<string>;
  readonly refresh: Readonly<Required<RefreshOptions>>;
  /** The part of a token's lifetime that the leeway takes at most. */
  readonly leewayShare: number;
  readonly hold: Readonly<Required<HoldOptions>>;
  readonly login: Readonly<Required<LoginOptions>>;
  readonly ky: KyOptions;
  readonly inspect: SessionOptions['inspect'];
  readonly environment: Readonly<Environment>;
}

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
  const given = readStore(options.store ?? memoryStore<User>());
  const isShared = given.isShared ?? isBrowser();
  const environment = readEnvironment(options.environment, isShared);
  const server = readContract(options.server);
  const timeout = readNumber('refresh.timeout', refresh.timeout ?? 8_000, 1);
  if (!Array.isArray(trustedOrigins)) throw unexpected('trustedOrigins', 'an array of URLs', trustedOrigins);
  return Object.freeze({
    baseUrl: baseUrl.href,
    server,
    name: readText('name', options.name ?? 'session'),
    api: server.issuer ?? baseUrl.origin,
    store: adaptStore(given, { environment, isShared, timeout }),
    scope: given.scope,
    origins: new Set([
      baseUrl.origin,
      ...trustedOrigins.map((origin, index) => readUrl(`trustedOrigins[${index}]`, origin).origin),
    ]),
    refresh: Object.freeze({
      leeway: readNumber('refresh.leeway', refresh.leeway ?? 30_000, 0),
      timeout,
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

const refusedBy = ['code', 'answer', 'status'] as const;

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
