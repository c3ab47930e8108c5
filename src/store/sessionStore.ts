import type { Awaitable } from '../platform/thenable.ts';
import type { StoredRecord } from './recordTypes.ts';

/**
 * Where a session keeps its tokens. Sessions that use the same place share one session: the store prevents simultaneous
 * refreshes (`lock`), decides which write wins (`update`), and reports changes (`watch`).
 *
 * A store that throws or rejects ends no session: the session works from memory, emits `store.failed` once, and writes
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
   * Whether only sessions that were given this very object use the place, so that `watch` misses no change. The session
   * then does not read a slow store before each request. Default is `false`.
   */
  readonly isPrivate?: boolean;
  /**
   * What the store cannot do where it runs. The session emits `lock.unavailable` or `channel.unavailable` once for each. It
   * is read after `watch` and after each `lock`, so a store may find out late.
   */
  readonly missing?: readonly ('lock' | 'channel')[];
  /** Returns the record with this key, or `null` if there is none or it is not a record. */
  read(key: string): Awaitable<StoredRecord<User> | null>;
  /**
   * Reads and writes in one atomic step: no other write to this key comes between the two, whichever tab, worker or
   * process makes it.
   *
   * @param decide - gets the current record. The record that it returns replaces it; `undefined` leaves it. It answers at
   * once and has no side effects, so a store may call it again after a conflict. What it throws is passed on, and nothing
   * is written.
   * @returns the record that is stored afterwards, or `null`
   */
  update(key: string, decide: Decide<User>): Awaitable<StoredRecord<User> | null>;
  /**
   * Runs a task while no other session that uses this place runs one under this key. If the holder dies, the lock must
   * come free; if the holder is frozen, it must come free after four times `timeout`, or earlier.
   *
   * @returns what the task returns. Rejects with the reason of `signal` if it is aborted before the task starts. If it
   * rejects with anything else before that, the session runs the task without the lock.
   */
  lock<Result>(key: string, task: (lease: Lease) => Promise<Result>, options: LockOptions): Promise<Result>;
  /**
   * Calls back when another session may have changed the record. It is a hint to read the store: it may come too often,
   * and, unless the store is private, it may be lost.
   *
   * @returns an unsubscribe function
   */
  watch(key: string, listener: () => void): () => void;
}

/**
 * Decides what replaces a record. `null` stands for no record, `undefined` for one that cannot be read (a lost key): a new
 * sign-in replaces that as well. A store that cannot tell rejects the update instead.
 */
export type Decide<User> = (current: StoredRecord<User> | null | undefined) => StoredRecord<User> | undefined;

/** The state of the lock under which a task runs. */
export interface Lease {
  /**
   * Whether another session may run its task by now: the lock was taken away, or its holder has slept for too long. A task
   * that has not called the server yet then asks for the lock again.
   */
  readonly isLost: boolean;
  /**
   * How long an earlier write of another session may stay invisible here, in milliseconds. 0 if `read` shows each write
   * at once.
   */
  readonly lateness: number;
}

export interface LockOptions {
  /** Aborted when the session does not wait for the lock any more. The task goes on if it has started. */
  readonly signal: AbortSignal;
  /** Milliseconds that a task may take: `refresh.timeout`. A holder that takes four times as long counts as frozen. */
  readonly timeout: number;
}
