import type { Account, Accounts, RedeemedRefreshToken } from '../accounts.ts';
import type { DialectContext, Refusal } from './dialect.ts';

const refusals = {
  expired: 'refreshTokenExpired',
  unknown: 'refreshTokenInvalid',
  reused: 'refreshTokenReused',
} as const satisfies Record<string, Refusal>;

/** The text fields of a JSON body; none where the body is something else. */
export async function readFields(c: DialectContext): Promise<Record<string, string>> {
  const body: unknown = await c.req.json().catch(() => null);
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === 'string'));
}

/** The token of the `Authorization` header (RFC 6750, section 2.1). */
export function bearerToken(c: DialectContext): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(c.req.header('Authorization') ?? '')?.[1];
}

/** Whose `username` and `password` the body holds, or `undefined` where they are not good. */
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

/** What a refresh token buys, or `undefined` where it is refused; why is left in the outcome's `code`. */
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
