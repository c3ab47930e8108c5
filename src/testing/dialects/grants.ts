import type { Account, Accounts, RedeemedRefreshToken } from '../accounts.ts';
import type { DialectContext, Refusal } from './dialect.ts';

const refusals = {
  expired: 'refreshTokenExpired',
  unknown: 'refreshTokenInvalid',
  reused: 'refreshTokenReused',
} as const satisfies Record<string, Refusal>;

/** Returns the string fields of a JSON body, or none if the body is not JSON. */
export async function readFields(c: DialectContext): Promise<Record<string, string>> {
  const body: unknown = await c.req.json().catch(() => null);
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === 'string'));
}

/** The token of the `Authorization` header (RFC 6750, section 2.1). */
export function bearerToken(c: DialectContext): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(c.req.header('Authorization') ?? '')?.[1];
}

/** Returns the account for the `username` and `password` in the body, or `undefined` if they are wrong. */
export async function signIn(c: DialectContext, accounts: Accounts): Promise<Account | undefined> {
  const { username = '', password = '' } = await readFields(c);
  const account = await accounts.verifyPassword(username, password);
  if (account === undefined) c.env.code = 'credentialsInvalid';
  else c.env.username = account.username;
  return account;
}

export async function grantTokens(
  accounts: Accounts,
  account: Account,
): Promise<{ accessToken: string; refreshToken: string }> {
  return {
    accessToken: await accounts.issueAccessToken(account),
    refreshToken: await accounts.issueRefreshToken(account),
  };
}

/** Exchanges a refresh token. If it is refused, returns `undefined` and sets the outcome's `code`. */
export async function redeem(
  c: DialectContext,
  accounts: Accounts,
  refreshToken: string,
  options: { readonly rotate: boolean },
): Promise<RedeemedRefreshToken | undefined> {
  const redeemed = await accounts.redeemRefreshToken(refreshToken, options);
  if (typeof redeemed === 'string') {
    c.env.code = refusals[redeemed];
    return undefined;
  }
  c.env.username = redeemed.account.username;
  return redeemed;
}
