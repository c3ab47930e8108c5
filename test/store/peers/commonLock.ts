import type { Clock } from '../../../src/index.ts';
import type { PlatformLock } from '../../../src/store/sharedLock.ts';
import type { Life } from './life.ts';

/** A lock that all tabs have in common. Like a browser it takes it from the dead, and not from the frozen. */
export interface CommonLock {
  open(life: Life): PlatformLock;
  /** Takes it on behalf of somebody of whom nothing is heard any more. Gives it back on demand. */
  occupy(): () => void;
}

export interface CommonLockOptions {
  readonly clock: Clock;
  /** Milliseconds from one holder to the next. */
  readonly handOver: () => number;
}

interface Wait {
  readonly life: Life | null;
  grant(): void;
}

export function openCommonLock({ clock, handOver }: CommonLockOptions): CommonLock {
  const queue: Wait[] = [];
  let holder: Wait | null = null;

  function next(): void {
    const wait = queue[0];
    if (holder !== null || wait === undefined) return;
    queue.shift();
    holder = wait;
    const grant = (): void => {
      if (holder === wait) wait.grant();
    };
    const delay = handOver();
    if (delay === 0) queueMicrotask(grant);
    else clock.schedule(grant, delay);
  }

  function release(wait: Wait): void {
    const index = queue.indexOf(wait);
    if (index >= 0) queue.splice(index, 1);
    if (holder === wait) holder = null;
    next();
  }

  function enqueue(wait: Wait): void {
    queue.push(wait);
    wait.life?.onEnd(() => release(wait));
    next();
  }

  return {
    open: (life) => ({
      request: (_name, signal, task) =>
        new Promise((resolve, reject) => {
          if (life.isOver()) return;
          let isGranted = false;
          const wait: Wait = {
            life,
            grant: () =>
              life.enter(() => {
                isGranted = true;
                if (signal.aborted) release(wait);
                else
                  void task()
                    .then(resolve, reject)
                    .finally(() => release(wait));
              }),
          };
          const leave = (): void => {
            if (isGranted) return;
            release(wait);
            reject(signal.reason instanceof Error ? signal.reason : new Error('The wait was aborted'));
          };
          if (signal.aborted) {
            leave();
            return;
          }
          signal.addEventListener('abort', leave, { once: true });
          enqueue(wait);
        }),
    }),
    occupy() {
      const wait: Wait = { life: null, grant: () => undefined };
      // Before all who stand in line.
      queue.unshift(wait);
      next();
      return () => release(wait);
    },
  };
}
