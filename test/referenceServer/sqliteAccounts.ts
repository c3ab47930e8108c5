import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { testUsers, type Account, type Accounts, type TokenLifetimes } from '../../src/testing/accounts.ts';
import { createLifetimes, type MemoryAccountsOptions } from '../../src/testing/memoryAccounts.ts';
import { checkNow, checkUsers, received } from '../../src/testing/options.ts';
import { createJwtSigner } from './accessTokens.ts';
import { createRefreshTokenTable } from './refreshTokens.ts';
import { createUserTable, soundArgon2Cost, type Argon2Cost } from './users.ts';

const schema = readFileSync(new URL('schema.sql', import.meta.url), 'utf8');

export interface SqliteAccountsOptions extends MemoryAccountsOptions {
  /** Path of the database file, which is created if it does not exist; `:memory:` for a database without a file. */
  readonly database: string;
  /** Default is `soundArgon2Cost`; tests pass a low one. */
  readonly argon2Cost?: Argon2Cost;
}

export interface SqliteAccounts extends Accounts {
  close(): void;
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(schema);
  return database;
}

type Users = Awaited<ReturnType<typeof createUserTable>>;
type RefreshTokens = ReturnType<typeof createRefreshTokenTable>;

/** Access tokens are not stored: two claims connect each to its user's row. */
function createAccessTokens(users: Users, lifetimes: { get(): TokenLifetimes }, now: () => number) {
  const jwt = createJwtSigner(now);

  return {
    async issue({ id }: Account): Promise<string> {
      const { epoch, version } = users.get(id);
      const expiresAt = now() + lifetimes.get().accessTokenLifetime * 1000;
      return jwt.sign({ userId: id, expiresAt, epoch, version });
    },

    async verify(accessToken: string): Promise<Account | 'expired' | 'invalid'> {
      const claims = await jwt.read(accessToken);
      if (claims === undefined) return 'invalid';
      const user = users.get(claims.userId);
      if (claims.version !== user.version) return 'invalid';
      return claims.epoch < user.epoch || claims.expiresAt <= now() ? 'expired' : user.account;
    },
  };
}

function createRevocation(users: Users, refreshTokens: RefreshTokens) {
  function idOf(username: string): string {
    const user = users.findByUsername(username);
    if (user !== undefined) return user.account.id;
    throw new RangeError(`Expected \`username\` to be that of a user, got ${received(username)}`);
  }

  function revokeUser(username?: string): void {
    for (const id of username === undefined ? users.ids() : [idOf(username)]) {
      users.revokeAccessTokens(id);
      refreshTokens.revokeByUser(id);
    }
  }

  return {
    revokeUser,
    disableUser(username: string): void {
      revokeUser(username);
      users.disable(idOf(username));
    },
  };
}

/** Accounts as in a real back end: users and refresh tokens in SQLite, access tokens as signed JWTs. */
export async function sqliteAccounts(options: SqliteAccountsOptions): Promise<SqliteAccounts> {
  const { argon2Cost = soundArgon2Cost, now = Date.now } = options;
  checkNow(now);
  const listed = checkUsers(options.users ?? testUsers);
  const lifetimes = createLifetimes(options);
  const database = openDatabase(options.database);
  const users = await createUserTable(database, listed, argon2Cost);
  const accessTokens = createAccessTokens(users, lifetimes, now);
  const refreshTokens = createRefreshTokenTable(database, now);
  const { revokeUser, disableUser } = createRevocation(users, refreshTokens);
  const refreshTokenExpiry = () => now() + lifetimes.get().refreshTokenLifetime * 1000;

  return {
    get lifetimes() {
      return lifetimes.get();
    },
    setLifetimes: lifetimes.set,
    verifyPassword: users.verifyPassword,
    issueAccessToken: accessTokens.issue,
    verifyAccessToken: accessTokens.verify,
    issueRefreshToken: async ({ id }) => refreshTokens.issue(id, refreshTokenExpiry()),
    async redeemRefreshToken(refreshToken, { rotate }) {
      const redeemed = refreshTokens.redeem(refreshToken, rotate, refreshTokenExpiry());
      if (typeof redeemed === 'string') return redeemed;
      return { account: users.get(redeemed.userId).account, refreshToken: redeemed.refreshToken };
    },
    revokeRefreshToken: async (refreshToken) => refreshTokens.revokeFamilyOf(refreshToken),
    expireAccessTokens: users.expireAccessTokens,
    expireRefreshTokens: refreshTokens.expireAll,
    revokeUser,
    disableUser,
    reset() {
      revokeUser();
      refreshTokens.removeAll();
      users.enableAll();
      lifetimes.reset();
    },
    close: () => database.close(),
  };
}
