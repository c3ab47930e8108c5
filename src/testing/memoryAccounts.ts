import {
  defaultLifetimes,
  testUsers,
  type Account,
  type Accounts,
  type RedeemedRefreshToken,
  type RefreshTokenRefusal,
  type TestUser,
  type TokenLifetimes,
} from './accounts.ts';
import { checkLifetime, checkNow, checkUsers, received } from './options.ts';

export interface MemoryAccountsOptions extends Partial<TokenLifetimes> {
  /**
   * The users who can sign in: at least one, with distinct ids and usernames.
   *
   * @default testUsers
   */
  readonly users?: readonly TestUser[];

  /**
   * Returns the time in milliseconds since the epoch. Pass your own to control time in a test.
   *
   * @default Date.now
   */
  readonly now?: () => number;
}

interface Family {
  readonly account: Account;
  revoked: boolean;
}

interface RefreshTokenRecord {
  readonly family: Family;
  expiresAt: number;
  rotated: boolean;
}

interface AccessTokenRecord {
  readonly account: Account;
  expiresAt: number;
}

// 256 random bits (RFC 6749, section 10.10, requires at least 128). `randomUUID` would need HTTPS.
export function createToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Keeps users and their tokens in memory, which is the default of a test server. Uses web-standard APIs only.
 *
 * @throws {TypeError} An option is of the wrong type.
 * @throws {RangeError} A lifetime is negative or not finite; two users share an id or a username.
 *
 * @example
 * ```ts
 * import { createTestServer, memoryAccounts } from 'sessionchart/testing';
 *
 * const accounts = memoryAccounts({ accessTokenLifetime: 5 });
 * const first = createTestServer({ accounts });
 * const second = createTestServer({ accounts, dialect: 'express' }); // the same users and tokens
 * ```
 */
export function memoryAccounts(options: MemoryAccountsOptions = {}): Accounts {
  const users = checkUsers(options.users ?? testUsers);
  const now = options.now ?? Date.now;
  checkNow(now);
  const lifetimes = createLifetimes(options);
  const disabled = new Set<string>();
  const accessTokens = createAccessTokens(now, lifetimes);
  const refreshTokens = createRefreshTokens(now, lifetimes);

  function revokeUser(username?: string): void {
    const revoked = username === undefined ? users : [findUser(users, username)];
    for (const { id } of revoked) {
      accessTokens.revoke(id);
      refreshTokens.revoke(id);
    }
  }

  return {
    get lifetimes() {
      return lifetimes.get();
    },
    setLifetimes: lifetimes.set,
    verifyPassword(username, password) {
      const user = users.find((candidate) => candidate.username === username);
      const isKnown = user?.password === password && !disabled.has(user.id);
      return Promise.resolve(isKnown ? { id: user.id, username, email: user.email } : undefined);
    },
    issueAccessToken: (account) => Promise.resolve(accessTokens.issue(account)),
    verifyAccessToken: (accessToken) => Promise.resolve(accessTokens.verify(accessToken)),
    issueRefreshToken: (account) => Promise.resolve(refreshTokens.issue({ account, revoked: false })),
    redeemRefreshToken: (refreshToken, { rotate }) =>
      Promise.resolve(refreshTokens.redeem(refreshToken, rotate)),
    revokeRefreshToken(refreshToken) {
      refreshTokens.revokeFamily(refreshToken);
      return Promise.resolve();
    },
    expireAccessTokens: () => accessTokens.expire(),
    expireRefreshTokens: () => refreshTokens.expire(),
    revokeUser,
    disableUser(username) {
      revokeUser(username);
      disabled.add(findUser(users, username).id);
    },
    reset() {
      disabled.clear();
      accessTokens.clear();
      refreshTokens.clear();
      lifetimes.reset();
    },
  };
}

/** The current lifetimes, validated whenever they change. */
export function createLifetimes(initial: Partial<TokenLifetimes>): {
  get(): TokenLifetimes;
  set(this: void, changed: Partial<TokenLifetimes>): void;
  reset(): void;
} {
  function merge(base: TokenLifetimes, changed: Partial<TokenLifetimes>): TokenLifetimes {
    const {
      accessTokenLifetime = base.accessTokenLifetime,
      refreshTokenLifetime = base.refreshTokenLifetime,
    } = changed;
    return Object.freeze({
      accessTokenLifetime: checkLifetime('accessTokenLifetime', accessTokenLifetime),
      refreshTokenLifetime: checkLifetime('refreshTokenLifetime', refreshTokenLifetime),
    });
  }

  const first = merge(defaultLifetimes, initial);
  let current = first;
  return {
    get: () => current,
    set(changed) {
      current = merge(current, changed);
    },
    reset() {
      current = first;
    },
  };
}

function findUser(users: readonly TestUser[], username: string): TestUser {
  const user = users.find((candidate) => candidate.username === username);
  if (user === undefined) {
    const known = users.map((candidate) => candidate.username).join(', ');
    throw new RangeError(`Expected \`username\` to be one of ${known}, got ${received(username)}`);
  }
  return user;
}

function createAccessTokens(now: () => number, lifetimes: { get(): TokenLifetimes }) {
  const records = new Map<string, AccessTokenRecord>();
  return {
    issue(account: Account): string {
      const token = createToken();
      records.set(token, { account, expiresAt: now() + lifetimes.get().accessTokenLifetime * 1000 });
      return token;
    },
    verify(token: string): Account | 'expired' | 'invalid' {
      const record = records.get(token);
      if (record === undefined) return 'invalid';
      return record.expiresAt <= now() ? 'expired' : record.account;
    },
    expire(): void {
      for (const record of records.values()) record.expiresAt = -Infinity;
    },
    revoke(accountId: string): void {
      for (const [token, { account }] of records) if (account.id === accountId) records.delete(token);
    },
    clear: () => records.clear(),
  };
}

function createRefreshTokens(now: () => number, lifetimes: { get(): TokenLifetimes }) {
  const records = new Map<string, RefreshTokenRecord>();

  function issue(family: Family): string {
    const token = createToken();
    const expiresAt = now() + lifetimes.get().refreshTokenLifetime * 1000;
    records.set(token, { family, expiresAt, rotated: false });
    return token;
  }

  function redeem(token: string, rotate: boolean): RedeemedRefreshToken | RefreshTokenRefusal {
    const record = records.get(token);
    if (record === undefined || record.family.revoked) return 'unknown';
    if (record.rotated) {
      record.family.revoked = true;
      return 'reused';
    }
    if (record.expiresAt <= now()) return 'expired';
    record.rotated = rotate;
    const refreshToken = rotate ? issue(record.family) : token;
    return { account: record.family.account, refreshToken };
  }

  return {
    issue,
    redeem,
    expire(): void {
      for (const record of records.values()) record.expiresAt = -Infinity;
    },
    revokeFamily(token: string): void {
      const record = records.get(token);
      if (record !== undefined) record.family.revoked = true;
    },
    revoke(accountId: string): void {
      for (const { family } of records.values()) if (family.account.id === accountId) family.revoked = true;
    },
    clear: () => records.clear(),
  };
}
