import { isHeaderText } from '../server/headerText.ts';
import {
  storedVersion,
  type Attempt,
  type EndedSession,
  type StoredRecord,
  type StoredSession,
} from './recordTypes.ts';

/** Writes a record as text. */
export function encodeRecord<User>(record: StoredRecord<User>): string {
  return JSON.stringify(record);
}

/**
 * Reads a record from text, which is foreign input: an older version's, another program's, cut off. What is
 * not a record is `null`. The user is returned as it was written, since its shape is unknown here.
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

/** Which state of which session a record holds; a mark in it makes no difference. */
export function nameOf(record: StoredRecord<unknown>): string {
  return `${record.sessionId} ${isEnded(record) ? record.ended : record.generation}`;
}

/** Tells a session from what is left of one. */
export function isEnded<User>(record: StoredRecord<User>): record is EndedSession {
  return 'ended' in record;
}

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
    (session.attempt === undefined || isAttempt(session.attempt))
  );
}

function isAttempt(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const attempt: { readonly [Field in keyof Attempt]?: unknown } = value;
  return isText(attempt.id) && isTime(attempt.at);
}

/** More than a session reaches in thirty years with a refresh a second; the number must be able to grow. */
const mostGenerations = 1_000_000_000;

function isGeneration(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostGenerations;
}

/** Whether a number of milliseconds can be a date (ECMA-262, section 21.4.1.1). */
function isTime(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
