import { isError } from '../errors/errorKind.ts';
import type { SessionStore } from './sessionStore.ts';

/** Creates a lock for the sessions of one process, granted in the order of the requests. */
export function createInProcessLock(): SessionStore['lock'] {
  const tails = new Map<string, Promise<void>>();
  return (key, task, { signal }) =>
    new Promise((resolve, reject) => {
      const leave = () => {
        reject(isError(signal.reason) ? signal.reason : new Error('The wait for the lock was aborted'));
      };
      if (signal.aborted) {
        leave();
        return;
      }
      signal.addEventListener('abort', leave, { once: true });
      const tail = (tails.get(key) ?? Promise.resolve()).then(async () => {
        signal.removeEventListener('abort', leave);
        if (signal.aborted) return;
        try {
          resolve(await task({ isLost: false, lateness: 0 }));
        } catch (error) {
          reject(isError(error) ? error : new Error('The task under the lock failed'));
        }
      });
      tails.set(key, tail);
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
    });
}
