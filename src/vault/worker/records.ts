import { isSameJson } from '../../platform/sameJson.ts';
import { memoryStore } from '../../store/memoryStore.ts';
import type { Messages } from '../protocol.ts';

/** How long a page may hold a lock at most, in milliseconds, whatever it says: a page that is frozen must not stop the others. */
const longestLock = 10 * 60_000;

/** The records of the sessions, in memory. Pages that are connected to the same worker share them. */
export function createRecords() {
  const store = memoryStore<unknown>();
  return {
    read: ({ key }: Messages['read']) => store.read(key),
    async write({ key, from, to }: Messages['write']): Promise<boolean> {
      let isWritten = false;
      await store.update(key, (current) => {
        isWritten = isSameJson(current, from);
        return isWritten ? to : undefined;
      });
      return isWritten;
    },
    /** Resolves once the lock is held, and holds it until `signal` is aborted. */
    lock: ({ key, limit }: Messages['lock'], signal: AbortSignal): Promise<void> =>
      new Promise((granted, refused) => {
        const timeout = Math.min(limit, longestLock);
        const hold = () =>
          new Promise<void>((release) => {
            const timer = setTimeout(release, timeout);
            signal.addEventListener('abort', () => {
              clearTimeout(timer);
              release();
            });
            granted();
          });
        store.lock(key, hold, { signal, timeout }).catch(refused);
      }),
    /** Resolves when the record is changed. */
    change: ({ key }: Messages['watch'], signal: AbortSignal): Promise<null> =>
      new Promise((resolve) => {
        const stop = store.watch(key, () => {
          stop();
          resolve(null);
        });
        signal.addEventListener('abort', stop);
      }),
  };
}
