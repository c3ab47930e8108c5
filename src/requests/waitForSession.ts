import type { Stamp } from '../../machines/index.ts';
import { HoldLimitError, HoldTimeoutError } from '../errors/errors.ts';
import { createEnd, reasonOf, throwIfAborted, untilAborted, type EndController } from '../platform/abort.ts';
import type { Awaitable } from '../platform/thenable.ts';
import type { StoreWatcher } from '../session/storeWatcher.ts';
import { bind, decide, expectNotEnded, type Decision } from './decide.ts';
import type { PendingRequest } from './pendingRequest.ts';
import { unavailable, type RequestParts } from './sessionState.ts';

/** Decides when a request may be sent: at once, after a wait, or never. */
export interface SessionWait {
  /**
   * Waits until the request may be sent, with the returned credentials or without any (`null`). Returns a promise only if
   * the request has to wait, and may throw synchronously.
   *
   * @throws {SessionError} the request is refused
   * @throws {HoldLimitError} at once, if `hold.limit` requests are waiting
   * @throws {HoldTimeoutError | RefreshUnavailableError} after the time limit
   * @throws the reason of `signal`, as soon as it is aborted
   */
  wait(this: void, pending: PendingRequest, signal: AbortSignal | null): Awaitable<Stamp | null>;
  /** Checks each waiting request again. */
  review(this: void): void;
  /** The longest remaining time of the waiting requests, in milliseconds, or `null` if none waits. */
  neededFor(this: void): number | null;
}

/** A request that waits. */
interface HeldRequest {
  /** Checks the request again. */
  review(): void;
  /** The remaining time, in milliseconds. */
  left(): number;
}

export function createSessionWait(
  parts: RequestParts,
  { checkBeforeRequest }: Pick<StoreWatcher, 'checkBeforeRequest'>,
): SessionWait {
  const { observation } = parts;
  const checks = createCheckWait(parts);
  // In the order of their arrival.
  const held = new Set<HeldRequest>();
  const hold = createHold(parts, held);

  async function waitLonger(
    pending: PendingRequest,
    signal: AbortSignal | null,
    checking: Promise<void> | null,
  ): Promise<Stamp | null> {
    if (checking !== null) await checks.untilDone(checking, pending, signal);
    let decision = checking === null ? 'wait' : decide(parts, pending, pending.timeout);
    if (decision === 'wait') observation.observer?.held(pending);
    while (decision === 'wait') {
      // The observer may have caused a transition, and requests that were not waiting yet have missed it.
      decision = decide(parts, pending, pending.timeout);
      if (decision === 'wait') decision = await hold(pending, signal);
    }
    return decision;
  }

  function fail(pending: PendingRequest, error: unknown): never {
    observation.observer?.failed(pending, error);
    throw error;
  }

  return {
    wait(pending, signal) {
      try {
        throwIfAborted(signal);
        if (pending.sessionId === null) {
          expectNotEnded(parts, pending);
          bind(parts, pending);
        }
        const checking = checkBeforeRequest();
        const decision = checking === null ? decide(parts, pending, pending.timeout) : 'wait';
        if (decision !== 'wait') return decision;
        return waitLonger(pending, signal, checking).catch((error: unknown) => fail(pending, error));
      } catch (error) {
        return fail(pending, error);
      }
    },
    review() {
      checks.review();
      for (const request of held) request.review();
    },
    neededFor: () => (held.size === 0 ? null : Math.max(...Array.from(held, (request) => request.left()))),
  };
}

/**
 * Creates a function that holds a request until it may be sent, or until the session expires or the user signs in again:
 * then the other time limit applies, and the request waits (`'wait'`) anew.
 */
function createHold(parts: RequestParts, held: Set<HeldRequest>) {
  const { actor, settings } = parts;
  const { clock } = settings.environment;
  const { limit, whileExpired } = settings.hold;
  let counted = 0;
  const isExpired = () => actor.getSnapshot().hasTag('refuse');

  return async (pending: PendingRequest, signal: AbortSignal | null): Promise<Decision> => {
    throwIfAborted(signal);
    if (pending.isRequest && counted >= limit) throw new HoldLimitError(limit);
    const waitsForUser = isExpired();
    const timeout = waitsForUser ? Number(whileExpired) : pending.timeout;
    const deadline = clock.now() + timeout;

    const enter = (resolve: (decision: Decision) => void, reject: (error: unknown) => void): void => {
      const settle = <Value>(done: (value: Value) => void, value: Value): void => {
        if (held.delete(request) && pending.isRequest) counted -= 1;
        cancel();
        signal?.removeEventListener('abort', abort);
        done(value);
      };
      const request: HeldRequest = {
        // The timer decides, not the clock: a time after the deadline or before the start means that the clock was set.
        left() {
          const left = deadline - clock.now();
          return left >= 0 && left <= timeout ? left : timeout;
        },
        review() {
          try {
            const decision = decide(parts, pending, request.left());
            if (decision !== 'wait' || waitsForUser !== isExpired()) settle(resolve, decision);
          } catch (error) {
            settle(reject, error);
          }
        },
      };
      const abort = (): void => {
        // The caller's reason may be any value, as in `fetch`.
        if (signal !== null) settle(reject, reasonOf(signal));
      };
      const cancel = clock.schedule(() => settle(reject, timedOut(parts, timeout)), timeout, true);
      signal?.addEventListener('abort', abort, { once: true });
      held.add(request);
      if (pending.isRequest) counted += 1;
    };
    return new Promise(enter);
  };
}

/** Creates the error for a timeout: the failed refresh, if there was one. */
function timedOut(parts: RequestParts, timeout: number): Error {
  const snapshot = parts.actor.getSnapshot();
  const isFailing = snapshot.hasTag('hold') && snapshot.context.failure !== null;
  return isFailing ? unavailable(parts, parts.actor) : new HoldTimeoutError(timeout);
}

/** Waits for a check of the store, which may hang: the end of the session and the caller's signal end the wait at once. */
function createCheckWait(parts: RequestParts) {
  /** Aborted by the next transition. */
  let transition: EndController | null = null;
  return {
    review() {
      transition?.abort();
      transition = null;
    },
    async untilDone(
      checking: Promise<void>,
      pending: PendingRequest,
      signal: AbortSignal | null,
    ): Promise<void> {
      const checked = checking.then(() => true);
      for (let isChecked = false; !isChecked;) {
        transition ??= createEnd();
        const { signal: changed } = transition;
        const next = untilAborted(checked, changed).catch((error: unknown) => {
          if (changed.aborted) return false;
          throw error;
        });
        isChecked = await (signal === null ? next : untilAborted(next, signal));
        throwIfAborted(signal);
        expectNotEnded(parts, pending);
      }
    },
  };
}
