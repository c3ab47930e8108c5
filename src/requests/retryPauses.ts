import { followSignals } from '../platform/abort.ts';
import type { PendingRequest } from './pendingRequest.ts';

/** A call of ky that may be waiting for its next attempt, where neither the session nor `fetch` sees it. */
export interface RetryPause {
  readonly pending: PendingRequest;
  /** Whether ky may be waiting: an attempt has ended, and the next one has not begun. */
  isOpen: boolean;
  /** Why it has been ended; `null` while it has not. */
  error: Error | null;
  /** Ends ky's wait. */
  end(this: void, error: unknown): void;
}

/** The calls of ky that are under way, so that the end of a session ends their pauses at once. */
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
 * Gives calls of a ky of the program's own, which does not tell when a call is over, a signal that ends their pauses.
 * ky's pause listens to the signal of a call and to nothing else.
 *
 * @returns the signal that takes the place of the caller's
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
