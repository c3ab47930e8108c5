import type { Awaitable } from '../platform/thenable.ts';
import type { StoredRecord } from './recordTypes.ts';

/**
 * Where a session keeps its tokens. Sessions that use the same place share one session: the store prevents simultaneous
 * refreshes (`lock`), decides which write wins (`update`), and reports changes (`watch`).
 *
 * A store that throws or rejects does not end the session: it works from memory, emits `store.failed` once, and writes
 * again when the store works. Each read and each update may take `refresh.timeout`.
 *
 * @example
 * ```ts
 * import type { SessionStore, StoredRecord } from 'sessionchart';
 *
 * interface User {
 *   id: string;
 * }
 *
 * // One record for each key, for one process at a time.
 * declare const database: {
 *   get(key: string): Promise<StoredRecord<User> | null>;
 *   transaction<Result>(task: (table: Map<string, StoredRecord<User>>) => Result): Promise<Result>;
 * };
 * let last: Promise<unknown> = Promise.resolve();
 *
 * export const store: SessionStore<User> = {
 *   isPrivate: true,
 *   read: (key) => database.get(key),
 *   update: (key, decide) =>
 *     database.transaction((table) => {
 *       const next = decide(table.get(key) ?? null);
 *       if (next !== undefined) table.set(key, next);
 *       return table.get(key) ?? null;
 *     }),
 *   lock(_key, task) {
 *     const result = last.then(() => task({ isLost: false, lateness: 0 }));
 *     last = result.catch(() => undefined);
 *     return result;
 *   },
 *   watch: () => () => undefined,
 * };
 * ```
 */
export interface SessionStore<User = unknown> {
  /**
   * Whether only sessions that were given this store object use the place, so that `watch` misses no change. The session
   * then does not read an asynchronous store before each request. Default is `false`.
   */
  readonly isPrivate?: boolean;
  /**
   * Whether the store keeps a record with `remember: false` only until the browser is closed, as one from `rememberMe` does.
   * Default is `false`.
   */
  readonly canForget?: boolean;
  /**
   * What the store cannot do on this platform. The session emits `lock.unavailable` or `channel.unavailable` once for each.
   * It reads this after `watch` and after each `lock`, so a store may find out late.
   */
  readonly missing?: readonly ('lock' | 'channel')[];
  /**
   * Whether a session must refresh neither without the lock, nor while the store cannot be written: sessions on other machines
   * or in other processes would use the old refresh token again. If `lock` rejects or does not run the task in time, or the
   * write before the call fails, the refresh fails for now and is retried. Default is `false`: the session refreshes anyway.
   */
  readonly requiresLock?: boolean;
  /** Returns the record with this key, or `null` if there is none or it is not a record. */
  read(key: string): Awaitable<StoredRecord<User> | null>;
  /**
   * Reads and writes in one atomic step: no other write to this key comes between the two, whichever tab, worker or
   * process makes it.
   *
   * @param decide - gets the current record and returns the record that replaces it, or `undefined` to keep it. It is
   * synchronous and has no side effects, so a store may call it again, for example after a conflict. If it throws, nothing is
   * written, and the error is passed on.
   * @returns the record that is stored afterwards, or `null`
   */
  update(key: string, decide: Decide<User>): Awaitable<StoredRecord<User> | null>;
  /**
   * Runs a task while no other session that uses this place runs one under this key. If the holder crashes, the store must
   * release the lock. If the holder is frozen, the store must release the lock after at most four times `timeout`.
   *
   * @returns the result of the task. Rejects with the reason of `signal` if it is aborted before the task starts. If it
   * rejects with another error before the task starts, the session runs the task without the lock, unless `requiresLock`.
   */
  lock<Result>(key: string, task: (lease: Lease) => Promise<Result>, options: LockOptions): Promise<Result>;
  /**
   * Calls the listener when another session may have changed the record. The session then reads the store. Extra calls do
   * no harm, and calls may be lost unless the store is private.
   *
   * @returns an unsubscribe function
   */
  watch(key: string, listener: () => void): () => void;
}

/**
 * Decides what replaces a record. `current` is `null` if there is no record, and `undefined` if the record cannot be read
 * (the encryption key is lost): a new sign-in replaces that too. A store that cannot tell the two apart rejects the update.
 */
export type Decide<User> = (current: StoredRecord<User> | null | undefined) => StoredRecord<User> | undefined;

/** The state of the lock under which a task runs. */
export interface Lease {
  /**
   * Whether another session may run its task by now, because this one lost the lock or has slept for too long. A task that
   * has not called the server yet then asks for the lock again.
   */
  readonly isLost: boolean;
  /**
   * Whether the store has granted the lock to another session since. Inside `decide` it belongs to the record that `decide`
   * gets: the store checks both in one atomic step. It never becomes `false` again. The session then stores neither tokens
   * nor an end. A store that cannot tell leaves it out.
   */
  readonly isSuperseded?: boolean;
  /**
   * How long an earlier write of another session may stay invisible to `read`, in milliseconds. 0 if `read` returns every
   * write at once.
   */
  readonly lateness: number;
}

export interface LockOptions {
  /** Aborted when the session no longer waits for the lock. A task that has started continues. */
  readonly signal: AbortSignal;
  /** How long a task may take, in milliseconds: `refresh.timeout`. A holder that takes four times as long is frozen. */
  readonly timeout: number;
}
