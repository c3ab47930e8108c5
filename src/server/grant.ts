import type { Grant, Secrets, ServerContract } from './contract.ts';
import type { TokenResponse } from './tokenResponse.ts';
import { MalformedGrantError } from '../errors/errors.ts';
import { kindOf } from '../errors/received.ts';

/** A validated grant. `undefined` still means to keep the current value. */
export interface CheckedGrant<User> {
  /** The access token, or `null` if the server keeps it in a cookie. */
  readonly accessToken: string | null;
  readonly refreshToken: string | null | undefined;
  /** The name of the field in which the refresh token came, if it is that of RFC 6749. */
  readonly refreshTokenName?: string;
  /** Milliseconds, or `null` if unknown. */
  readonly lifetime: number | null;
  readonly user: User | undefined;
  readonly secrets?: Secrets;
}

/** The times at which a grant was requested and issued. */
export interface GrantOrigin {
  readonly server: Pick<ServerContract, 'cookies'>;
  /** When it was requested, by the device's clock, in milliseconds since the epoch. */
  readonly issuedAt: number;
  /** The server's time when it responded, in milliseconds since the epoch, if known. */
  readonly serverTime?: number | null | undefined;
}

/** A number beyond a hundred years is a mistake: a date in milliseconds, for example. */
const absurdLifetime = 100 * 365 * 24 * 60 * 60 * 1000;

/**
 * Validates a grant, or a token response with the names of RFC 6749.
 *
 * @throws {MalformedGrantError} a field is not valid; the error names the field, but not its value
 */
export function readGrant<User>(
  grant: Grant<User> | TokenResponse<User> | undefined,
  origin: GrantOrigin,
): CheckedGrant<User> {
  if (!isObject(grant)) {
    throw new MalformedGrantError('grant', 'an object with an `accessToken`', kindOf(grant));
  }
  const { accessToken, refreshToken, refreshTokenName, secrets, ...rest } = tokensOf(grant);
  const isKeptByServer = accessToken === null && origin.server.cookies !== undefined;
  return {
    accessToken: isKeptByServer ? null : readToken('accessToken', accessToken),
    refreshToken: readOptionalToken('refreshToken', refreshToken),
    ...(refreshTokenName !== undefined && { refreshTokenName }),
    lifetime: lifetimeOf(rest, origin),
    user: grant.user ?? undefined,
    ...(secrets !== undefined && { secrets: readSecrets(secrets) }),
  };
}

/** The members of a grant by their names here, which are not validated. */
export function tokensOf<User>(grant: Grant<User> | TokenResponse<User>) {
  const fields: Partial<Grant & TokenResponse> = grant;
  const { access_token, refresh_token, expires_in, expiresAt, secrets } = fields;
  const { accessToken = access_token, refreshToken = refresh_token, expiresIn = expires_in } = fields;
  const refreshTokenName = refreshToken === refresh_token && refresh_token ? 'refresh_token' : undefined;
  return { accessToken, refreshToken, refreshTokenName, expiresIn, expiresAt, secrets };
}

function readSecrets(secrets: unknown): Secrets {
  if (isSecrets(secrets)) return secrets;
  throw new MalformedGrantError('secrets', 'an object of strings', kindOf(secrets));
}

export const isSecrets = (value: unknown): value is Secrets =>
  isObject(value) && Object.values(value).every((secret) => typeof secret === 'string');

/** An untyped contract may return any value. */
function isObject<Value>(value: Value | undefined): value is Value & object {
  return typeof value === 'object' && value !== null;
}

/** @throws {MalformedGrantError} the field does not contain a token */
export function readToken(field: string, token: unknown): string {
  if (isHeaderText(token)) return token;
  throw new MalformedGrantError(field, 'a non-empty string that is valid in a header', kindOf(token));
}

/** The same for a field that may be missing. */
export function readOptionalToken(field: string, token: unknown): string | null | undefined {
  return token === null || token === undefined ? token : readToken(field, token);
}

/** Whether a header field can carry a value: visible text in one line (RFC 9110, section 5.5). */
export function isHeaderText(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^[\x21-\x7e\x80-\xff](?:[\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/.test(value)
  );
}

/** Milliseconds, or `null` if unknown. */
function lifetimeOf(
  { expiresIn, expiresAt }: Pick<Grant, 'expiresIn' | 'expiresAt'>,
  { issuedAt, serverTime }: GrantOrigin,
): number | null {
  const lifetime = numberOf(expiresIn) * 1000;
  if (lifetime >= 0 && lifetime <= absurdLifetime) return lifetime;
  // A new token has not expired. If it seems so, a clock is wrong.
  const left = timeOf(expiresAt) - (serverTime ?? issuedAt);
  return left > 0 && left <= absurdLifetime ? left : null;
}

/** `NaN` if the server sent no number. */
function numberOf(value: unknown): number {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
  return isNumber ? Number(value) : NaN;
}

/** Dates in milliseconds are larger since 1973; in seconds, none is before the year 5138. */
const leastMilliseconds = 1e11;

/** Milliseconds since the epoch, or `NaN`. */
function timeOf(value: unknown): number {
  const time = numberOf(value);
  if (Number.isNaN(time)) return typeof value === 'string' ? Date.parse(value) : NaN;
  return time < leastMilliseconds ? time * 1000 : time;
}
