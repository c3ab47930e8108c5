import { isHeaderText, isSecrets } from '../server/grant.ts';
import {
  storedVersion,
  type Attempt,
  type EndedSession,
  type StoredRecord,
  type StoredSession,
  type FailedRefresh,
} from './recordTypes.ts';
import type { LimitName, PeerSetback } from '../../machines/index.ts';

/** Writes a record as text. */
export function encodeRecord<User>(record: StoredRecord<User>): string {
  return JSON.stringify(record);
}

/**
 * Reads a record from text, which is untrusted: an older version or another program may have written it, and it may be cut
 * off. Returns `null` if it is not a record. Does not validate the user, whose shape is unknown here.
 */
export function decodeRecord<User>(text: string | null): StoredRecord<User> | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord<User>(value) ? value : null;
  } catch {
    return null;
  }
}

/** Whether a value is a record in the format of this version. */
export function isRecord<User>(value: unknown): value is StoredRecord<User> {
  if (typeof value !== 'object' || value === null) return false;
  if (!('version' in value) || value.version !== storedVersion) return false;
  if (!('sessionId' in value) || !isText(value.sessionId)) return false;
  if ('api' in value && value.api !== undefined && !isText(value.api)) return false;
  return 'ended' in value ? isEnd(value) : isSession(value);
}

/** Names the session and the state in a record. A lock mark does not change the name. */
export function nameOf(record: StoredRecord<unknown>): string {
  return `${record.sessionId} ${isEnded(record) ? record.ended : record.generation}`;
}

/** Whether a record is that of an ended session. */
export function isEnded<User>(record: StoredRecord<User>): record is EndedSession {
  return 'ended' in record;
}

/** Whether a record says that a user has signed out and that the server may not know yet. */
export function isPendingIn<User>(record: StoredRecord<User> | null): record is EndedSession {
  return record !== null && isEnded(record) && record.isPending === true;
}

/** Which limit ended a session. Untrusted: `null` if there is no limit of that name. */
export const limitOf = (limit: unknown): LimitName | null =>
  limit === 'idle' || limit === 'lifetime' ? limit : null;

function isEnd(value: { readonly ended: unknown }): boolean {
  return value.ended === 'loggedOut' || value.ended === 'expired';
}

function isSession(value: object): boolean {
  const session: { readonly [Field in keyof StoredSession<unknown>]?: unknown } = value;
  return (
    isGeneration(session.generation) &&
    (session.accessToken === null || isHeaderText(session.accessToken)) &&
    (session.refreshToken === null || isText(session.refreshToken)) &&
    isTime(session.issuedAt) &&
    (session.expiresAt === null || isTime(session.expiresAt)) &&
    session.user !== undefined &&
    (session.secrets === undefined || isSecrets(session.secrets)) &&
    (session.attempt === undefined || isAttempt(session.attempt))
  );
}

function isAttempt(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const attempt: { readonly [Field in keyof Attempt]?: unknown } = value;
  return isText(attempt.id) && isTime(attempt.at);
}

/** How often the user in a record was updated. */
export const userRevisionOf = ({ userRevision }: Pick<StoredSession<unknown>, 'userRevision'>): number =>
  countOf(userRevision);

/** How often the user has signed in again. */
export const signInsOf = ({ signIns }: Pick<StoredSession<unknown>, 'signIns'>): number => countOf(signIns);

/** Untrusted: 0 if the number is invalid. */
const countOf = (value: unknown): number => (isGeneration(value) ? value : 0);

/** The session of a tab, which a stored one is compared with. */
interface Known extends Pick<StoredSession<unknown>, 'generation'> {
  readonly sessionId: string | null;
  /** `undefined` after the session has expired, when it has no tokens. */
  readonly accessToken: string | null | undefined;
}

/**
 * Returns the stored session if it replaces the session of this tab: it is another one, or has newer tokens. Otherwise `null`.
 *
 * Two tabs that get tokens at the same moment give them the same generation, and both use those that the store has kept. In the
 * tab that had others, they are the next generation, because a generation stands for one token.
 */
export function newsIn<User>(
  found: StoredSession<User>,
  { sessionId, generation, accessToken }: Known,
): StoredSession<User> | null {
  if (found.sessionId !== sessionId || found.generation > generation) return found;
  const isTied = found.generation === generation && accessToken !== undefined;
  return isTied && found.accessToken !== accessToken ? { ...found, generation: generation + 1 } : null;
}

/** Whether a stored session has older tokens than this one, not the same ones under a lower number. */
export const isOlder = <User>(found: StoredSession<User>, session: StoredSession<User>): boolean =>
  found.generation < session.generation &&
  (found.accessToken === null || found.accessToken !== session.accessToken);

/** Higher than any session reaches (thirty years with one refresh a second). A larger value is invalid. */
const mostGenerations = 1_000_000_000;

function isGeneration(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostGenerations;
}

/** Whether a number of milliseconds can be a date (ECMA-262, section 21.4.1.1). */
function isTime(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

const longestCode = 64;

/**
 * Reads the failed refresh in a record. The input is untrusted: an invalid failure is ignored, and so is one from the
 * future, which was written before the clock was set back. Pauses are limited to `longestPause` milliseconds.
 */
export function failedRefreshIn(
  record: StoredRecord<unknown> | null,
  at: number,
  longestPause: number,
): Omit<PeerSetback, 'neededFor'> | null {
  if (record === null || isEnded(record)) return null;
  const { sessionId, generation } = record;
  const failedRefresh: unknown = record.failedRefresh;
  if (typeof failedRefresh !== 'object' || failedRefresh === null) return null;
  const { at: failedAt, retryAt, isAsked, failures, status, code } = readFields(failedRefresh);
  if (!isNumber(failedAt) || failedAt > at || !isNumber(retryAt) || !isCount(failures)) return null;
  return {
    sessionId,
    generation,
    at,
    failedAt,
    retryAt: Math.min(Math.max(retryAt, failedAt), failedAt + longestPause),
    isAsked: isAsked === true,
    failures,
    status: isCount(status) && status < 600 ? status : null,
    code: isCode(code) ? code : null,
  };
}

function readFields(value: object): { readonly [Field in keyof FailedRefresh]?: unknown } {
  return value;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function isCode(value: unknown): value is string | number {
  return typeof value === 'string' ? value.length <= longestCode : Number.isFinite(value);
}
