import type { Clock } from '../environment.ts';
import { HoldLimitError, HoldTimeoutError } from '../errors.ts';
import { reasonOf, throwIfAborted } from '../abort.ts';

/** What a look at a waiting request may find: it can go, and with what; it is refused; or it waits on. */
export type Outcome<Pass> = { readonly pass: Pass } | { readonly error: unknown } | null;

export interface Wait {
  readonly signal: AbortSignal | null;
  /** Milliseconds. */
  readonly timeout: number;
  /** Whether it counts among those that `hold.limit` bounds. */
  readonly isCounted: boolean;
}

/** The requests that wait, in the order of their arrival. */
export interface Hold<Pass> {
  /**
   * Waits until `look` finds something.
   *
   * @throws {HoldLimitError} at once, where as many are waiting as may
   * @throws {HoldTimeoutError} after `timeout`
   * @throws the reason of `signal`, as soon as it is aborted
   */
  wait(look: () => Outcome<Pass>, wait: Wait): Promise<Pass>;
  /** Looks at each of them again. */
  review(): void;
}

interface Waiter<Pass> {
  look(): Outcome<Pass>;
  settle(outcome: NonNullable<Outcome<Pass>>): void;
}

export function createHold<Pass>({ clock, limit }: { clock: Clock; limit: number }): Hold<Pass> {
  const waiters = new Set<Waiter<Pass>>();
  let counted = 0;

  async function enter(look: () => Outcome<Pass>, { signal, timeout, isCounted }: Wait): Promise<Pass> {
    const outcome = await new Promise<NonNullable<Outcome<Pass>>>((resolve) => {
      const waiter: Waiter<Pass> = {
        look,
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
          waiter.settle({ error: new HoldTimeoutError(timeout) });
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
        const outcome = waiter.look();
        if (outcome !== null) waiter.settle(outcome);
      }
    },
  };
}
