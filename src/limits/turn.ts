import type { Clock } from '../platform/clock.ts';
import type { SharedTimes } from './sharedTimes.ts';

export interface TurnParts {
  readonly clock: Clock;
  readonly shared: Pick<SharedTimes, 'lock'>;
  /** Runs while no other tab does. */
  run(this: void): Promise<void>;
  /** Runs instead if the lock is not granted in time. */
  giveUp(this: void): void;
}

export interface Turn {
  /** Resolves when it was the turn of this tab, or when it has given up. */
  take(this: void): Promise<void>;
}

/** How long a tab waits for its turn, in milliseconds. */
const patience = 1_000;

/** Lets the tabs take turns to end their session: the first one revokes the tokens, and the others see that it did. */
export function createTurn({ clock, shared, run, giveUp }: TurnParts): Turn {
  let waiting: Promise<void> | null = null;

  async function wait(): Promise<void> {
    const stop = new AbortController();
    const cancel = clock.schedule(() => {
      stop.abort();
      giveUp();
    }, patience);
    try {
      await shared.lock(run, stop.signal);
    } catch {
      giveUp();
    } finally {
      cancel();
      waiting = null;
    }
  }

  return { take: () => (waiting ??= wait()) };
}
