import type { Clock } from '../platform/clock.ts';
import { after, type Awaitable } from '../platform/thenable.ts';
import type { SharedTimes } from './sharedTimes.ts';
import { correctTimes, isSameTimes, mergeTimes, seenAt, timesFrom, type Times } from './times.ts';

/** The times of the current session, in memory and in the store. */
export interface SessionTimes {
  /** The times as this tab knows them, or `null` without a session. */
  current(this: void): Times | null;
  /** Begins to count for a session: from its sign-in, also if that was in another tab or before a reload. */
  begin(this: void, sessionId: string, origin: Origin): Awaitable<void>;
  /** Takes what other tabs have stored. */
  load(this: void): Awaitable<void>;
  /** The user is active. */
  touch(this: void): void;
  /** The user has signed in again to this session. */
  restart(this: void): void;
  /** The session has ended. Resolves when that is stored, or when the store has failed. */
  end(this: void): Promise<void>;
  /** Forgets the session. The stored times stay. */
  forget(this: void): void;
}

/**
 * Where a session comes from: the user has signed in, here or in another tab; it was in the store; or the server has restored
 * it, under a new id (silent sign-in).
 */
export type Origin = 'signIn' | 'store' | 'server';

const isSilent = (origin: Origin, found: Times): boolean => origin === 'server' && !found.isOver;

export function createSessionTimes({ now }: Pick<Clock, 'now'>, shared: SharedTimes): SessionTimes {
  let times: Times | null = null;

  function keep(next: Times): Promise<void> {
    times = next;
    return shared.write(next);
  }

  /** Corrects the times if the clock was set back. */
  function current(): Times | null {
    if (times === null) return null;
    const corrected = correctTimes(times, now());
    if (corrected !== times) void keep(corrected);
    return corrected;
  }

  function take(found: Times | null): void {
    const own = current();
    if (own === null || found?.sessionId !== own.sessionId) return;
    const seen = seenAt(found, now());
    const merged = mergeTimes(own, seen);
    // The store lacks what only this tab knows.
    if (isSameTimes(merged, seen)) times = merged;
    else void keep(merged);
  }

  return {
    current,
    begin(sessionId, origin) {
      times = timesFrom(sessionId, now());
      return after(shared.read(), (found) => {
        if (times?.sessionId !== sessionId) return;
        const isSame = found?.sessionId === sessionId;
        if (found !== null && (isSame ? origin !== 'signIn' || !found.isOver : isSilent(origin, found)))
          void keep({ ...correctTimes(found, now()), sessionId, isOver: false });
        // The user has signed in again to a session that had expired.
        else void keep(isSame ? timesFrom(sessionId, now(), found.signIns + 1) : times);
      });
    },
    load: () => (times === null ? undefined : after(shared.read(), take)),
    touch() {
      if (times !== null) void keep({ ...times, activeAt: now() });
    },
    restart() {
      if (times !== null) void keep(timesFrom(times.sessionId, now(), times.signIns + 1));
    },
    async end() {
      if (times !== null) await keep({ ...times, isOver: true });
    },
    forget() {
      times = null;
    },
  };
}
