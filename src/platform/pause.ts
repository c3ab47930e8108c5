import type { EndSignal } from './abort.ts';
import type { Clock } from './clock.ts';

/** Resolves after `delay` milliseconds, or as soon as `signal` is aborted. A caller waits for it. */
export function pause(clock: Clock, delay: number, signal: EndSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.schedule(end, delay, true);
    signal.addEventListener('abort', end);
  });
}
