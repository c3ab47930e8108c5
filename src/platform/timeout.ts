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

/**
 * Calls back when a wait has taken too long. If the timer fires much too late, the tab or the device has slept, and the
 * awaited result may be about to arrive: the wait then gets the extra time once.
 *
 * @returns a function that ends the wait
 */
export function startTimeout(
  clock: Clock,
  { limit, grace = 2_000, isAwaited = false }: TimeoutOptions,
  giveUp: () => void,
): () => void {
  const end = clock.now() + limit;
  let cancel = clock.schedule(
    () => {
      if (clock.now() < end + lateness) giveUp();
      else cancel = clock.schedule(giveUp, grace, isAwaited);
    },
    limit,
    isAwaited,
  );
  return () => cancel();
}
