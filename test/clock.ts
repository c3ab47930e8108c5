import type { Clock } from '../src/index.ts';

/**
 * A clock that stands still until a test advances it. Unlike the test kit's clock, it reports when the next timer is due,
 * for tests that wait for a real network in between.
 */
export interface ManualClock extends Clock {
  /**
   * Advances the time. Timers run in order, each at its own time, and pending promises settle before the next one runs.
   * The test itself must wait for the network.
   */
  advance(milliseconds: number): Promise<void>;
  /** Milliseconds until the next timer, or `null` if there is none. */
  next(): number | null;
}

interface Timer {
  readonly callback: () => void;
  readonly at: number;
}

/** The longest delay that the platform's timers support. */
const longestDelay = 2_147_483_647;

export function createManualClock(start = Date.UTC(2030, 0, 1)): ManualClock {
  const timers = new Set<Timer>();
  let time = start;

  /** A set keeps the insertion order, so of two timers with the same time the older one runs first. */
  function earliest(): Timer | undefined {
    let found: Timer | undefined;
    for (const timer of timers) if (found === undefined || timer.at < found.at) found = timer;
    return found;
  }

  return {
    now: () => time,
    schedule(callback, delay) {
      const timer = { callback, at: time + Math.min(Math.max(0, delay), longestDelay) };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    async advance(milliseconds) {
      const end = time + milliseconds;
      await microtasks();
      for (let timer = earliest(); timer !== undefined && timer.at <= end; timer = earliest()) {
        timers.delete(timer);
        time = timer.at;
        timer.callback();
        await microtasks();
      }
      time = end;
    },
    next() {
      const timer = earliest();
      return timer === undefined ? null : timer.at - time;
    },
  };
}

/** Resolves when all microtasks have run. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
