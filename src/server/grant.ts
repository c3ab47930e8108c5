import type { Grant, ServerContract } from './contract.ts';
import { MalformedGrantError } from '../errors/errors.ts';
import { kindOf } from '../errors/received.ts';

/** A validated grant. `undefined` still means to keep the current value. */
export interface CheckedGrant<User> {
  /** The access token, or `null` if the server keeps it in a cookie. */
  readonly accessToken: string | null;
  readonly refreshToken: string | null | undefined;
  /** Milliseconds, or `null` if unknown. */
  readonly lifetime: number | null;
  readonly user: User | undefined;
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
 * Validates a grant.
 *
 * @throws {MalformedGrantError} a field is not valid; the error names the field, but not its value
 */
export function readGrant<User>(grant: Grant<User> | undefined, origin: GrantOrigin): CheckedGrant<User> {
  if (!isObject(grant)) {
    throw new MalformedGrantError('grant', 'an object with an `accessToken`', kindOf(grant));
  }
  const { accessToken, refreshToken } = grant;
  const isKeptByServer = accessToken === null && origin.server.cookies !== undefined;
  return {
    accessToken: isKeptByServer ? null : readToken('accessToken', accessToken),
    refreshToken: readOptionalToken('refreshToken', refreshToken),
    lifetime: lifetimeOf(grant, origin),
    user: grant.user ?? undefined,
  };
}

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
function lifetimeOf({ expiresIn, expiresAt }: Grant, { issuedAt, serverTime }: GrantOrigin): number | null {
  const lifetime = millisecondsOf(expiresIn);
  if (lifetime >= 0 && lifetime <= absurdLifetime) return lifetime;
  // A new token has not expired. If it seems so, a clock is wrong.
  const left = millisecondsOf(expiresAt) - (serverTime ?? issuedAt);
  return left > 0 && left <= absurdLifetime ? left : null;
}

/** `NaN` if the server sent no number of seconds. */
function millisecondsOf(value: unknown): number {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
  return isNumber ? Number(value) * 1000 : NaN;
}
