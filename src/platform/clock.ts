import { longestDelay } from '../../machines/index.ts';
import { detach } from './detach.ts';

/** Time, so that a test can hold it in its hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls back once, after `delay` milliseconds.
   *
   * @param isAwaited - somebody waits for it, so it may keep a Node process alive; other timers must not
   * @returns cancels it
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
