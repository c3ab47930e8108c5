import type { Clock } from '../platform/clock.ts';
import { HoldLimitError } from '../errors/errors.ts';
import { reasonOf, throwIfAborted } from '../platform/abort.ts';

/** The result of checking a waiting request: it can be sent, it is refused, or (`null`) it keeps waiting. */
export type Outcome<Pass> = { readonly pass: Pass } | { readonly error: unknown } | null;

export interface Wait {
  readonly signal: AbortSignal | null;
  /** Milliseconds. */
  readonly timeout: number;
  /** Whether it counts towards `hold.limit`. */
  readonly isCounted: boolean;
  /** Creates the error for a timeout. */
  readonly timedOut: () => Error;
}

/** The requests that wait, in the order of their arrival. */
export interface Hold<Pass> {
  /**
   * Waits until `look` returns a result. `look` receives the remaining time in milliseconds.
   *
   * @throws {HoldLimitError} at once, if `hold.limit` requests are waiting
   * @throws the error of `timedOut`, after `timeout`
   * @throws the reason of `signal`, as soon as it is aborted
   */
  wait(look: (left: number) => Outcome<Pass>, wait: Wait): Promise<Pass>;
  /** Checks each waiting request again. */
  review(this: void): void;
  /** The longest remaining time of the waiting requests, in milliseconds, or `null` if none waits. */
  longest(this: void): number | null;
}

interface Waiter<Pass> {
  look(left: number): Outcome<Pass>;
  /** Milliseconds. */
  left(): number;
  settle(outcome: NonNullable<Outcome<Pass>>): void;
}

export function createHold<Pass>({ clock, limit }: { clock: Clock; limit: number }): Hold<Pass> {
  const waiters = new Set<Waiter<Pass>>();
  let counted = 0;

  async function enter(
    look: Waiter<Pass>['look'],
    { signal, timeout, isCounted, timedOut }: Wait,
  ): Promise<Pass> {
    const deadline = clock.now() + timeout;
    const outcome = await new Promise<NonNullable<Outcome<Pass>>>((resolve) => {
      const waiter: Waiter<Pass> = {
        look,
        // The timer decides, not the clock: a time after the deadline or before the start means that the clock was set.
        left() {
          const left = deadline - clock.now();
          return left >= 0 && left <= timeout ? left : timeout;
        },
        settle(found) {
          if (waiters.delete(waiter) && isCounted) counted -= 1;
          cancel();
          signal?.removeEventListener('abort', leave);
          resolve(found);
        },
      };
      const leave = () => {
        // The caller's reason may be any value, as in `fetch`.
        if (signal !== null) waiter.settle({ error: reasonOf(signal) });
      };
      const cancel = clock.schedule(
        () => {
          waiter.settle({ error: timedOut() });
        },
        timeout,
        true,
      );
      signal?.addEventListener('abort', leave, { once: true });
      waiters.add(waiter);
      if (isCounted) counted += 1;
    });
    if ('error' in outcome) throw outcome.error;
    return outcome.pass;
  }

  return {
    async wait(look, wait) {
      throwIfAborted(wait.signal);
      if (wait.isCounted && counted >= limit) throw new HoldLimitError(limit);
      return enter(look, wait);
    },
    review() {
      for (const waiter of waiters) {
        const outcome = waiter.look(waiter.left());
        if (outcome !== null) waiter.settle(outcome);
      }
    },
    longest: () => (waiters.size === 0 ? null : Math.max(...Array.from(waiters, (waiter) => waiter.left()))),
  };
}
