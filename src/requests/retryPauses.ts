import { followSignals } from '../platform/abort.ts';
import type { PendingRequest } from './pendingRequest.ts';

/** A call of ky that may be waiting for its next attempt, where neither the session nor `fetch` sees it. */
export interface RetryPause {
  readonly pending: PendingRequest;
  /** Whether ky may be waiting: an attempt has ended, and the next one has not begun. */
  isOpen: boolean;
  /** Why the pause was ended, or `null`. */
  error: Error | null;
  /** Ends ky's wait. */
  end(this: void, error: unknown): void;
}

/** The pending ky calls, so that the end of a session ends their pauses at once. */
export interface RetryPauses {
  add(this: void, pause: RetryPause): void;
  delete(this: void, pause: RetryPause): void;
  /** Ends each pause whose session has ended. */
  review(): void;
}

export function createRetryPauses(
  whyEnded: (pending: PendingRequest) => Error | null,
  fail: (pending: PendingRequest, error: Error) => void,
): RetryPauses {
  const pauses = new Set<RetryPause>();
  return {
    add: (pause) => void pauses.add(pause),
    delete: (pause) => void pauses.delete(pause),
    review() {
      for (const pause of pauses) {
        const error = pause.isOpen ? whyEnded(pause.pending) : null;
        if (error === null) continue;
        pauses.delete(pause);
        pause.error = error;
        fail(pause.pending, error);
        pause.end(error);
      }
    },
  };
}

/**
 * Gives calls of a custom ky instance a signal that ends their pauses. Such an instance does not report when a call is over,
 * and ky's pause listens only to the signal of the call.
 *
 * @returns the signal that replaces the caller's
 */
export function createPauseEnder({ add, delete: remove }: Pick<RetryPauses, 'add' | 'delete'>) {
  let registry: FinalizationRegistry<() => void> | null = null;
  return (pause: RetryPause, signal: AbortSignal, call: object): AbortSignal => {
    if (!('FinalizationRegistry' in globalThis)) return signal;
    const following = followSignals([signal]);
    pause.end = following.abort;
    add(pause);
    registry ??= new FinalizationRegistry((release) => release());
    registry.register(call, () => {
      remove(pause);
      following.release();
    });
    return following.signal;
  };
}
