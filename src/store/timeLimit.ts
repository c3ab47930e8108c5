import type { Clock } from '../platform/clock.ts';
import { startTimeout } from '../platform/timeout.ts';

/** Gives up operations that take too long. */
export interface TimeLimit {
  /** Rejects when the operation takes too long, and at once while an operation that was given up has not settled. */
  run<Result>(operation: PromiseLike<Result>): Promise<Result>;
  /** Whether an operation that was given up has not settled: until then the store counts as gone. */
  isStuck(): boolean;
}

interface TimeLimitOptions {
  readonly clock: Clock;
  /** Milliseconds that an operation may take. */
  readonly timeout: number;
}

/** @param onSettled - called when an operation that was given up has settled after all */
export function createTimeLimit(options: TimeLimitOptions, onSettled: () => void): TimeLimit {
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
    async run(operation) {
      if (stuck !== null) {
        operation.then(ignore, ignore);
        throw new Error('The store is busy with an operation that was given up');
      }
      try {
        return await inTime(operation, options);
      } catch (error) {
        if (error instanceof StoreTimeoutError) giveUp(operation);
        throw error;
      }
    },
    isStuck: () => stuck !== null,
  };
}

function ignore(): void {
  // The operation was given up, and its failure has been reported.
}

class StoreTimeoutError extends Error {}

function inTime<Result>(
  operation: PromiseLike<Result>,
  { clock, timeout }: TimeLimitOptions,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const cancel = startTimeout(clock, { limit: timeout, isAwaited: true }, () => {
      reject(new StoreTimeoutError('The store did not answer in time'));
    });
    void operation.then(resolve, reject).then(cancel);
  });
}
