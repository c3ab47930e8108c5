import { statuses, type SessionStatus } from '../../machines/index.ts';
import { isEnded } from './storedRecord.ts';
import type { StoredRecord } from './tokenStore.ts';

/** What the sessions on one store tell each other: hints to look into it, and who is there. No token. */
export type PeerMessage = News | RollCall | Presence | Absence;

/** Something has changed in the store. */
export interface News {
  readonly type: 'adopted' | 'loggedOut' | 'expired' | 'refreshFailed';
  readonly sessionId: string;
  readonly generation: number;
}

/** Somebody wants to know who is there. */
export interface RollCall {
  readonly type: 'rollCall';
}

/** Somebody is there: the answer to a roll call, and told again when something has changed since. */
export interface Presence extends Peer {
  readonly type: 'present';
}

/** Somebody has left: its session was disposed of. Who is closed or crashes cannot say so. */
export interface Absence {
  readonly type: 'absent';
  /** Of the {@link Peer} that has left. */
  readonly id: string;
}

/** Another session on the same store: another tab, as a rule. */
export interface Peer {
  /** Made afresh for each session object. */
  readonly id: string;
  readonly status: SessionStatus;
  /** Whether its refresh token is with the server, for all who share the store. */
  readonly holdsLock: boolean;
  /** Whether anybody looks at it. */
  readonly isVisible: boolean;
}

const newsTypes: ReadonlySet<unknown> = new Set<News['type']>([
  'adopted',
  'loggedOut',
  'expired',
  'refreshFailed',
]);

/** Beyond this, a text in a message is none of ours. */
const longestId = 64;

/** What the others are told of a record: enough to look into the store, and no token. */
export function newsOf(record: StoredRecord<unknown>): News {
  const { sessionId } = record;
  return isEnded(record)
    ? { type: record.ended, sessionId, generation: 0 }
    : { type: 'adopted', sessionId, generation: record.generation };
}

/** Whether a message is news. It is foreign input: anybody on the origin can send one. */
export function isNews(message: unknown): message is News {
  return (
    isMessage(message) &&
    newsTypes.has(message.type) &&
    'sessionId' in message &&
    isId(message.sessionId) &&
    'generation' in message &&
    Number.isSafeInteger(message.generation)
  );
}

export function isRollCall(message: unknown): message is RollCall {
  return isMessage(message) && message.type === 'rollCall';
}

/** Reads who is there; `null` where the message does not say so. */
export function readPresence(message: unknown): Peer | null {
  if (!isMessage(message) || message.type !== 'present') return null;
  const given: { readonly type: unknown } & { readonly [Field in keyof Peer]?: unknown } = message;
  const { id, holdsLock, isVisible } = given;
  const status = statuses.find((name) => name === given.status);
  const isWhole = isId(id) && typeof holdsLock === 'boolean' && typeof isVisible === 'boolean';
  return isWhole && status !== undefined ? { id, status, holdsLock, isVisible } : null;
}

/** Reads who has left; `null` where the message does not say so. */
export function readAbsence(message: unknown): string | null {
  const isAbsence = isMessage(message) && message.type === 'absent' && 'id' in message;
  return isAbsence && isId(message.id) ? message.id : null;
}

function isMessage(message: unknown): message is { readonly type: unknown } {
  return typeof message === 'object' && message !== null && 'type' in message;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longestId;
}
