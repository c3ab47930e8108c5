import type { Clock } from './clock.ts';

/** What somebody waits for that may never come. */
export interface Patience {
  /** Milliseconds. */
  readonly limit: number;
  /** Milliseconds more for what has slept through its limit. Default is 2000 (2 seconds). */
  readonly grace?: number;
  /** Whether the wait may keep a Node process alive. */
  readonly isAwaited?: boolean;
}

/** Milliseconds that a timer of a program that is awake may be late. */
const lateness = 1_000;

/**
 * Gives up on something when it has taken too long. A timer that goes off much too late has slept, in a frozen tab or a
 * closed laptop, and what it waits for may stand in line behind it: that gets a little longer, once.
 *
 * @returns ends the wait
 */
export function giveUpAfter(
  clock: Clock,
  { limit, grace = 2_000, isAwaited = false }: Patience,
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
