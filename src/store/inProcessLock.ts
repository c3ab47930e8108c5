import type { Lock } from './environment.ts';
import { isError } from '../errors/errorKind.ts';

/** Who waits for which lock. One map for the program: two sessions of one name must meet somewhere. */
const tails = new Map<string, Promise<void>>();

/** A lock for the sessions of one program, first come, first served. */
export const inProcessLock: Lock = {
  isLocal: true,
  request: (name, signal, task) =>
    new Promise((resolve, reject) => {
      const leave = () => {
        reject(isError(signal.reason) ? signal.reason : new Error('The wait for the lock was aborted'));
      };
      if (signal.aborted) {
        leave();
        return;
      }
      signal.addEventListener('abort', leave, { once: true });
      const turn = (tails.get(name) ?? Promise.resolve()).then(async () => {
        signal.removeEventListener('abort', leave);
        if (signal.aborted) return;
        try {
          resolve(await task());
        } catch (error) {
          reject(isError(error) ? error : new Error('The task under the lock failed'));
        }
      });
      tails.set(name, turn);
      void turn.then(() => {
        if (tails.get(name) === turn) tails.delete(name);
      });
    }),
};
