import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Tab } from './tab.ts';

export interface LockOptions {
  readonly signal?: AbortSignal;
  readonly mode?: 'exclusive' | 'shared';
}

/** The locks of a browser or an operating system. They are taken from a tab that is killed, but not from a suspended one. */
export interface Locks {
  /** Whether the platform refuses all locks, as for a document of an opaque origin. */
  isRefused: boolean;
  request(this: void, tab: Tab, name: string, options: LockOptions, task: () => unknown): Promise<unknown>;
  /** The names of the locks that are held. */
  held(this: void): readonly string[];
}

interface Wait {
  readonly tab: Tab;
  readonly name: string;
  readonly isShared: boolean;
  grant(this: void): void;
}

export function createLocks(scheduler: Scheduler, random: Random): Locks {
  const queue: Wait[] = [];
  const holders = new Set<Wait>();

  const isFree = (wait: Wait): boolean =>
    [...holders].every(({ name, isShared }) => name !== wait.name || (isShared && wait.isShared));

  function grantNext(): void {
    const blocked = new Set<string>();
    for (const wait of [...queue]) {
      if (blocked.has(wait.name) || !isFree(wait)) {
        blocked.add(wait.name);
        continue;
      }
      queue.splice(queue.indexOf(wait), 1);
      holders.add(wait);
      wait.tab.post(random.below(3), wait.grant);
    }
  }

  function leave(wait: Wait): void {
    const index = queue.indexOf(wait);
    if (index >= 0) queue.splice(index, 1);
    holders.delete(wait);
    grantNext();
  }

  const locks: Locks = {
    isRefused: false,
    held: () => [...holders].map(({ name }) => name),
    request(tab, name, { signal, mode = 'exclusive' }, task) {
      if (!tab.effect()) return new Promise(() => undefined);
      if (locks.isRefused) return Promise.reject(new DOMException('Locks are refused', 'SecurityError'));
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(asError(signal.reason));
          return;
        }
        let isGranted = false;
        const wait: Wait = {
          tab,
          name,
          isShared: mode === 'shared',
          grant() {
            if (signal?.aborted === true) return;
            isGranted = true;
            const release = () => {
              if (tab.effect()) leave(wait);
            };
            void Promise.resolve(task()).then(resolve, reject).finally(release);
          },
        };
        signal?.addEventListener('abort', () => {
          if (isGranted) return;
          leave(wait);
          reject(asError(signal.reason));
        });
        tab.onKilled(() => void scheduler.after(random.below(20), () => leave(wait)));
        queue.push(wait);
        grantNext();
      });
    },
  };
  return locks;
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
