import type { Clock } from '../platform/clock.ts';
import { received } from './options.ts';
import { letSettle } from './settle.ts';

export interface ManualClockOptions {
  /**
   * The time to begin with, in milliseconds since the epoch: a finite number.
   *
   * @default Date.UTC(2030, 0, 1)
   */
  readonly now?: number;
}

/** Time in the caller's hand: it stands still until it is moved. */
export interface ManualClock extends Clock {
  now(this: void): number;
  schedule(this: void, callback: () => void, delay: number): () => void;
  /**
   * Moves time on, and runs the timers that fall due on the way: the earliest first, each at its own time.
   * Before, between and after them, everything that waits for no timer gets to run: promises, an in-memory
   * server's answers. Answers of a real network are not waited for.
   *
   * @param milliseconds - 0 or more; 0 runs what is due already
   * @throws {TypeError | RangeError} `milliseconds` is not a finite number of at least 0.
   */
  advance(this: void, milliseconds: number): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * A clock for the tests of a program: give it to `createSession` as `environment.clock`, and its `now` to a
 * test server. No timer of the platform is used or replaced.
 *
 * @throws {TypeError} `now` is not a finite number.
 *
 * @example
 * ```ts
 * import { createSession } from 'sessionchart';
 * import { createManualClock, createTestServer } from 'sessionchart/testing';
 *
 * const clock = createManualClock();
 * const { url, fetch } = createTestServer({ now: clock.now });
 * const session = createSession({ baseUrl: url, server: contract, ky: { fetch }, environment: { clock } });
 *
 * await clock.advance(60_000); // a minute later
 * ```
 */
export function createManualClock({ now = Date.UTC(2030, 0, 1) }: ManualClockOptions = {}): ManualClock {
  expectFinite('now', now);
  const timers = new Set<Timer>();
  let time = now;

  function takeDue(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) if (timer.at <= until && timer.at < (next?.at ?? Infinity)) next = timer;
    if (next !== undefined) timers.delete(next);
    return next;
  }

  return {
    now: () => time,
    schedule(callback, delay) {
      const timer: Timer = { at: time + Math.max(0, delay), callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    async advance(milliseconds) {
      expectFinite('milliseconds', milliseconds);
      if (milliseconds < 0) {
        throw new RangeError(`Expected \`milliseconds\` to be at least 0, got ${milliseconds}`);
      }
      const until = time + milliseconds;
      await letSettle();
      for (let timer = takeDue(until); timer !== undefined; timer = takeDue(until)) {
        time = Math.max(time, timer.at);
        timer.callback();
        await letSettle();
      }
      time = Math.max(time, until);
      await letSettle();
    },
  };
}

function expectFinite(name: string, value: unknown): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new TypeError(`Expected \`${name}\` to be a finite number, got ${received(value)}`);
  }
}
