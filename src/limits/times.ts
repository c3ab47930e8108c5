import type { Ending } from '../../machines/index.ts';
import { storedVersion, type StoredRecord, type StoredSession } from '../store/recordTypes.ts';
import { isEnded } from '../store/storedRecord.ts';
import type { Limits } from './limitOptions.ts';

/** The times from which the limits of a session count, in milliseconds since the epoch. */
export interface Times {
  readonly sessionId: string;
  /** How often the user has signed in to this session: 1, and one more for each step-up. */
  readonly signIns: number;
  /** When the user signed in last. */
  readonly startedAt: number;
  /** When the user was active last, in any tab. */
  readonly activeAt: number;
  /** Whether the session has ended. */
  readonly isOver: boolean;
}

/** The times of a session that begins. */
export const timesFrom = (sessionId: string, at: number, signIns = 1): Times => ({
  sessionId,
  signIns,
  startedAt: at,
  activeAt: at,
  isOver: false,
});

/** Which limit ends a session first, and when. */
export function endingOf({ startedAt, activeAt }: Times, { idle, lifetime }: Limits): Ending {
  const [idleEnd, lifetimeEnd] = [activeAt + idle, startedAt + lifetime];
  return idleEnd < lifetimeEnd
    ? { reason: 'idle', endsAt: idleEnd }
    : { reason: 'lifetime', endsAt: lifetimeEnd };
}

/** The clocks of two tabs may differ by less than this, in milliseconds. */
const tolerance = 10_000;

/**
 * Moves times that lie in the future, because the clock was set back. The time from the sign-in to the last activity stays
 * used: otherwise a clock that is set back would extend the lifetime.
 */
export function correctTimes(times: Times, now: number): Times {
  const setBack = times.activeAt - now;
  return setBack > tolerance ? { ...times, startedAt: times.startedAt - setBack, activeAt: now } : times;
}

/**
 * Returns the times of another tab as this one sees them. The clock of the other tab may be ahead: what lies in the future is
 * as of now. Unlike `correctTimes`, this uses up nothing: two tabs would correct each other without end.
 */
export function seenAt(times: Times, now: number): Times {
  if (times.activeAt - now <= tolerance) return times;
  return { ...times, startedAt: Math.min(times.startedAt, now), activeAt: now };
}

/** Merges what two tabs know of a session. The order does not matter, so a lost write does no harm. */
export function mergeTimes(own: Times, other: Times): Times {
  if (own.sessionId !== other.sessionId || own.signIns > other.signIns) return own;
  if (own.signIns < other.signIns) return other;
  return {
    ...own,
    startedAt: Math.min(own.startedAt, other.startedAt),
    activeAt: Math.max(own.activeAt, other.activeAt),
    isOver: own.isOver || other.isOver,
  };
}

export const isSameTimes = (one: Times, other: Times): boolean =>
  one.sessionId === other.sessionId &&
  one.signIns === other.signIns &&
  one.startedAt === other.startedAt &&
  one.activeAt === other.activeAt &&
  one.isOver === other.isOver;

/** The record of the times: that of a session without tokens, so that every store can keep it. */
interface TimesRecord extends StoredSession<null> {
  readonly activeAt: number;
  readonly isOver: boolean;
}

export const recordOf = ({ sessionId, signIns, startedAt, activeAt, isOver }: Times): TimesRecord => ({
  version: storedVersion,
  sessionId,
  generation: signIns,
  accessToken: null,
  refreshToken: null,
  issuedAt: startedAt,
  expiresAt: null,
  user: null,
  activeAt,
  isOver,
});

/** Reads a record. The input is untrusted: `null` if it is not one of times. */
export function timesOf(record: StoredRecord<unknown> | null | undefined): Times | null {
  if (record === null || record === undefined || isEnded(record) || !('activeAt' in record)) return null;
  const { sessionId, generation: signIns, issuedAt: startedAt, activeAt } = record;
  const isOver = 'isOver' in record && record.isOver === true;
  if (typeof activeAt !== 'number' || !(activeAt >= startedAt)) return null;
  return { sessionId, signIns, startedAt, activeAt, isOver };
}
