import { systemClock, type Clock } from '../platform/clock.ts';
import { withinTime } from '../platform/withinTime.ts';
import { createInProcessLock } from './inProcessLock.ts';
import type { SessionStore } from './sessionStore.ts';

const lockOf = /* @__PURE__ */ createInProcessLock();

/**
 * Creates a lock for a place that belongs to one application. Two stores may wrap the same storage, which shows only in the
 * session that they contain. So the lock is named after the stored session's id.
 */
export function createProgramLock<User>(
  read: SessionStore<User>['read'],
  clock: Clock = systemClock,
): SessionStore<User>['lock'] {
  return async (key, task, options) => {
    const found = await withinTime({ clock, limit: options.timeout }, () => read(key), null);
    return lockOf(found?.sessionId ?? '', task, options);
  };
}
