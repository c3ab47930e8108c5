import { longestDelay } from '../../machines/rules.ts';
import { detach } from './detach.ts';

/** The session's clock. A test can replace it. */
export interface Clock {
  /** Returns the current time, in milliseconds since the epoch. */
  now(): number;
  /**
   * Calls `callback` once, after `delay` milliseconds.
   *
   * @param isAwaited - whether a caller waits for the timer. Only then may it keep a Node process alive
   * @returns a function that cancels it
   */
  schedule(callback: () => void, delay: number, isAwaited?: boolean): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(callback, delay, isAwaited = false) {
    const timer = setTimeout(callback, Math.max(0, Math.min(delay, longestDelay)));
    if (!isAwaited) detach(timer);
    return () => {
      clearTimeout(timer);
    };
  },
};
