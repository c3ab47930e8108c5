import type { ServerContract } from './contract.ts';
import { reportReduced } from '../platform/report.ts';
import { isSameJson } from '../platform/sameJson.ts';

/** The fields by which servers identify a user. An id never changes; an e-mail address may. */
const idFields = ['id', 'sub', '_id', 'uid'] as const;
const fields = [...idFields, 'email'] as const;

type Rule<User> = Pick<ServerContract<User, never>, 'isSameUser'>;

/** Whether two users are the same person. A user whom the server did not name is never the same. */
export function isSameUser<User>(server: Rule<User>, before: User | null, now: User | null): boolean {
  if (before === null || now === null) return false;
  try {
    return server.isSameUser?.(before, now) ?? compareBy(fields, before, now) ?? isSameJson(before, now);
  } catch (error) {
    reportReduced(error, 'server.isSameUser');
    return false;
  }
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
  if (before === null || now === null || now === undefined) return false;
  try {
    return !(server.isSameUser?.(before, now) ?? compareBy(idFields, before, now) ?? true);
  } catch (error) {
    reportReduced(error, 'server.isSameUser');
    return false;
  }
}

/** Compares the first field that both users have. Returns `null` if there is none. */
function compareBy(names: readonly string[], before: unknown, now: unknown): boolean | null {
  for (const name of names) {
    const [one, other] = [identifierOf(before, name), identifierOf(now, name)];
    if (one !== null && other !== null) return one === other;
  }
  return null;
}

/** Returns an id as text, since one endpoint may send a number and another a string, as in the claims of a JWT. */
function identifierOf(user: unknown, name: string): string | null {
  if (typeof user !== 'object' || user === null) return null;
  const value: unknown = Reflect.get(user, name);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  return typeof value === 'string' && value !== '' ? value : null;
}
