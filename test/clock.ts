import type { Clock } from '../src/index.ts';

/**
 * Time that stands still until a test moves it. Unlike the test kit's it tells when the next timer is due, for
 * tests that wait for a real network in between.
 */
export interface ManualClock extends Clock {
  /**
   * Lets time pass. Timers run in the order in which they are due, each at its own moment, and what follows
   * from one of them happens before the next one runs. What waits for a network is for the test to await.
   */
  advance(milliseconds: number): Promise<void>;
  /** Milliseconds until the next timer; `null` where none is armed. */
  next(): number | null;
}

interface Timer {
  readonly callback: () => void;
  readonly at: number;
}

/** The longest delay that a platform's timers keep. */
const longestDelay = 2_147_483_647;

export function createManualClock(start = Date.UTC(2030, 0, 1)): ManualClock {
  const timers = new Set<Timer>();
  let time = start;

  /** A set keeps the order of arrival, so of two timers that are due at once the older one is first. */
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

/** Resolves when no microtask is left. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
