import type { Lock } from '../environment.ts';

/**
 * Milliseconds that the lock is kept after its task. What was written to `localStorage` reaches the processes of
 * other tabs a little later than the lock does (Web Locks and Web Storage know nothing of each other).
 */
const settling = 50;

/** The Web Locks API: a lock for all tabs and workers of an origin, which the browser takes from the dead. */
export const webLock: Lock = {
  request: (name, signal, task) =>
    new Promise((resolve, reject) => {
      navigator.locks
        .request(name, { signal }, async () => {
          try {
            resolve(await task());
          } catch (error) {
            reject(error instanceof Error ? error : new Error('The task under the lock failed'));
          }
          await new Promise((settled) => setTimeout(settled, settling));
        })
        .catch(reject);
    }),
};

export function hasWebLocks(): boolean {
  const locks: unknown = typeof navigator === 'undefined' ? undefined : Reflect.get(navigator, 'locks');
  return locks !== undefined;
}
