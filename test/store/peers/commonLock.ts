import type { Clock } from '../../../src/index.ts';
import type { PlatformLock } from '../../../src/store/sharedLock.ts';
import type { Life } from './life.ts';

/** A lock that all tabs share. Like a browser, it takes the lock from a tab that died, but not from a frozen one. */
export interface CommonLock {
  open(life: Life): PlatformLock;
  /** Holds the lock like a tab that is frozen. Returns a function that releases it. */
  occupy(): () => void;
}

export interface CommonLockOptions {
  readonly clock: Clock;
  /** How long it takes to pass the lock to the next holder, in milliseconds. */
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
      // In front of all tabs that wait.
      queue.unshift(wait);
      next();
      return () => release(wait);
    },
  };
}
