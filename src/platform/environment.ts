import { systemClock, type Clock } from './clock.ts';
import { browserSignals } from './browserSignals.ts';
import type { Signals } from './signals.ts';

/** The injectable dependencies of a session. */
export interface Environment {
  clock: Clock;
  /** Returns a number from 0 up to, but not including, 1, like `Math.random`. */
  random: () => number;
  signals: Signals;
}

export const defaultEnvironment: Environment = {
  clock: systemClock,
  random: () => Math.random(),
  signals: browserSignals,
};
