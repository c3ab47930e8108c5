import type { ServerContract } from './contract.ts';
import { object } from '../errors/checks.ts';
import { reportReduced } from '../platform/report.ts';
import { isSameJson } from '../platform/sameJson.ts';

/** The fields by which servers identify a user. An id never changes; an email address may. */
const idFields = ['id', 'sub', '_id', 'uid'];

type Rule<User> = Pick<ServerContract<User, never>, 'isSameUser'>;

/** Whether two users are the same person. Returns `false` if one of the two is not known. */
export function isSameUser<User>(server: Rule<User>, before: User | null, now: User | null): boolean {
  const isSame = compare(server, before, now);
  return isSame === 'unknown'
    ? (compareBy(['email'], before, now) ?? isSameJson(before, now))
    : isSame === true;
}

/**
 * Whether two users are certainly different: the contract says so, or their ids differ. Different JSON may be the same
 * user with a new name. If the contract's function throws, the users do not count as different.
 */
export function isAnotherUser<User>(
  server: Rule<User>,
  before: User | null,
  now: User | null | undefined,
): boolean {
  return compare(server, before, now) === false;
}

/** Asks the contract, then compares ids. Returns `null` if a user is missing, or if the contract's function throws. */
function compare<User>(
  server: Rule<User>,
  before: User | null,
  now: User | null | undefined,
): boolean | 'unknown' | null {
  if (before === null || now === null || now === undefined) return null;
  try {
    return server.isSameUser?.(before, now) ?? compareBy(idFields, before, now) ?? 'unknown';
  } catch (error) {
    reportReduced(error, 'server.isSameUser');
    return null;
  }
}

/** Compares the first field that both users have. Returns `null` if there is none. */
function compareBy(names: readonly string[], before: unknown, now: unknown): boolean | null {
  for (const name of names) {
    const [one, other] = [identifierOf(before, name), identifierOf(now, name)];
    if (one !== '' && other !== '') return one === other;
  }
  return null;
}

/** Returns an id as text, since one endpoint may send a number and another a string, as in the claims of a JWT. */
function identifierOf(user: unknown, name: string): string {
  const value: unknown = object.includes(user) ? Reflect.get(user, name) : null;
  return typeof value === 'string' || Number.isFinite(value) ? String(value) : '';
}
