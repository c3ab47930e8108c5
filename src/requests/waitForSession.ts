import { pauseLeft, type Stamp } from '../../machines/index.ts';
import {
  HoldTimeoutError,
  IdentityChangedError,
  LoggedOutError,
  NotAuthenticatedError,
  SessionExpiredError,
  type SessionError,
} from '../errors/errors.ts';
import { throwIfAborted, untilAborted } from '../platform/abort.ts';
import type { Lookout } from '../session/lookout.ts';
import type { SessionActor } from '../session/world.ts';
import { whyClosed } from './closed.ts';
import { hasSession } from './hasSession.ts';
import { createHold, type Outcome } from './hold.ts';
import type { PendingRequest } from './pendingRequest.ts';
import { unavailable } from './unavailable.ts';
import type { RequestParts } from './requestParts.ts';

/** Releases requests at once, after a wait, or not at all. It reads tags, and names no state. */
export interface SessionWait {
  /** Binds a request to the user that the application could see when it was made. */
  bind(pending: PendingRequest): PendingRequest;
  /** Waits until the request may be sent, with the returned credentials or without any (`null`). */
  wait(this: void, pending: PendingRequest, signal: AbortSignal | null): Promise<Stamp | null>;
  /** Returns why the session of a request has ended, or `null`. */
  whyEnded(this: void, pending: PendingRequest): Error | null;
  /** Checks each waiting request again. */
  review(this: void): void;
  /** The longest remaining time of the waiting requests, in milliseconds, or `null` if none waits. */
  neededFor(this: void): number | null;
}

type Snapshot = ReturnType<SessionActor['getSnapshot']>;

type Pass = Stamp | null | 'again';

export function createSessionWait<User, Login>(
  parts: RequestParts<User, Login>,
  actor: SessionActor,
  { glance }: Pick<Lookout, 'glance'>,
): SessionWait {
  const { settings, credentials, disposal, observation } = parts;
  const { clock } = settings.environment;
  const hold = createHold<Pass>({ clock, limit: settings.hold.limit });

  /** Checks a request against the current session. The request can wait for `left` milliseconds. */
  function check(pending: PendingRequest, left: number): Outcome<Stamp | null> {
    try {
      return decide(pending, left);
    } catch (error) {
      return { error };
    }
  }

  function decide(pending: PendingRequest, left: number): Outcome<Stamp | null> {
    expectNotEnded(pending);
    const snapshot = actor.getSnapshot();
    if (!hasSession(snapshot)) return withoutToken(pending);
    bindTo(pending, snapshot);
    if (snapshot.hasTag('attach')) return withToken(pending, left);
    if (snapshot.hasTag('due')) return startRefresh(pending, left);
    if (snapshot.hasTag('refuse')) return expire(pending);
    pending.round ??= snapshot.context.rounds;
    if (pauseLeft(snapshot.context, clock.now()) > left) throw unavailable(parts, actor);
    if (snapshot.hasTag('offline') && !settings.hold.whileOffline) throw unavailable(parts, actor);
    return null;
  }

  /** A request belongs to one user and, unless it may wait for that user's next sign-in, to one session. */
  function whyEnded({ epoch, sessionId: bound }: PendingRequest): SessionError | null {
    const closed = whyClosed(disposal, actor);
    if (closed !== null) return closed;
    const snapshot = actor.getSnapshot();
    const { sessionId, reason } = snapshot.context;
    const isOfOther = epoch !== null && epoch !== credentials.epoch();
    if (!hasSession(snapshot)) return isOfOther ? new LoggedOutError(reason) : null;
    const isOfNext = bound !== null && bound !== sessionId;
    return isOfOther || (isOfNext && settings.hold.whileExpired === false)
      ? new IdentityChangedError()
      : null;
  }

  /** @throws {SessionError} its session has ended */
  function expectNotEnded(pending: PendingRequest): void {
    const ended = whyEnded(pending);
    if (ended !== null) throw ended;
  }

  function bindTo(pending: PendingRequest, { context }: Snapshot): void {
    pending.epoch = credentials.epoch();
    pending.sessionId = context.sessionId;
  }

  function withoutToken(pending: PendingRequest): { pass: null } {
    if (pending.auth === 'required') throw new NotAuthenticatedError(pending.what);
    return { pass: null };
  }

  function withToken(pending: PendingRequest, left: number): Outcome<Stamp | null> {
    const session = credentials.current();
    if (session === null) throw new NotAuthenticatedError(pending.what);
    // The machine is about to make a transition, after which requests are checked again.
    if (session.sessionId !== pending.sessionId) return null;
    // Timers may have slept: a token that is known to be expired is never sent.
    if (session.expiresAt !== null && session.expiresAt <= clock.now()) return startRefresh(pending, left);
    pending.round = null;
    return { pass: { sessionId: session.sessionId, generation: session.generation } };
  }

  function startRefresh(pending: PendingRequest, left: number): Outcome<Stamp | null> {
    const before = actor.getSnapshot();
    const { rounds } = before.context;
    if (pending.round !== null && pending.round < rounds) throw unavailable(parts, actor);
    pending.round = rounds;
    actor.send({ type: 'accessToken.due', at: clock.now() });
    // During a notification, the machine makes its transition later, and requests are checked again then.
    return actor.getSnapshot() === before ? null : decide(pending, left);
  }

  function expire(pending: PendingRequest): null {
    if (settings.hold.whileExpired === false || !pending.isRequest)
      throw new SessionExpiredError(actor.getSnapshot().context.reason);
    return null;
  }

  /** The error of a timeout, which is the failed refresh if there was one. */
  function timedOut(timeout: number): Error {
    const snapshot = actor.getSnapshot();
    const isFailing = snapshot.hasTag('hold') && snapshot.context.failure !== null;
    return isFailing ? unavailable(parts, actor) : new HoldTimeoutError(timeout);
  }

  const isRefusing = () => actor.getSnapshot().hasTag('refuse');

  async function holdRequest(pending: PendingRequest, signal: AbortSignal | null): Promise<Stamp | null> {
    observation.observer?.held(pending);
    for (;;) {
      // The check may have caused a transition already, and requests that do not wait yet were skipped then.
      const found = check(pending, pending.timeout);
      if (found !== null) return passOf(found);
      const waitsForUser = isRefusing();
      const timeout = waitsForUser ? Number(settings.hold.whileExpired) : pending.timeout;
      const pass = await hold.wait(
        (left) => check(pending, left) ?? (waitsForUser === isRefusing() ? null : { pass: 'again' }),
        { signal, timeout, isCounted: pending.isRequest, timedOut: () => timedOut(timeout) },
      );
      if (pass !== 'again') return pass;
    }
  }

  /** A store may be slow, or hang: a request waits for it no longer than its own signal allows. */
  function untilEnded(looking: Promise<void>, signal: AbortSignal | null): Promise<void> {
    const looked = untilAborted(looking, disposal);
    return signal === null ? looked : untilAborted(looked, signal);
  }

  async function enter(pending: PendingRequest, signal: AbortSignal | null): Promise<Stamp | null> {
    throwIfAborted(signal);
    const snapshot = actor.getSnapshot();
    if (pending.sessionId === null && hasSession(snapshot)) {
      expectNotEnded(pending);
      bindTo(pending, snapshot);
    }
    const looking = glance();
    if (looking !== null) {
      await untilEnded(looking, signal);
      throwIfAborted(signal);
    }
    const found = decide(pending, pending.timeout);
    return found === null ? holdRequest(pending, signal) : passOf(found);
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
    whyEnded,
    review: hold.review,
    neededFor: hold.longest,
  };
}

function passOf<Found>(outcome: NonNullable<Outcome<Found>>): Found {
  if ('error' in outcome) throw outcome.error;
  return outcome.pass;
}
