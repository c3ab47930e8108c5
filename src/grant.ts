import type { Grant } from './contract.ts';
import { MalformedGrantError } from './errors.ts';
import { isHeaderText } from './headerText.ts';
import { kindOf } from './received.ts';

/** A grant that has been checked. `undefined` still means: as before. */
export interface CheckedGrant<User> {
  readonly accessToken: string;
  readonly refreshToken: string | null | undefined;
  /** Milliseconds; `null` where nobody knows. */
  readonly lifetime: number | null;
  readonly user: User | undefined;
}

/** Beyond a hundred years a number is no lifetime but a mistake (a date in milliseconds, say). */
const absurdLifetime = 100 * 365 * 24 * 60 * 60 * 1000;

/**
 * Reads what a server granted.
 *
 * @throws {MalformedGrantError} names the field at fault, never its value
 */
export function readGrant<User>(grant: Grant<User>): CheckedGrant<User> {
  const given: unknown = grant;
  if (typeof given !== 'object' || given === null) {
    throw new MalformedGrantError('grant', 'an object with an `accessToken`', kindOf(given));
  }
  return {
    accessToken: readToken('accessToken', grant.accessToken),
    refreshToken:
      grant.refreshToken == null ? grant.refreshToken : readToken('refreshToken', grant.refreshToken),
    lifetime: readLifetime(grant.expiresIn),
    user: grant.user ?? undefined,
  };
}

function readToken(field: string, token: unknown): string {
  if (typeof token !== 'string' || token.trim() === '') {
    throw new MalformedGrantError(field, 'a text that is not empty', kindOf(token));
  }
  if (!isHeaderText(token)) {
    throw new MalformedGrantError(
      field,
      'a text that a header can carry',
      `${kindOf(token)} with others among them`,
    );
  }
  return token;
}

function readLifetime(expiresIn: unknown): number | null {
  if (typeof expiresIn !== 'number' && (typeof expiresIn !== 'string' || expiresIn.trim() === ''))
    return null;
  const lifetime = Number(expiresIn) * 1000;
  return lifetime >= 0 && lifetime <= absurdLifetime ? lifetime : null;
}
