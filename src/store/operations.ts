import type { Clock } from '../platform/clock.ts';
import { isThenable, type Awaitable } from '../platform/thenable.ts';
import { startTimeout } from '../platform/timeout.ts';

/** Runs the operations of a store that may be slow or hang: one after another, and each for a limited time. */
export interface Operations {
  /** Runs an operation that does not reject, after those before it. It is synchronous if none is pending. */
  inOrder<Result>(this: void, operation: () => Awaitable<Result>): Awaitable<Result>;
  /** Rejects when the operation takes too long, and at once while an operation that was given up has not settled. */
  inTime<Result>(this: void, operation: PromiseLike<Result>): Promise<Result>;
  /** Whether an operation that was given up has not settled: until then the store counts as gone. */
  isStuck(this: void): boolean;
}

export interface OperationsOptions {
  readonly clock: Clock;
  /** Milliseconds that an operation may take. */
  readonly timeout: number;
}

/** @param onSettled - called when an operation that was given up has settled after all */
export function createOperations({ clock, timeout }: OperationsOptions, onSettled: () => void): Operations {
  let pending: PromiseLike<unknown> | null = null;
  let stuck: PromiseLike<unknown> | null = null;

  function giveUp(operation: PromiseLike<unknown>): void {
    const free = () => {
      if (stuck !== operation) return;
      stuck = null;
      onSettled();
    };
    stuck = operation;
    void operation.then(free, free);
  }

  return {
    inOrder(operation) {
      const turn = pending === null ? operation() : pending.then(operation);
      if (!isThenable(turn)) return turn;
      pending = turn;
      void turn.then(() => {
        if (pending === turn) pending = null;
      });
      return turn;
    },
    inTime: (operation) =>
      new Promise((resolve, reject) => {
        const fail = () => reject(new Error('The store does not respond'));
        const settled = operation.then(resolve, reject);
        if (stuck !== null) {
          fail();
          return;
        }
        const cancel = startTimeout(clock, { limit: timeout, isAwaited: true }, () => {
          giveUp(operation);
          fail();
        });
        void settled.then(cancel);
      }),
    isStuck: () => stuck !== null,
  };
}
