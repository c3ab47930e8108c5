import { anySignal, untilAborted } from '../platform/abort.ts';
import { beginStay, type PageStay } from './pageStay.ts';
import type { PlatformLock } from './sharedLock.ts';

/**
 * The Web Locks API: a lock for all tabs and workers of an origin. The browser takes it from a tab that is closed or
 * crashes, but a page that it only stops (in the back-forward cache, or in a frozen tab) would keep its lock or its place
 * in the queue. So a page that is stopped releases both. When it resumes, it queues again. If its task was running, it has
 * lost the lock.
 */
export const webLock: PlatformLock = {
  async request<Result>(name: string, signal: AbortSignal, task: () => Promise<Result>): Promise<Result> {
    for (;;) {
      const stay = beginStay();
      const given: { task: Promise<Result> | null } = { task: null };
      try {
        await navigator.locks.request(name, { signal: anySignal([signal, stay.left]) }, () => {
          given.task = task();
          return settledOrLeft(given.task, stay);
        });
        if (given.task !== null) return await Promise.race([given.task, lostOnResume(stay)]);
      } catch (error) {
        if (given.task !== null || signal.aborted || !stay.left.aborted) throw error;
        await untilAborted(stay.resumed, signal);
      } finally {
        stay.end();
      }
    }
  },
};

async function settledOrLeft(task: Promise<unknown>, { left }: PageStay): Promise<void> {
  await untilAborted(task, left).catch(() => undefined);
}

/** Rejects only when the page resumes, and does not make other tabs wait for a page that is stopped. */
async function lostOnResume({ resumed }: PageStay): Promise<never> {
  await resumed;
  throw new Error('The lock was given back when the page was stopped');
}

export function hasWebLocks(): boolean {
  const locks: unknown = typeof navigator === 'undefined' ? undefined : Reflect.get(navigator, 'locks');
  return locks !== undefined;
}
