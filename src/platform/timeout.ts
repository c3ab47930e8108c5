import type { Clock } from './clock.ts';

/** Options of {@link startTimeout}. */
export interface TimeoutOptions {
  /** Milliseconds. */
  readonly limit: number;
  /** Extra time after a sleep, in milliseconds. Default is 2000 (2 seconds). */
  readonly grace?: number;
  /** Whether the wait may keep a Node process alive. */
  readonly isAwaited?: boolean;
}

/** How late a timer may be without a sleep, in milliseconds. */
const lateness = 1_000;

/** A wait is timed in this many steps, since a timer that ends with a sleep may be on time. */
const steps = 8;

/**
 * Calls back when a wait has taken too long. If a timer fires much too late, the tab or the device has slept, and the
 * awaited result may be about to arrive: the wait then lasts at least for the extra time.
 *
 * @returns a function that ends the wait
 */
export function startTimeout(
  clock: Clock,
  { limit, grace = 2_000, isAwaited = false }: TimeoutOptions,
  giveUp: () => void,
): () => void {
  const step = Math.max(lateness, limit / steps);
  let cancel = (): void => undefined;

  function waitFor(left: number): void {
    const delay = Math.min(left, step);
    const start = clock.now();
    const check = () => {
      // A clock that was set back must not lengthen the wait: the timer has taken the delay at least.
      const passed = Math.max(delay, clock.now() - start);
      const rest = left - passed;
      if (passed >= delay + lateness) cancel = clock.schedule(giveUp, Math.max(grace, rest), isAwaited);
      else if (rest > 0) waitFor(rest);
      else giveUp();
    };
    cancel = clock.schedule(check, delay, isAwaited);
  }

  waitFor(limit);
  return () => cancel();
}
