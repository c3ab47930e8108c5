import { pauseLeft, type SessionTag } from '../../machines/index.ts';
import {
  RefreshUnavailableError,
  SessionDisposedError,
  SessionStoppedError,
  type SessionError,
} from '../errors/errors.ts';
import type { EndSignal } from '../platform/abort.ts';
import type { ObserverSlot } from '../server/requestObserver.ts';
import type { SessionActor } from '../session/sessionActor.ts';
import type { Settings } from '../session/settings.ts';
import type { Credentials } from '../store/credentials.ts';

/** What the request layer needs from its session. */
export interface RequestParts {
  readonly actor: SessionActor;
  readonly settings: Pick<Settings<unknown, never>, 'environment' | 'hold' | 'origins' | 'server'>;
  readonly credentials: Pick<Credentials<unknown>, 'current' | 'epoch' | 'identity' | 'isCurrent'>;
  /** Aborted by `dispose()`: nothing is sent afterwards. */
  readonly disposal: EndSignal;
  readonly observation: ObserverSlot;
  /** The error of the last refresh that failed; the machine itself holds only its code. */
  readonly lastError: { readonly refresh: Error | null };
}

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

/** The tags that decide what happens to a request. A state has one of them, or none if there is no session. */
const requestTags = ['attach', 'due', 'hold', 'refuse'] as const satisfies readonly SessionTag[];

export type RequestTag = (typeof requestTags)[number];

type Snapshot = ReturnType<SessionActor['getSnapshot']>;

export function requestTagOf(snapshot: Snapshot): RequestTag | undefined {
  return requestTags.find((tag) => snapshot.hasTag(tag));
}

/** Whether there is a session, or may be one. Without a session, requests are sent without a token. */
export function hasSession(snapshot: Snapshot): boolean {
  return requestTagOf(snapshot) !== undefined;
}

/** Creates the error for a failed refresh: the last failure, and the time to wait. */
export function unavailable(
  {
    lastError,
    settings,
  }: Pick<RequestParts, 'lastError'> & { readonly settings: Pick<RequestParts['settings'], 'environment'> },
  actor: SessionActor,
): RefreshUnavailableError {
  const { context } = actor.getSnapshot();
  const wait = pauseLeft(context, settings.environment.clock.now());
  const cause = lastError.refresh;
  return new RefreshUnavailableError(context.failure, {
    retryAfter: wait > 0 ? wait : null,
    ...(cause !== null && { cause }),
  });
}
