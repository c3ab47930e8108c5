import { anySignal, createEnd } from '../platform/abort.ts';
import type { Clock } from '../platform/clock.ts';
import { startTimeout } from '../platform/timeout.ts';
import type { MarkLock } from './markLock.ts';
import type { Lease, LockOptions, SessionStore } from './sessionStore.ts';

/** A lock of the platform. The platform releases it if the holder crashes, but not if the holder is frozen. */
export interface PlatformLock {
  /**
   * Runs `task` while no other task holds the lock of this name, and releases it when the task has settled.
   *
   * @throws the reason of `signal`, if it is aborted before the lock is granted
   */
  request<Result>(name: string, signal: AbortSignal, task: () => Promise<Result>): Promise<Result>;
}

export interface SharedLockOptions<User> {
  readonly platform: PlatformLock;
  /** The fallback while the platform does not grant its lock. */
  readonly marks: MarkLock<User>;
  readonly clock: Clock;
  readonly nameOf: (key: string) => string;
  /** How long a write of an earlier holder may stay invisible, in milliseconds. Default is 0. */
  readonly lateness?: number;
  /** Resolves when reads return the writes of earlier holders, as far as the store can tell. */
  readonly catchUp?: (key: string) => Promise<void>;
  /** Called when the platform refuses the lock. */
  readonly onRefused: () => void;
}

/**
 * Creates the lock of a place that tabs share. It uses the platform's lock, which is reliable. If the platform refuses it,
 * or the holder is frozen for four times as long as a task may take, sessions use marks in the store, and the next holder
 * of the platform's lock waits for the mark to go.
 */
export function createSharedLock<User>(options: SharedLockOptions<User>): SessionStore<User>['lock'] {
  const { platform, marks, clock, nameOf, lateness = 0, catchUp, onRefused } = options;
  return async <Result>(
    key: string,
    task: (lease: Lease) => Promise<Result>,
    { signal, timeout }: LockOptions,
  ): Promise<Result> => {
    const limit = 4 * timeout;
    const wait = createEnd();
    // A sleep does not count as waiting: the holder may have slept too and be about to continue.
    const cancel = startTimeout(clock, { limit, grace: limit }, () => {
      wait.abort();
    });
    const held: Held<Result> = { task: null, isSettled: false, isLost: false };
    try {
      return await platform.request(nameOf(key), anySignal([signal, wait.signal]), async () => {
        cancel();
        const grantedAt = clock.now();
        await catchUp?.(key);
        await marks.whenFree(key, { signal, timeout });
        const lease = {
          get isLost() {
            return held.isLost || clock.now() - grantedAt >= limit;
          },
          get lateness() {
            return held.isLost ? marks.lateness : lateness;
          },
        };
        held.task = task(lease).finally(() => {
          held.isSettled = true;
        });
        return held.task;
      });
    } catch (error) {
      if (held.task !== null) {
        held.isLost = true;
        return await (held.isSettled ? held.task : marks.guard(key, timeout, held.task));
      }
      if (signal.aborted) throw error;
      if (!wait.signal.aborted) onRefused();
      return await marks.lock(key, task, { signal, timeout });
    } finally {
      cancel();
    }
  };
}

interface Held<Result> {
  task: Promise<Result> | null;
  isSettled: boolean;
  isLost: boolean;
}
