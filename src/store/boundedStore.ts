import type { Clock } from '../platform/clock.ts';
import { isThenable, type Awaitable } from '../platform/thenable.ts';
import { createLastRecord } from './lastRecord.ts';
import { createOwnRecord, type OwnershipOptions } from './ownRecord.ts';
import { isEnded, nameOf } from './storedRecord.ts';
import type { EndedSession, StoredRecord } from './recordTypes.ts';
import { createSeries } from './series.ts';
import { createTimeLimit } from './timeLimit.ts';

/** Wraps the store of a session: operations run one at a time and in order, time out, and never reject. */
export interface BoundedStore<User> {
  /** Returns the record, synchronously if the store is synchronous. Returns `null` if the store fails. */
  read(): StoredRecord<User> | null | Promise<StoredRecord<User> | null>;
  /** Replaces the record with a new session. Resolves when the write has succeeded or failed. */
  write(record: StoredRecord<User>): Promise<void>;
  /**
   * Reads the record and writes what `decide` returns, atomically if the store can; `null` writes nothing. If the read
   * fails, nothing is written until the store works again and `decide` can be called.
   *
   * @returns whether the store could be read
   */
  update(decide: Decide<User>): Promise<boolean>;
  /** Runs a task before the next read, because the store cannot be read now. */
  postpone(task: () => Promise<void>): void;
  /**
   * Returns how a session has ended according to the record, or `null` if the record does not say. The record of a later
   * session that has also ended means that this one was logged out.
   */
  endOf(sessionId: string, found: EndedSession): EndedSession['ended'] | null;
  /** Whether a write has failed. The next operation repeats it once the store works. */
  hasUnsaved(): boolean;
  /** The key of the record in the store. */
  key(): string;
  /** Calls back when another session may have changed the record. */
  watch(listener: () => void): () => void;
}

type Decide<User> = (found: StoredRecord<User> | null) => StoredRecord<User> | null;

export interface BoundedStoreOptions<User> extends OwnershipOptions<User> {
  readonly clock: Clock;
  /** Milliseconds that an operation may take. */
  readonly timeout: number;
  onFailure(operation: 'read' | 'write'): void;
  /** Called when a store that contained a session is empty. */
  onCleared(): void;
}

export function createBoundedStore<User>(options: BoundedStoreOptions<User>): BoundedStore<User> {
  const { clock, timeout } = options;
  // A late write may have replaced what was to be written since.
  const limit = createTimeLimit({ clock, timeout }, () => {
    if (unsaved !== null) void update(() => null);
  });
  const own = createOwnRecord(options);
  const last = createLastRecord<User>();
  const series = createSeries();
  const { inOrder } = series;
  /** What could not be written, and the name of what it was to replace: the store still holds that, and it is no news. */
  let unsaved: StoredRecord<User> | null = null;
  let leftover: string | null = null;
  let postponed: (() => Promise<void>) | null = null;

  function notice(found: StoredRecord<User> | null | undefined): StoredRecord<User> | null {
    if (found === null && last.sessionId() !== null) options.onCleared();
    if (found === null || found === undefined) return null;
    last.hold(found);
    return last.name() === leftover ? null : found;
  }

  /** Whether a late or repeated write may replace this record. It must not replace a newer one. */
  function mayReplace(found: StoredRecord<User> | null, next: StoredRecord<User>): boolean {
    if (found === null || nameOf(found) === leftover) return true;
    if (found.sessionId !== next.sessionId || isEnded(found)) return false;
    return isEnded(next) ? next.ended === 'loggedOut' : found.generation < next.generation;
  }

  function saveAgain(found: StoredRecord<User> | null): void {
    if (unsaved === null || limit.isStuck()) return;
    if (mayReplace(found, unsaved)) void update(() => null);
    else unsaved = leftover = null;
  }

  async function read(reading: PromiseLike<StoredRecord<User> | null | undefined>) {
    try {
      return show(await limit.run(reading));
    } catch {
      options.onFailure('read');
      return null;
    }
  }

  function show(found: StoredRecord<User> | null | undefined): StoredRecord<User> | null {
    const record = notice(found);
    saveAgain(found ?? null);
    return record;
  }

  /** Reads again if the device slept during the read, since the result may be out of date. */
  async function readAwake(first: PromiseLike<StoredRecord<User> | null | undefined>) {
    for (let reading = first; ; reading = attempt(own.read)) {
      const at = clock.now();
      const found = await read(reading);
      if (limit.isStuck() || clock.now() - at < timeout) return found;
    }
  }

  function update(decide: Decide<User>): Promise<boolean> {
    return inOrder(() => change(decide));
  }

  async function change(decide: Decide<User>, isNew = false): Promise<boolean> {
    /** The record to write, once the store has been read. */
    const asked: { next?: StoredRecord<User> | null } = {};
    let isLate = false;
    const changing = attempt(() =>
      own.update((current) => {
        if (current === undefined && !isNew) return null;
        const found = current ?? null;
        let next = decide(notice(found));
        if (next !== null && isLate && !mayReplace(found, next)) next = null;
        if (next === null && unsaved !== null && mayReplace(found, unsaved)) next = unsaved;
        asked.next = next;
        return next;
      }),
    );
    try {
      await limit.run(changing);
      if (asked.next) saved(asked.next);
      return true;
    } catch {
      isLate = true;
      const { next = decide(null) } = asked;
      options.onFailure(asked.next === undefined ? 'read' : 'write');
      const isRead = asked.next !== undefined;
      if (next === null) return isRead;
      if (nameOf(next) === last.name()) return isRead;
      unsaved = next;
      leftover = last.name();
      return isRead;
    }
  }

  function saved(record: StoredRecord<User>): void {
    last.hold(record);
    unsaved = leftover = null;
  }

  function look(): StoredRecord<User> | null | Promise<StoredRecord<User> | null> {
    try {
      const found = own.read();
      return isThenable(found) ? readAwake(found) : show(found);
    } catch {
      options.onFailure('read');
      return null;
    }
  }

  const isPostponed = (): boolean => postponed !== null;

  /** Reads after the task, since the task may end the stored session. */
  async function readAfter(task: () => Promise<void>): Promise<StoredRecord<User> | null> {
    postponed = null;
    await task();
    return isPostponed() ? null : inOrder(async () => look());
  }

  return {
    read() {
      if (postponed !== null) return readAfter(postponed);
      if (series.isBusy()) return inOrder(async () => look());
      const found = look();
      return isThenable(found) ? inOrder(() => found) : found;
    },
    async write(record) {
      await inOrder(() => change(() => record, true));
    },
    update,
    postpone(task) {
      postponed = task;
    },
    endOf(sessionId, found) {
      if (found.sessionId === sessionId) return found.ended;
      return sessionId === last.sessionId() ? 'loggedOut' : null;
    },
    hasUnsaved: () => unsaved !== null || isPostponed(),
    key: own.key,
    watch: own.watch,
  };
}

/** A store may throw at once as well as reject. */
async function attempt<Result>(operation: () => Awaitable<Result>): Promise<Result> {
  return operation();
}
