/** A user of a test server. Passwords are stored in plain text: do not use real ones. */
export interface TestUser {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly password: string;
}

/** A user in the server's responses: without the password. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly email: string;
}

export interface TokenLifetimes {
  /**
   * The lifetime of an access token, in seconds from the moment it is issued. With 0, tokens have expired when they
   * are issued.
   *
   * @default 60 (one minute)
   */
  readonly accessTokenLifetime: number;

  /**
   * The lifetime of a refresh token, in seconds from the moment it is issued. Rotation issues a token with a new
   * lifetime.
   *
   * @default 604800 (seven days)
   */
  readonly refreshTokenLifetime: number;
}

export interface RedeemedRefreshToken {
  readonly account: Account;
  /** The token to use next: a new one if the old one was rotated, otherwise the same one. */
  readonly refreshToken: string;
}

/** Why a refresh token was refused. `unknown`: never issued, or revoked. `reused`: already rotated. */
export type RefreshTokenRefusal = 'expired' | 'unknown' | 'reused';

/**
 * The users and tokens of a test server. `memoryAccounts()` keeps them in memory; implement this interface to run the
 * server on a database.
 */
export interface Accounts {
  readonly lifetimes: TokenLifetimes;

  /** Changes the lifetimes of tokens that are issued from now on. */
  setLifetimes(lifetimes: Partial<TokenLifetimes>): void;

  /** Resolves to `undefined` for an unknown user, a wrong password or a disabled user. */
  verifyPassword(username: string, password: string): Promise<Account | undefined>;

  issueAccessToken(account: Account): Promise<string>;

  /** Verifies an access token. A token that is both revoked and expired is `invalid`. */
  verifyAccessToken(accessToken: string): Promise<Account | 'expired' | 'invalid'>;

  /** Issues a refresh token and starts a token family, to which its rotated successors belong. */
  issueRefreshToken(account: Account): Promise<string>;

  /**
   * Exchanges a refresh token. With `rotate`, a token works only once: using it again revokes its whole family, since the
   * server cannot tell the thief from the user (RFC 9700, section 4.14.2). Of two concurrent calls with the same token,
   * exactly one succeeds.
   */
  redeemRefreshToken(
    refreshToken: string,
    options: { readonly rotate: boolean },
  ): Promise<RedeemedRefreshToken | RefreshTokenRefusal>;

  /** Revokes the token's family. Access tokens stay valid until they expire. An unknown token is ignored. */
  revokeRefreshToken(refreshToken: string): Promise<void>;

  /** Makes every access token issued so far count as expired. */
  expireAccessTokens(): void;

  /** Makes every refresh token issued so far count as expired. */
  expireRefreshTokens(): void;

  /**
   * Revokes all tokens of one user, or of all users: access tokens become invalid, refresh tokens unknown.
   *
   * @throws {RangeError} No user has that username.
   */
  revokeUser(username?: string): void;

  /**
   * Disables a user: revokes all tokens and refuses the password from now on.
   *
   * @throws {RangeError} No user has that username.
   */
  disableUser(username: string): void;

  /** Restores the initial state: no tokens, no disabled users, the initial lifetimes. */
  reset(): void;
}

export const defaultLifetimes: TokenLifetimes = Object.freeze({
  accessTokenLifetime: 60,
  refreshTokenLifetime: 7 * 24 * 60 * 60,
});

/** The default users of a test server: `ada` / `lovelace` and `grace` / `hopper`. */
export const testUsers: readonly TestUser[] = Object.freeze([
  Object.freeze({ id: '1', username: 'ada', email: 'ada@example.com', password: 'lovelace' }),
  Object.freeze({ id: '2', username: 'grace', email: 'grace@example.com', password: 'hopper' }),
]);
