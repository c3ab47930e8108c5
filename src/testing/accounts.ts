/** A user whom a test server knows. Passwords are compared as they are: make them up. */
export interface TestUser {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly password: string;
}

/** A user as a server shows one: without the password. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly email: string;
}

export interface TokenLifetimes {
  /**
   * How long an access token is good for, in seconds, from the moment it is issued. 0 makes tokens that
   * are born expired.
   *
   * @default 60 (one minute)
   */
  readonly accessTokenLifetime: number;

  /**
   * How long a refresh token is good for, in seconds, from the moment it is issued. A rotated token starts
   * anew.
   *
   * @default 604800 (seven days)
   */
  readonly refreshTokenLifetime: number;
}

export interface RedeemedRefreshToken {
  readonly account: Account;
  /** The token to use next: a new one where the old one was rotated, else the one that was redeemed. */
  readonly refreshToken: string;
}

/** `unknown` is a token that was never issued or is revoked; `reused` one that has been rotated away. */
export type RefreshTokenRefusal = 'expired' | 'unknown' | 'reused';

/**
 * The authority behind a test server: who its users are, and which tokens are good. `memoryAccounts()` is
 * one; write another to run the same server on a database of your own.
 */
export interface Accounts {
  readonly lifetimes: TokenLifetimes;

  /** Changes the lifetimes of the tokens that are issued from now on. */
  setLifetimes(lifetimes: Partial<TokenLifetimes>): void;

  /** Resolves to `undefined` for an unknown user, a wrong password and a disabled user alike. */
  verifyPassword(username: string, password: string): Promise<Account | undefined>;

  issueAccessToken(account: Account): Promise<string>;

  /** A token of a revoked session is `invalid`, not `expired`, even where it is both. */
  verifyAccessToken(accessToken: string): Promise<Account | 'expired' | 'invalid'>;

  /** Begins a token family: the tokens that rotation makes of this one belong to it. */
  issueRefreshToken(account: Account): Promise<string>;

  /**
   * Exchanges a refresh token, once only where `rotate` is true: a rotated token that comes back revokes
   * its whole family, since nobody can tell the thief from the user (RFC 9700, section 4.14.2). Of two
   * calls with one token exactly one is served.
   */
  redeemRefreshToken(
    refreshToken: string,
    options: { readonly rotate: boolean },
  ): Promise<RedeemedRefreshToken | RefreshTokenRefusal>;

  /** Revokes the token's family. Access tokens live on until they expire. An unknown token is no error. */
  revokeRefreshToken(refreshToken: string): Promise<void>;

  /** Makes every access token issued so far count as expired. */
  expireAccessTokens(): void;

  /** Makes every refresh token issued so far count as expired. */
  expireRefreshTokens(): void;

  /**
   * Revokes all tokens of one user, or of everyone: access tokens turn invalid, refresh tokens unknown.
   *
   * @throws {RangeError} Nobody has that username.
   */
  revokeUser(username?: string): void;

  /**
   * Revokes all tokens of a user, whose password is wrong from now on.
   *
   * @throws {RangeError} Nobody has that username.
   */
  disableUser(username: string): void;

  /** Back to the beginning: no tokens, nobody disabled, the first lifetimes. */
  reset(): void;
}

export const defaultLifetimes: TokenLifetimes = Object.freeze({
  accessTokenLifetime: 60,
  refreshTokenLifetime: 7 * 24 * 60 * 60,
});

/** The users of a test server that is given none: `ada` / `lovelace` and `grace` / `hopper`. */
export const testUsers: readonly TestUser[] = Object.freeze([
  Object.freeze({ id: '1', username: 'ada', email: 'ada@example.com', password: 'lovelace' }),
  Object.freeze({ id: '2', username: 'grace', email: 'grace@example.com', password: 'hopper' }),
]);
