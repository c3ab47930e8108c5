import { systemClock, type Clock } from '../platform/clock.ts';
import { withinTime } from '../platform/withinTime.ts';
import { createInProcessLock } from './inProcessLock.ts';
import type { SessionStore } from './sessionStore.ts';

const lockOf = /* @__PURE__ */ createInProcessLock();

/**
 * Creates a lock for a place that belongs to one program. Two stores of the program may be wrappers around one storage, which
 * only the session in it shows: so the lock goes by the stored session.
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
