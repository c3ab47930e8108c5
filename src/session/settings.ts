import type { Options as KyOptions } from 'ky';
import {
  atLeast,
  boolean,
  check,
  expectMembers,
  func,
  object,
  oneOf,
  orValue,
  readGroup,
  text,
  url,
  wholeNumber,
  type Kind,
} from '../errors/checks.ts';
import { expectKnown } from '../errors/knownNames.ts';
import type { HoldOptions, LoginOptions, RefreshOptions, RefusedBy, SessionOptions } from '../options.ts';
import type { ServerContract } from '../server/contract.ts';
import { contractNames } from '../server/contractNames.ts';
import { expectErrorCodes } from '../server/errorCodes.ts';
import { defaultEnvironment, type Environment } from '../platform/environment.ts';
import { memoryStore } from '../store/memoryStore.ts';
import type { SessionStore } from '../store/sessionStore.ts';

/** Validated and frozen options with all defaults. `server`, `store` and `ky` are the caller's objects. */
export interface Settings<User, Credentials> {
  readonly baseUrl: string;
  readonly server: ServerContract<User, Credentials>;
  readonly name: string;
  /** The issuer of the session's tokens: the contract's `issuer`, or the origin of `baseUrl`. */
  readonly api: string;
  readonly store: SessionStore<User>;
  readonly origins: ReadonlySet<string>;
  readonly refresh: Readonly<Required<RefreshOptions>>;
  /** The largest share of a token's lifetime that the leeway may take. */
  readonly leewayShare: number;
  readonly hold: Readonly<Required<HoldOptions>>;
  readonly login: Readonly<Required<LoginOptions>>;
  readonly ky: KyOptions;
  readonly inspect: SessionOptions['inspect'];
  readonly environment: Readonly<Environment>;
}

/**
 * Validates options and adds defaults, without changing the caller's object.
 *
 * @throws {InvalidOptionError} an option is not valid; the error names it, and the expected and received values
 */
export function readOptions<User, Credentials>(
  options: SessionOptions<User, Credentials>,
): Settings<User, Credentials> {
  check('options', options, object);
  expectKnown('', options, optionNames);
  const hold = readGroup('hold', options.hold, {
    timeout: [30_000, atLeast(1)],
    limit: [1_000, wholeNumber(0)],
    whileExpired: [false, limit],
    whileStepUp: [false, limit],
    whileOffline: [true, boolean],
  });
  const { origin, href } = new URL(readBaseUrl(options.baseUrl));
  const store = options.store ?? memoryStore<User>();
  expectMembers('store', store, ['read', 'update', 'lock', 'watch']);
  const environment = readEnvironment(options.environment);
  const server = readContract(options.server);
  return Object.freeze({
    baseUrl: href,
    server,
    name: check('name', options.name ?? 'session', text),
    api: server.issuer ?? origin,
    store,
    origins: new Set([origin, ...readOrigins(options.trustedOrigins)]),
    refresh: readGroup('refresh', options.refresh, {
      leeway: [30_000, atLeast(0)],
      timeout: [8_000, atLeast(1)],
      attempts: [Infinity, orValue(Infinity, wholeNumber(1))],
      cooldown: [5_000, atLeast(0)],
      proactive: [true, boolean],
      maxRetryAfter: [300_000, atLeast(0)],
      refusedBy: ['answer', refusedBy],
    }),
    // An explicit leeway is kept; the default must also suit short lifetimes.
    leewayShare: options.refresh?.leeway === undefined ? 0.1 : 0.5,
    hold,
    login: readGroup('login', options.login, { timeout: [hold.timeout, limit] }),
    ky: check('ky', options.ky ?? {}, object),
    inspect: readInspect(options.inspect),
    environment: Object.freeze(environment),
  });
}

const contractFunctions = [
  'login?',
  'loginDetails?',
  'refresh?',
  'logout?',
  'authorize?',
  'isSameUser?',
  'shouldRepeat?',
  'discardSecrets?',
];

const callKind: Kind<() => unknown> = {
  expected: 'a function, as `restContract` makes',
  includes: func.includes,
};

const optionNames: readonly string[] = /* @__PURE__ */ Object.keys({
  baseUrl: true,
  server: true,
  name: true,
  store: true,
  trustedOrigins: true,
  refresh: true,
  hold: true,
  login: true,
  ky: true,
  inspect: true,
  environment: true,
} satisfies Record<keyof SessionOptions, true>);

const limit: Kind<number | false> = /* @__PURE__ */ orValue(false, /* @__PURE__ */ atLeast(1));

const refusedBy: Kind<RefusedBy> = /* @__PURE__ */ oneOf(['code', 'answer', 'status']);

/** In a page, a path is resolved against the address of the page, as `fetch` does. */
function readBaseUrl(baseUrl: unknown): string | URL {
  const page = typeof document === 'undefined' ? '' : document.baseURI;
  const isPath = typeof baseUrl === 'string' && baseUrl.startsWith('/') && page.startsWith('http');
  return check('baseUrl', isPath ? new URL(baseUrl, page) : baseUrl, url);
}

const origins: Kind<readonly unknown[]> = {
  expected: 'an array of URLs',
  includes: (value) => Array.isArray(value),
};

const paths: Kind<string | readonly string[]> = {
  expected: 'a function, the path of a field or several paths',
  includes: (value): value is string | readonly string[] =>
    value !== '' && [value].flat().every(text.includes),
};

function readOrigins(given: unknown = []): string[] {
  return check('trustedOrigins', given, origins).map(
    (origin, index) => new URL(check(`trustedOrigins[${index}]`, origin, url)).origin,
  );
}

function readEnvironment(given: Partial<Environment> = {}): Environment {
  check('environment', given, object);
  expectKnown('environment.', given, Object.keys(defaultEnvironment));
  const parts = Object.entries<unknown>(given).filter(([, part]) => part !== undefined);
  const environment: Environment = { ...defaultEnvironment, ...Object.fromEntries(parts) };
  expectMembers('environment', environment, ['random']);
  expectMembers('environment.clock', environment.clock, ['now', 'schedule']);
  expectMembers('environment.signals', environment.signals, ['isOnline', 'isVisible', 'subscribe']);
  return environment;
}

function readInspect(inspect: SessionOptions['inspect']): SessionOptions['inspect'] {
  if (inspect !== undefined && !func.includes(inspect)) check('inspect', inspect, object);
  return inspect;
}

function readContract<User, Credentials>(
  contract: ServerContract<User, Credentials>,
): ServerContract<User, Credentials> {
  expectMembers('server', contract, contractFunctions, callKind);
  expectKnown('server.', contract, contractNames);
  if (contract.cookies !== undefined) {
    expectMembers('server.cookies', contract.cookies, ['prepare', 'createCallOrder']);
  }
  if (contract.issuer !== undefined) check('server.issuer', contract.issuer, text);
  const { errorCode, headers = {} } = contract;
  if (errorCode !== undefined && !func.includes(errorCode)) check('server.errorCode', errorCode, paths);
  if (!func.includes(headers)) check('server.headers', headers, object);
  check('server.logoutNeedsFreshToken', contract.logoutNeedsFreshToken ?? false, boolean);
  check('server.refreshesLiveTokensOnly', contract.refreshesLiveTokensOnly ?? false, boolean);
  if (check('server.silentSignIn', contract.silentSignIn ?? false, boolean))
    expectMembers('server', contract, ['refresh']);
  expectErrorCodes('server.errorCodes', contract.errorCodes);
  return contract;
}
