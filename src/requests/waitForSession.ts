import type { Stamp } from '../../machines/index.ts';
import { HoldTimeoutError, type SessionError } from '../errors/errors.ts';
import { throwIfAborted, untilAborted } from '../platform/abort.ts';
import type { StoreWatcher } from '../session/storeWatcher.ts';
import type { SessionActor } from '../session/sessionActor.ts';
import { bindTo, decide, expectNotEnded, whyEnded, type Decision } from './decide.ts';
import { hasSession, unavailable, type RequestParts } from './sessionState.ts';
import { createHold, type Hold, type Outcome } from './hold.ts';
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
