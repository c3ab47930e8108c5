import type { Clock } from '../platform/clock.ts';
import { received } from './options.ts';
import { letSettle } from './settle.ts';

export interface ManualClockOptions {
  /**
   * The initial time, in milliseconds since the epoch: a finite number.
   *
   * @default Date.UTC(2030, 0, 1)
   */
  readonly now?: number;
}

/** A clock that stands still until `advance` moves it. */
export interface ManualClock extends Clock {
  now(this: void): number;
  schedule(this: void, callback: () => void, delay: number): () => void;
  /**
   * Advances the time and runs the timers that become due, the earliest first, each at its own time. Before, between and
   * after them, it lets pending work run that needs no timer: promises and responses of an in-memory server. It does not
   * wait for a real network.
   *
   * @param milliseconds - 0 or more; 0 runs the timers that are due already
   * @throws {TypeError | RangeError} `milliseconds` is not a finite number of at least 0.
   */
  advance(this: void, milliseconds: number): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * Creates a clock for your tests: pass it to `createSession` as `environment.clock`, and its `now` to a test server. It
 * neither uses nor replaces the platform's timers.
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
