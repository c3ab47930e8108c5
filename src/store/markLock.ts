import { throwIfAborted } from '../platform/abort.ts';
import type { Clock } from '../platform/clock.ts';
import { pause } from '../platform/pause.ts';
import { randomId } from '../platform/randomId.ts';
import { createMarks, type MarkOutcome, type SessionBefore } from './marks.ts';
import type { Lease, LockOptions, SessionStore } from './sessionStore.ts';

/** The pause between two reads while another session holds the lock, in milliseconds. */
const checkInterval = 200;

/** How long to wait before checking whose mark the store kept, in milliseconds. Up to the same time is added at random. */
const settleTime = 100;

/** How long the write of another session may stay invisible in a store without an atomic update, in milliseconds. */
const longestLateness = 3_100;

/**
 * A lock for stores whose platform has none: the holder writes a mark into the record (`lockedBy`), and others wait until
 * it is gone or too old. It is as reliable as the store's `update`. If `update` is not atomic between processes, two
 * sessions that ask within the same milliseconds can both get the lock.
 */
export interface MarkLock<User> {
  readonly lock: SessionStore<User>['lock'];
  /** How long the write of another session may stay invisible under this lock, in milliseconds. */
  readonly lateness: number;
  /** Resolves once no other session has a mark that is in force. */
  whenFree(key: string, options: LockOptions): Promise<void>;
  /** Keeps other sessions waiting while a task continues that has lost its lock. */
  guard<Result>(key: string, timeout: number, task: Promise<Result>): Promise<Result>;
}

export interface MarkLockOptions<User> {
  readonly store: Pick<SessionStore<User>, 'read' | 'update'>;
  readonly clock: Clock;
  readonly random: () => number;
  /**
   * Whether `update` is atomic in all tabs and processes, and `read` returns each write at once. A mark then counts as soon
   * as it is set, and nothing is read twice. Default is `false`.
   */
  readonly isAtomic?: boolean;
}

export function createMarkLock<User>(options: MarkLockOptions<User>): MarkLock<User> {
  const { store, clock, random, isAtomic = false } = options;
  const lateness = isAtomic ? 0 : longestLateness;
  const { set, remove, stays, isTaken } = createMarks({ store, clock });

  async function acquire(key: string, id: string, { signal, timeout }: LockOptions): Promise<MarkOutcome> {
    const before: SessionBefore = { name: null };
    let vanished = 0;
    for (;;) {
      throwIfAborted(signal);
      const at = clock.now();
      const outcome = await set(key, id, timeout, before);
      if (outcome === 'held') {
        await pause(clock, checkInterval, signal);
        continue;
      }
      if (outcome !== 'set' || isAtomic) return outcome;
      const took = clock.now() - at;
      // Another session that saw no mark may write as slowly. If it took more than two timeouts, the device has slept.
      const wait = took > 2 * timeout ? settleTime : Math.max(settleTime, 2 * took);
      await pause(clock, wait * (1 + random()), signal);
      throwIfAborted(signal);
      const isOurs = await stays(key, id, timeout);
      // Another session has overwritten and removed the mark, or the store drops fields that it does not know.
      if (isOurs === null) vanished += 1;
      if (isOurs === true || vanished > 1) return outcome;
    }
  }

  return {
    lateness,
    async lock(key, task, lockOptions) {
      const id = randomId();
      try {
        const outcome = await acquire(key, id, lockOptions);
        const grantedAt = clock.now();
        const lease: Lease = {
          // Once the mark is too old, another session may have the lock.
          get isLost() {
            return outcome === 'changed' || clock.now() - grantedAt >= lockOptions.timeout;
          },
          lateness,
        };
        return await task(lease);
      } finally {
        await remove(key, id, lockOptions.timeout);
      }
    },
    async whenFree(key, { signal, timeout }) {
      while (!signal.aborted && (await isTaken(key, timeout))) {
        await pause(clock, checkInterval, signal);
      }
    },
    async guard(key, timeout, task) {
      const id = randomId();
      const marking = set(key, id, timeout, { name: null });
      try {
        return await task;
      } finally {
        await marking;
        await remove(key, id, timeout);
      }
    },
  };
}
