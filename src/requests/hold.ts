import type { Clock } from '../platform/clock.ts';
import { HoldLimitError } from '../errors/errors.ts';
import { reasonOf, throwIfAborted } from '../platform/abort.ts';

/** What a look at a waiting request may find: it can go, and with what; it is refused; or it waits on. */
export type Outcome<Pass> = { readonly pass: Pass } | { readonly error: unknown } | null;

export interface Wait {
  readonly signal: AbortSignal | null;
  /** Milliseconds. */
  readonly timeout: number;
  /** Whether it counts among those that `hold.limit` bounds. */
  readonly isCounted: boolean;
  /** The error of one that has waited in vain. */
  readonly timedOut: () => Error;
}

/** The requests that wait, in the order of their arrival. */
export interface Hold<Pass> {
  /**
   * Waits until `look` finds something. It is told how many milliseconds the wait may still last.
   *
   * @throws {HoldLimitError} at once, where as many are waiting as may
   * @throws what `timedOut` makes, after `timeout`
   * @throws the reason of `signal`, as soon as it is aborted
   */
  wait(look: (left: number) => Outcome<Pass>, wait: Wait): Promise<Pass>;
  /** Looks at each of them again. */
  review(this: void): void;
  /** Milliseconds that the most patient of them can still wait; `null` where none waits. */
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
        // The timer counts, not the clock: one that is past the deadline, or before the beginning, was set meanwhile.
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
        // Whatever the caller gave as the reason, as `fetch` hands it on: an error, or not.
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
