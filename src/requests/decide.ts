import { pauseLeft, type Stamp } from '../../machines/index.ts';
import {
  IdentityChangedError,
  LoggedOutError,
  NotAuthenticatedError,
  SessionExpiredError,
  type SessionError,
} from '../errors/errors.ts';
import type { PendingRequest } from './pendingRequest.ts';
import {
  hasSession,
  requestTagOf,
  unavailable,
  whyClosed,
  type RequestParts,
  type RequestTag,
} from './sessionState.ts';

/** A request is sent with credentials, sent without any (`null`), or waits. */
export type Decision = Stamp | null | 'wait';

/** @throws {SessionError} the request is refused */
type Rule = (parts: RequestParts, pending: PendingRequest, left: number) => Decision;

/** What happens to a request of the session, by the tag of the session's state. */
const rules: Readonly<Record<RequestTag, Rule>> = {
  /** The tokens are in use: sends it with the access token. */
  attach: sendWithToken,
  /** The access token is due: starts a refresh, and waits for it. */
  due: startRefresh,
  /** The session is being restored or refreshed: waits, unless it cannot wait long enough. */
  hold: waitForTokens,
  /** The session has expired: refuses it, or waits until the user signs in again (`hold.whileExpired`). */
  refuse: waitForUser,
};

/**
 * Decides what to do with a request that can wait for `left` milliseconds. Without a session, it is sent without a token.
 *
 * @throws {SessionError} the request is refused
 */
export function decide(parts: RequestParts, pending: PendingRequest, left: number): Decision {
  expectNotEnded(parts, pending);
  bind(parts, pending);
  const tag = requestTagOf(parts.actor.getSnapshot());
  if (tag !== undefined) return rules[tag](parts, pending, left);
  if (pending.auth === 'required') throw new NotAuthenticatedError(pending.what);
  return null;
}

/** A request belongs to one user and, unless it may wait for that user's next sign-in, to one session. */
export function whyEnded(
  { actor, credentials, disposal, settings }: RequestParts,
  { epoch, sessionId: bound }: PendingRequest,
): SessionError | null {
  const closed = whyClosed(disposal, actor);
  if (closed !== null) return closed;
  const snapshot = actor.getSnapshot();
  const { sessionId, reason } = snapshot.context;
  const isOfOther = epoch !== null && epoch !== credentials.epoch();
  if (!hasSession(snapshot)) return isOfOther ? new LoggedOutError(reason) : null;
  const isOfNext = bound !== null && bound !== sessionId;
  return isOfOther || (isOfNext && settings.hold.whileExpired === false) ? new IdentityChangedError() : null;
}

/** @throws {SessionError} the session of the request has ended */
export function expectNotEnded(parts: RequestParts, pending: PendingRequest): void {
  const ended = whyEnded(parts, pending);
  if (ended !== null) throw ended;
}

/** Binds a request to the current user and session, if there is one. */
export function bind({ actor, credentials }: RequestParts, pending: PendingRequest): void {
  const snapshot = actor.getSnapshot();
  if (!hasSession(snapshot)) return;
  pending.epoch = credentials.epoch();
  // If the session has expired, the same user may sign in before the request is sent.
  if (!snapshot.hasTag('refuse')) pending.sessionId = snapshot.context.sessionId;
}

function sendWithToken(parts: RequestParts, pending: PendingRequest, left: number): Decision {
  const decision = currentStamp(parts, pending);
  if (decision === 'wait') return decision;
  // A timer may be late after a sleep, so compare with the clock: an expired token is never sent.
  if (hasExpired(parts)) return startRefresh(parts, pending, left);
  pending.round = null;
  return decision;
}

function currentStamp({ credentials }: RequestParts, pending: PendingRequest): Decision {
  const session = credentials.current();
  if (session === null) throw new NotAuthenticatedError(pending.what);
  const { sessionId, generation } = session;
  // The machine is about to make a transition, and requests are checked again after it.
  return sessionId === pending.sessionId ? { sessionId, generation } : 'wait';
}

function hasExpired({ credentials, settings }: RequestParts): boolean {
  const expiresAt = credentials.current()?.expiresAt ?? null;
  return expiresAt !== null && expiresAt <= settings.environment.clock.now();
}

function startRefresh(parts: RequestParts, pending: PendingRequest, left: number): Decision {
  const { actor, settings } = parts;
  const before = actor.getSnapshot();
  const { rounds, failure } = before.context;
  if (pending.round !== null && pending.round < rounds) {
    // The tokens that this request has waited for are due already, but still work.
    if (failure === null && !hasExpired(parts)) return currentStamp(parts, pending);
    throw unavailable(parts, actor);
  }
  pending.round = rounds;
  actor.send({ type: 'accessToken.due', at: settings.environment.clock.now() });
  // During a notification, the machine makes its transition later, and requests are checked again then.
  return actor.getSnapshot() === before ? 'wait' : decide(parts, pending, left);
}

function waitForTokens(parts: RequestParts, pending: PendingRequest, left: number): Decision {
  const { actor, settings } = parts;
  const snapshot = actor.getSnapshot();
  pending.round ??= snapshot.context.rounds;
  const isTooLong = pauseLeft(snapshot.context, settings.environment.clock.now()) > left;
  const isRefused = snapshot.hasTag('offline') && !settings.hold.whileOffline;
  if (isTooLong || isRefused) throw unavailable(parts, actor);
  return 'wait';
}

function waitForUser({ actor, settings }: RequestParts, pending: PendingRequest): Decision {
  if (settings.hold.whileExpired === false || !pending.isRequest)
    throw new SessionExpiredError(actor.getSnapshot().context.reason);
  // The refresh that has ended the session says nothing about the tokens of the next sign-in, which may have to be refreshed.
  pending.round = null;
  return 'wait';
}
