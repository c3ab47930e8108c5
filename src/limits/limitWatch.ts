import type { SnapshotFrom } from 'xstate';
import type { Ending, SessionMachine } from '../../machines/index.ts';
import type { ObservableSession } from '../observe/observeRequests.ts';
import { after, isThenable, type Awaitable } from '../platform/thenable.ts';
import type { limitsSlot } from '../session/limitsSlot.ts';
import type { Session } from '../session/session.ts';
import type { Limits } from './limitOptions.ts';
import type { Origin, SessionTimes } from './sessionTimes.ts';
import type { SharedTimes } from './sharedTimes.ts';
import { endingOf, type Times } from './times.ts';
import { createTurn } from './turn.ts';

/** The part of a session that `limitSession` uses. */
export type LimitedSession = ObservableSession &
  Pick<Session, 'actor' | 'clock' | 'history' | typeof limitsSlot>;

/** Compares the clock with the limits, and tells the machine when the end is near and when it is reached. */
export interface LimitWatch {
  /** Begins to count when a user signs in, and ends when the session does. */
  follow(this: void, snapshot: SnapshotFrom<SessionMachine>): void;
  /** Another tab may have changed the times. */
  reload(this: void): void;
  /** Time may have passed that no timer has counted. */
  wake(this: void): void;
  /** Resolves when the session has ended, if it must, so that no request is sent for it. */
  checkRequest(this: void): Awaitable<void>;
  /** The user is active. */
  note(this: void): void;
  stay(this: void): void;
  /** Takes the warning back. */
  takeBack(this: void): void;
  stop(this: void): void;
}

export interface LimitWatchParts {
  readonly session: LimitedSession;
  readonly limits: Limits;
  readonly shared: Pick<SharedTimes, 'lock'>;
  readonly times: SessionTimes;
}

/** How long the clock is not looked at, at most, in milliseconds. The timers of a sleeping device stand still. */
const checkInterval = 60_000;

/** Looks at the clock, and ends the session when its time is up. */
function createTiming({ session, limits, shared, times }: LimitWatchParts) {
  const { clock } = session;
  const { tellNear, tellReached } = createTeller(session, limits);
  const turn = createTurn({ clock, shared, run: endInTurn, giveUp: () => void settle(true) });
  /** What the limits of a session that has just begun are read from the store for. */
  let beginning: PromiseLike<void> | null = null;
  let cancel = (): void => undefined;

  /**
   * Tells the machine how near the end is. At the end, waits for the turn of this tab.
   *
   * @param isUrgent - whether to end the session at once instead
   */
  function settle(isUrgent = false): Awaitable<void> {
    cancel();
    const known = times.current();
    if (known === null) return;
    const left = endingOf(known, limits).endsAt - clock.now();
    if (left <= 0) return isUrgent ? tellReached(known) : turn.take();
    tellNear(known);
    const next = left > limits.warning ? left - limits.warning : left;
    cancel = clock.schedule(() => void check(), Math.min(next, checkInterval));
  }

  function check(): Awaitable<void> {
    if (beginning !== null) return beginning.then(() => settle());
    const known = times.current();
    if (known === null) return undefined;
    const isFar = endingOf(known, limits).endsAt - clock.now() > limits.warning;
    // Other tabs only extend the time, so read what they know only when the end is near.
    return isFar ? settle() : after(times.load(), () => settle());
  }

  /** If another tab has ended the session, this one neither revokes the tokens nor writes again. */
  async function endInTurn(): Promise<void> {
    await times.load();
    const known = times.current();
    if (known === null || clock.now() < endingOf(known, limits).endsAt) {
      void settle(true);
      return;
    }
    if (!known.isOver) await times.end();
    tellReached(known);
  }

  function begin(sessionId: string): void {
    cancel();
    const begun = times.begin(sessionId, originOf(session, sessionId));
    if (!isThenable(begun)) {
      void settle(true);
      return;
    }
    const waiting = begun.then(() => {
      if (beginning === waiting) beginning = null;
      void settle(true);
    });
    beginning = waiting;
  }

  return { begin, check, isBeginning: () => beginning !== null, settle, stop: () => cancel() };
}

export function createLimitWatch(parts: LimitWatchParts): LimitWatch {
  const { session, limits, times } = parts;
  const { actor, clock } = session;
  const { begin, check, isBeginning, settle, stop } = createTiming(parts);
  let before = actor.getSnapshot().context;

  const isWarned = (): boolean => actor.getSnapshot().context.ending !== null;

  /** @param least - how long the last activity must be ago to count, in milliseconds */
  function count(least: number): void {
    const known = times.current();
    if (known === null || isBeginning()) return;
    const now = clock.now();
    // After a sleep, the first key press must not extend a session that is over.
    if (now >= endingOf(known, limits).endsAt) void check();
    else if (now - known.activeAt >= least) {
      times.touch();
      void settle();
    }
  }

  return {
    follow(snapshot) {
      const { sessionId, signIns } = snapshot.context;
      const known = times.current();
      if (!snapshot.hasTag('signedIn') || sessionId === null) {
        stop();
        if (known !== null) void times.end();
        times.forget();
      } else if (known?.sessionId !== sessionId) begin(sessionId);
      // A step-up. Other tokens of the same user may have come without the user.
      else if (before.stepUp !== null && signIns > before.signIns) {
        times.restart();
        void settle();
      }
      before = snapshot.context;
    },
    reload: () => void after(times.load(), () => settle()),
    wake: () => void check(),
    checkRequest: check,
    note() {
      if (!isWarned()) count(Math.min(5_000, limits.idle / 100));
    },
    stay: () => count(0),
    takeBack() {
      if (isWarned()) actor.send({ type: 'limit.extended', at: clock.now() });
    },
    stop,
  };
}

/** Tells the machine of the end of its session. */
function createTeller({ actor, clock }: LimitedSession, limits: Limits) {
  const isTold = (ending: Ending): boolean => {
    const told = actor.getSnapshot().context.ending;
    return told?.reason === ending.reason && told.endsAt === ending.endsAt;
  };
  return {
    /** Tells whether the end is near, if the machine does not know. */
    tellNear(this: void, known: Times): void {
      const at = clock.now();
      const ending = endingOf(known, limits);
      if (ending.endsAt - at <= limits.warning) {
        if (!isTold(ending)) actor.send({ type: 'limit.near', sessionId: known.sessionId, ...ending, at });
      } else if (actor.getSnapshot().context.ending !== null) actor.send({ type: 'limit.extended', at });
    },
    /** Tells that the session has ended: by this tab, or by another one before. */
    tellReached(this: void, known: Times): void {
      const type = known.isOver ? 'peer.loggedOut' : 'limit.reached';
      const { reason: code } = endingOf(known, limits);
      actor.send({ type, sessionId: known.sessionId, code, at: clock.now() });
    },
  };
}

/** Where a session comes from, according to its first transition. */
function originOf({ history }: LimitedSession, id: string): Origin {
  const first = history().find(({ sessionId }) => sessionId === id);
  if (first?.from.startsWith('anonymous.restoring') !== true) return 'signIn';
  return first.event === 'store.restored' ? 'store' : 'server';
}
