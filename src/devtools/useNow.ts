import { useCallback, useSyncExternalStore } from 'react';
import type { Clock } from '../platform/clock.ts';

export interface Steps {
  /** Milliseconds from one step to the next, or `null` to stop. */
  readonly every: number | null;
  /** The time of one of the steps, in milliseconds since the epoch, or 0 for any. */
  readonly at: number;
}

/** The current time by the session's clock, in milliseconds since the epoch, rounded down to a step. */
export function useNow(clock: Clock, { every, at }: Steps): number {
  const step = every ?? 1_000;
  const read = () => at + Math.floor((clock.now() - at) / step) * step;
  const subscribe = useCallback(
    (listener: () => void) => {
      if (every === null) return () => undefined;
      let cancel: () => void = () => undefined;
      const arm = () => {
        const passed = clock.now() - at;
        const next = (Math.floor(passed / every) + 1) * every;
        cancel = clock.schedule(() => {
          listener();
          arm();
        }, next - passed);
      };
      arm();
      return () => {
        cancel();
      };
    },
    [clock, every, at],
  );
  return useSyncExternalStore(subscribe, read, read);
}
