import { IdentityChangedError, LoggedOutError, SessionDisposedError } from '../errors/errors.ts';
import type { StoreWatcher } from '../session/storeWatcher.ts';
import type { SessionActor } from '../session/sessionActor.ts';
import { hasSession, whyClosed, type RequestParts } from './sessionState.ts';
import { bind, whyEnded } from './decide.ts';
import { createInFlightRequests } from './inFlightRequests.ts';
import { createJudge, type Judge } from './judge.ts';
import { createPendingRequest, type PendingRequest, type PendingRequestOptions } from './pendingRequest.ts';
import { endPauses, type RetryPause } from './retryPauses.ts';
import { createSender, type Sender } from './sender.ts';
import { createSessionWait, type SessionWait } from './waitForSession.ts';

/** The layer between requests and the session. It does not depend on an HTTP client or on names of states. */
export interface RequestLayer extends Sender, Pick<SessionWait, 'wait' | 'neededFor'> {
  /** Starts to follow a request, and binds it to the current user. */
  begin(this: void, auth: unknown, options?: Partial<PendingRequestOptions>): PendingRequest;
  readonly judge: Judge;
  /** The calls of ky that may be waiting for their next attempt. The end of their session ends them. */
  readonly pauses: Set<RetryPause>;
  /** Call this after every transition of the machine. */
  review(): void;
}

export function createRequestLayer(
  parts: RequestParts,
  storeWatcher: Pick<StoreWatcher, 'checkBeforeRequest'>,
): RequestLayer {
  const { actor, credentials, settings, disposal } = parts;
  const inFlight = createInFlightRequests();
  const waiting = createSessionWait(parts, storeWatcher);
  const { wait, neededFor } = waiting;
  const sender = createSender(parts, waiting, inFlight);
  const pauses = new Set<RetryPause>();
  let reviewed: ReturnType<SessionActor['getSnapshot']> | null = null;

  function reviewHeld(): void {
    waiting.review();
    endPauses(pauses, (pending) => whyEnded(parts, pending), sender.fail);
  }

  disposal.addEventListener('abort', () => {
    inFlight.abort(() => new SessionDisposedError());
    reviewHeld();
  });
  return {
    ...sender,
    wait,
    neededFor,
    pauses,
    judge: createJudge(parts, { wait, fail: sender.fail }),
    begin(auth, { timeout = Infinity, ...options } = {}) {
      const limit = Math.min(timeout, settings.hold.timeout);
      const pending = createPendingRequest(auth, { ...options, timeout: limit });
      bind(parts, pending);
      return pending;
    },
    review() {
      const snapshot = actor.getSnapshot();
      // If a thousand requests are refused, only the first of their events has an effect: check nothing after the others.
      if (snapshot === reviewed) return;
      reviewed = snapshot;
      const closed = whyClosed(disposal, actor);
      if (closed !== null) inFlight.abort(() => closed);
      else if (inFlight.epoch !== null && inFlight.epoch !== credentials.epoch()) {
        const { reason } = snapshot.context;
        inFlight.abort(() =>
          hasSession(snapshot) ? new IdentityChangedError() : new LoggedOutError(reason),
        );
      }
      reviewHeld();
    },
  };
}
