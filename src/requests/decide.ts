import { pauseLeft, type Stamp } from '../../machines/index.ts';
import {
  IdentityChangedError,
  LoggedOutError,
  NotAuthenticatedError,
  SessionExpiredError,
  type SessionError,
} from '../errors/errors.ts';
import type { SessionActor } from '../session/sessionActor.ts';
import { hasSession, unavailable, whyClosed, type RequestParts } from './sessionState.ts';
import type { Outcome } from './waitForSession.ts';
import type { PendingRequest } from './pendingRequest.ts';

/** What determines whether a request can be sent. */
export type Decision<User, Login> = Pick<
  RequestParts<User, Login>,
  'settings' | 'credentials' | 'disposal' | 'lastError'
> & { readonly actor: SessionActor };

/**
 * Decides what to do with a request that can wait for `left` milliseconds: send it with credentials, send it without, or
 * let it wait (`null`). Reads tags of the state, never its name.
 *
 * @throws {SessionError} the request is refused
 */
export function decide<User, Login>(
  by: Decision<User, Login>,
  pending: PendingRequest,
  left: number,
): Outcome<Stamp | null> {
  const { actor, settings } = by;
  expectNotEnded(by, pending);
  const snapshot = actor.getSnapshot();
  if (!hasSession(snapshot)) return withoutToken(pending);
  bindTo(by, pending);
  if (snapshot.hasTag('attach')) return withToken(by, pending, left);
  if (snapshot.hasTag('due')) return startRefresh(by, pending, left);
  if (snapshot.hasTag('refuse')) return expire(by, pending);
  pending.round ??= snapshot.context.rounds;
  if (pauseLeft(snapshot.context, settings.environment.clock.now()) > left) throw unavailable(by, actor);
  if (snapshot.hasTag('offline') && !settings.hold.whileOffline) throw unavailable(by, actor);
  return null;
}

/** A request belongs to one user and, unless it may wait for that user's next sign-in, to one session. */
export function whyEnded<User, Login>(
  { actor, credentials, disposal, settings }: Decision<User, Login>,
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
export function expectNotEnded<User, Login>(by: Decision<User, Login>, pending: PendingRequest): void {
  const ended = whyEnded(by, pending);
  if (ended !== null) throw ended;
}

/** Binds a request to the current session. */
export function bindTo<User, Login>(
  { actor, credentials }: Decision<User, Login>,
  pending: PendingRequest,
): void {
  pending.epoch = credentials.epoch();
  pending.sessionId = actor.getSnapshot().context.sessionId;
}

function withoutToken(pending: PendingRequest): { pass: null } {
  if (pending.auth === 'required') throw new NotAuthenticatedError(pending.what);
  return { pass: null };
}

function withToken<User, Login>(
  by: Decision<User, Login>,
  pending: PendingRequest,
  left: number,
): Outcome<Stamp | null> {
  const session = by.credentials.current();
  if (session === null) throw new NotAuthenticatedError(pending.what);
  const { sessionId, generation, expiresAt } = session;
  // The machine is about to make a transition, and requests are checked again after it.
  if (sessionId !== pending.sessionId) return null;
  // A timer may be late after a sleep, so compare with the clock: an expired token is never sent.
  const { clock } = by.settings.environment;
  if (expiresAt !== null && expiresAt <= clock.now()) return startRefresh(by, pending, left);
  pending.round = null;
  return { pass: { sessionId, generation } };
}

function startRefresh<User, Login>(
  by: Decision<User, Login>,
  pending: PendingRequest,
  left: number,
): Outcome<Stamp | null> {
  const { actor, settings } = by;
  const before = actor.getSnapshot();
  const { rounds } = before.context;
  if (pending.round !== null && pending.round < rounds) throw unavailable(by, actor);
  pending.round = rounds;
  actor.send({ type: 'accessToken.due', at: settings.environment.clock.now() });
  // During a notification, the machine makes its transition later, and requests are checked again then.
  return actor.getSnapshot() === before ? null : decide(by, pending, left);
}

function expire<User, Login>(
  { actor, settings }: Decision<User, Login>,
  { isRequest }: PendingRequest,
): null {
  if (settings.hold.whileExpired === false || !isRequest)
    throw new SessionExpiredError(actor.getSnapshot().context.reason);
  return null;
}
