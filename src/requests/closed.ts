import type { EndSignal } from '../platform/abort.ts';
import { SessionDisposedError, SessionStoppedError, type SessionError } from '../errors/errors.ts';
import type { SessionActor } from '../session/sessionActor.ts';

/** Returns why the session cannot be used any more, or `null` if it can. */
export function whyClosed(disposal: EndSignal, actor: SessionActor): SessionError | null {
  if (disposal.aborted) return new SessionDisposedError();
  return isRunning(actor) ? null : new SessionStoppedError();
}

/** @throws {SessionDisposedError | SessionStoppedError} the session cannot be used any more */
export function expectOpen(disposal: EndSignal, actor: SessionActor): void {
  const closed = whyClosed(disposal, actor);
  if (closed !== null) throw closed;
}

/** An error inside the machine stops it, and so does `session.actor.stop()`. It never starts again. */
export function isRunning(actor: SessionActor): boolean {
  return actor.getSnapshot().status === 'active';
}
