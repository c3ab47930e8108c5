import { randomId } from '../platform/randomId.ts';
import { hasWebLocks } from '../store/webLock.ts';

/**
 * The beginning of the names of the locks by which a page and the worker notice each other's end. The browser releases the
 * locks of a page or a worker that was closed, was terminated or crashed, and has no event for all of these.
 */
export const lockPrefix = 'sessionchart-vault:';

/** Holds a lock until `signal` is aborted. Returns its name, or `null` without Web Locks. */
export async function holdLock(signal?: AbortSignal): Promise<string | null> {
  if (!hasWebLocks()) return null;
  const name = lockPrefix + randomId();
  await new Promise<void>((granted) => {
    const hold = () =>
      new Promise<void>((release) => {
        granted();
        signal?.addEventListener('abort', () => release());
      });
    navigator.locks.request(name, hold).catch(granted);
  });
  return name;
}

/** Calls back when the holder of a lock has released it, or has gone. */
export function whenReleased(name: string, callback: () => void, signal?: AbortSignal): void {
  if (!hasWebLocks()) return;
  navigator.locks.request(name, { ...(signal && { signal }) }, callback).catch(() => undefined);
}
