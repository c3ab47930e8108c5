import type { Stamp } from '../../machines/index.ts';
import { HoldLimitError, HoldTimeoutError, type SessionError } from '../errors/errors.ts';
import { reasonOf, throwIfAborted, untilAborted } from '../platform/abort.ts';
import type { Clock } from '../platform/clock.ts';
import type { StoreWatcher } from '../session/storeWatcher.ts';
import type { SessionActor } from '../session/sessionActor.ts';
import { bindTo, decide, expectNotEnded, whyEnded, type Decision } from './decide.ts';
import { hasSession, unavailable, type RequestParts } from './sessionState.ts';
import type { PendingRequest } from './pendingRequest.ts';

/** Decides when a request may be sent: at once, after a wait, or never. */
export interface SessionWait {
  /** Binds a request to the user that the application could see when it was made. */
  bind(pending: PendingRequest): PendingRequest;
  /** Waits until the request may be sent, with the returned credentials or without any (`null`). */
  wait(this: void, pending: PendingRequest, signal: AbortSignal | null): Promise<Stamp | null>;
  /** Returns why the session of a request has ended, or `null`. */
  whyEnded(this: void, pending: PendingRequest): SessionError | null;
  /** Checks each waiting request again. */
  review(this: void): void;
  /** The longest remaining time of the waiting requests, in milliseconds, or `null` if none waits. */
  neededFor(this: void): number | null;
}

type Pass = Stamp | null | 'again';

export function createSessionWait<User, Login>(
  { settings, credentials, disposal, observation, lastError }: RequestParts<User, Login>,
  actor: SessionActor,
  { checkBeforeRequest }: Pick<StoreWatcher, 'checkBeforeRequest'>,
): SessionWait {
  // Not a spread, which would create the session's id: Cloudflare Workers refuse random values while a module is loaded.
  const by: Decision<User, Login> = { settings, credentials, disposal, lastError, actor };
  const hold = createHold<Pass>({ clock: settings.environment.clock, limit: settings.hold.limit });

  async function enter(pending: PendingRequest, signal: AbortSignal | null): Promise<Stamp | null> {
    throwIfAborted(signal);
    if (pending.sessionId === null && hasSession(actor.getSnapshot())) {
      expectNotEnded(by, pending);
      bindTo(by, pending);
    }
    const checking = checkBeforeRequest();
    if (checking !== null) {
      // The store may be slow or hang, so stop waiting when the signal is aborted.
      const checked = untilAborted(checking, disposal);
      await (signal === null ? checked : untilAborted(checked, signal));
      throwIfAborted(signal);
    }
    const found = decide(by, pending, pending.timeout);
    if (found !== null) return passOf(found);
    observation.observer?.held(pending);
    return holdRequest(by, hold, pending, signal);
  }

  return {
    bind(pending) {
      const snapshot = actor.getSnapshot();
      if (!hasSession(snapshot)) return pending;
      pending.epoch = credentials.epoch();
      // If the session has expired, the same user may sign in before the request is sent.
      if (!snapshot.hasTag('refuse')) pending.sessionId = snapshot.context.sessionId;
      return pending;
    },
    async wait(pending, signal) {
      try {
        return await enter(pending, signal);
      } catch (error) {
        observation.observer?.failed(pending, error);
        throw error;
      }
    },
    whyEnded: (pending) => whyEnded(by, pending),
    review: hold.review,
    neededFor: hold.longest,
  };
}

async function holdRequest<User, Login>(
  by: Decision<User, Login>,
  hold: Hold<Pass>,
  pending: PendingRequest,
  signal: AbortSignal | null,
): Promise<Stamp | null> {
  const isRefusing = () => by.actor.getSnapshot().hasTag('refuse');
  for (;;) {
    // The check may have caused a transition, and requests that were not waiting yet have missed it.
    const found = check(by, pending, pending.timeout);
    if (found !== null) return passOf(found);
    const waitsForUser = isRefusing();
    const timeout = waitsForUser ? Number(by.settings.hold.whileExpired) : pending.timeout;
    const pass = await hold.wait(
      (left) => check(by, pending, left) ?? (waitsForUser === isRefusing() ? null : { pass: 'again' }),
      { signal, timeout, isCounted: pending.isRequest, timedOut: () => timedOut(by, timeout) },
    );
    if (pass !== 'again') return pass;
  }
}

function check<User, Login>(
  by: Decision<User, Login>,
  pending: PendingRequest,
  left: number,
): Outcome<Stamp | null> {
  try {
    return decide(by, pending, left);
  } catch (error) {
    return { error };
  }
}

/** Creates the error for a timeout: the failed refresh, if there was one. */
function timedOut<User, Login>(by: Decision<User, Login>, timeout: number): Error {
  const snapshot = by.actor.getSnapshot();
  const isFailing = snapshot.hasTag('hold') && snapshot.context.failure !== null;
  return isFailing ? unavailable(by, by.actor) : new HoldTimeoutError(timeout);
}

function passOf<Found>(outcome: NonNullable<Outcome<Found>>): Found {
  if ('error' in outcome) throw outcome.error;
  return outcome.pass;
}

/** The result of checking a waiting request: it can be sent, it is refused, or (`null`) it keeps waiting. */
export type Outcome<Pass> = { readonly pass: Pass } | { readonly error: unknown } | null;

export interface Wait {
  readonly signal: AbortSignal | null;
  /** Milliseconds. */
  readonly timeout: number;
  /** Whether it counts towards `hold.limit`. */
  readonly isCounted: boolean;
  /** Creates the error for a timeout. */
  readonly timedOut: () => Error;
}

/** The requests that wait, in the order of their arrival. */
export interface Hold<Pass> {
  /**
   * Waits until `look` returns a result. `look` receives the remaining time in milliseconds.
   *
   * @throws {HoldLimitError} at once, if `hold.limit` requests are waiting
   * @throws the error of `timedOut`, after `timeout`
   * @throws the reason of `signal`, as soon as it is aborted
   */
  wait(look: (left: number) => Outcome<Pass>, wait: Wait): Promise<Pass>;
  /** Checks each waiting request again. */
  review(this: void): void;
  /** The longest remaining time of the waiting requests, in milliseconds, or `null` if none waits. */
  longest(this: void): number | null;
}

interface Waiter<Pass> {
  look(left: number): Outcome<Pass>;
  /** Milliseconds. */
  left(): number;
  settle(outcome: NonNullable<Outcome<Pass>>): void;
}

export function createHold<Pass>({ clock, limit }: { clock: Clock; limit: number }): Hold<Pass> {
  const waiters = new Set<Waiter<Pass>>();
  let counted = 0;

  async function enter(
    look: Waiter<Pass>['look'],
    { signal, timeout, isCounted, timedOut }: Wait,
  ): Promise<Pass> {
    const deadline = clock.now() + timeout;
    const outcome = await new Promise<NonNullable<Outcome<Pass>>>((resolve) => {
      const waiter: Waiter<Pass> = {
        look,
        // The timer decides, not the clock: a time after the deadline or before the start means that the clock was set.
        left() {
          const left = deadline - clock.now();
          return left >= 0 && left <= timeout ? left : timeout;
        },
        settle(found) {
          if (waiters.delete(waiter) && isCounted) counted -= 1;
          cancel();
          signal?.removeEventListener('abort', leave);
          resolve(found);
        },
      };
      const leave = () => {
        // The caller's reason may be any value, as in `fetch`.
        if (signal !== null) waiter.settle({ error: reasonOf(signal) });
      };
      const cancel = clock.schedule(
        () => {
          waiter.settle({ error: timedOut() });
        },
        timeout,
        true,
      );
      signal?.addEventListener('abort', leave, { once: true });
      waiters.add(waiter);
      if (isCounted) counted += 1;
    });
    if ('error' in outcome) throw outcome.error;
    return outcome.pass;
  }

  return {
    async wait(look, wait) {
      throwIfAborted(wait.signal);
      if (wait.isCounted && counted >= limit) throw new HoldLimitError(limit);
      return enter(look, wait);
    },
    review() {
      for (const waiter of waiters) {
        const outcome = waiter.look(waiter.left());
        if (outcome !== null) waiter.settle(outcome);
      }
    },
    longest: () => (waiters.size === 0 ? null : Math.max(...Array.from(waiters, (waiter) => waiter.left()))),
  };
}
