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
  const end = clock.now() + limit;
  let cancel = (): void => undefined;

  function waitFor(delay: number): void {
    const due = clock.now() + delay;
    const check = () => {
      const now = clock.now();
      if (now >= due + lateness) cancel = clock.schedule(giveUp, Math.max(grace, end - now), isAwaited);
      else if (due < end) waitFor(Math.min(delay, end - due));
      else giveUp();
    };
    cancel = clock.schedule(check, delay, isAwaited);
  }

  waitFor(Math.min(limit, Math.max(lateness, limit / steps)));
  return () => cancel();
}
