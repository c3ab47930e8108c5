import type { Clock } from '../platform/clock.ts';
import { startTimeout } from '../platform/timeout.ts';
import { isThenable, type Awaitable } from '../platform/thenable.ts';
import { createOwnRecord } from './ownRecord.ts';
import type { OwnershipOptions } from './ownership.ts';
import { isEnded, nameOf } from './storedRecord.ts';
import type { EndedSession, StoredRecord } from './recordTypes.ts';

/** The store behind a session: one operation at a time, in order, and none that fails or hangs for ever. */
export interface BoundedStore<User> {
  /** The record; at once where the store answers at once. A store that fails has none. */
  read(): StoredRecord<User> | null | Promise<StoredRecord<User> | null>;
  /** Puts a new session in place of the record. Resolves when it is written, or when that has failed. */
  write(record: StoredRecord<User>): Promise<void>;
  /**
   * Reads, and writes what `decide` makes of it, in one step where the store can do that; `null` writes nothing. Where the
   * read fails, nothing is written: `decide` is asked what to write once the store works again.
   *
   * @returns whether the store could be read
   */
  update(decide: Decide<User>): Promise<boolean>;
  /** Keeps a task for the next read, which waits for it: the store could not be read when the task was to be done. */
  postpone(task: () => Promise<void>): void;
  /**
   * How a session has ended, by what was found; `null` where that does not say so. Where another one has come and
   * gone since, nothing of it is there any more.
   */
  endOf(sessionId: string, found: EndedSession): EndedSession['ended'] | null;
  /** Whether a read needs no waiting, as far as anybody knows. */
  answersAtOnce(): boolean;
  /** Whether something could not be written. It is written by the next operation, if the store works again. */
  hasUnsaved(): boolean;
  /** The key of the record in the store. */
  key(): string;
  /** Calls back when somebody else may have changed the record. */
  watch(listener: () => void): () => void;
}

type Decide<User> = (found: StoredRecord<User> | null) => StoredRecord<User> | null;

export interface BoundedStoreOptions<User> extends OwnershipOptions<User> {
  readonly clock: Clock;
  /** Milliseconds that an operation may take. */
  readonly timeout: number;
  onFailure(operation: 'read' | 'write'): void;
  /** The store held a session, and is empty. */
  onCleared(): void;
}

export function createBoundedStore<User>(options: BoundedStoreOptions<User>): BoundedStore<User> {
  const { clock, timeout } = options;
  const own = createOwnRecord(options);
  let pending: Promise<unknown> | null = null;
  /** The name of what the store showed last, or was given. */
  let held: string | null = null;
  /** What could not be written, and the name of what it was to replace: the store still holds that, and it is no news. */
  let unsaved: StoredRecord<User> | null = null;
  let leftover: string | null = null;
  /** The session that the store held when it held one last; `null` once its end is there. */
  let session: string | null = null;
  let shown: { readonly record: StoredRecord<User>; readonly name: string } | null = null;
  let isSlow = false;
  let postponed: (() => Promise<void>) | null = null;
  /** An operation that was given up and has not settled: until then the store counts as gone. */
  let stuck: PromiseLike<unknown> | null = null;

  function inOrder<Result>(operation: () => Promise<Result>): Promise<Result> {
    const turn = pending === null ? operation() : pending.then(operation);
    pending = turn;
    void turn.then(() => {
      if (pending === turn) pending = null;
    });
    return turn;
  }

  function notice(found: StoredRecord<User> | null | undefined): StoredRecord<User> | null {
    if (found === null && session !== null) options.onCleared();
    if (found === null || found === undefined) return null;
    hold(found);
    return held === leftover ? null : found;
  }

  function hold(record: StoredRecord<User>): void {
    if (shown?.record !== record) shown = { record, name: nameOf(record) };
    held = shown.name;
    if (!isEnded(record)) session = record.sessionId;
    else if (record.sessionId === session) session = null;
  }

  /** Whether a record that comes late, or again, may take the place of this one: never that of somebody's newer one. */
  function mayReplace(found: StoredRecord<User> | null, next: StoredRecord<User>): boolean {
    if (found === null || nameOf(found) === leftover) return true;
    if (found.sessionId !== next.sessionId || isEnded(found)) return false;
    return isEnded(next) ? next.ended === 'loggedOut' : found.generation < next.generation;
  }

  function saveAgain(found: StoredRecord<User> | null): void {
    if (unsaved === null || stuck !== null) return;
    if (mayReplace(found, unsaved)) void update(() => null);
    else unsaved = leftover = null;
  }

  async function read(reading: PromiseLike<StoredRecord<User> | null | undefined>) {
    try {
      return show(await bounded(reading));
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

  /** What was read before a sleep says nothing of the store of now. */
  async function readAwake(first: PromiseLike<StoredRecord<User> | null | undefined>) {
    for (let reading = first; ; reading = attempt(own.read)) {
      const at = clock.now();
      const found = await read(reading);
      if (stuck !== null || clock.now() - at < timeout) return found;
    }
  }

  async function bounded<Result>(operation: PromiseLike<Result>): Promise<Result> {
    if (stuck !== null) {
      operation.then(ignore, ignore);
      throw new Error('The store is busy with an operation that was given up');
    }
    try {
      return await inTime(operation, options);
    } catch (error) {
      if (error instanceof StoreTimeoutError) giveUp(operation);
      throw error;
    }
  }

  function giveUp(operation: PromiseLike<unknown>): void {
    const free = () => {
      if (stuck !== operation) return;
      stuck = null;
      // It may have landed over what was to be written since.
      if (unsaved !== null) void update(() => null);
    };
    stuck = operation;
    void operation.then(free, free);
  }

  function update(decide: Decide<User>): Promise<boolean> {
    return inOrder(() => change(decide));
  }

  async function change(decide: Decide<User>, isNew = false): Promise<boolean> {
    /** What is to be written, as soon as the store has shown what it holds. */
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
      await bounded(changing);
      if (asked.next) saved(asked.next);
      return true;
    } catch {
      isLate = true;
      const { next = decide(null) } = asked;
      options.onFailure(asked.next === undefined ? 'read' : 'write');
      const isRead = asked.next !== undefined;
      if (next === null) return isRead;
      if (nameOf(next) === held) return isRead;
      unsaved = next;
      leftover = held;
      return isRead;
    }
  }

  function saved(record: StoredRecord<User>): void {
    hold(record);
    unsaved = leftover = null;
  }

  function look(): StoredRecord<User> | null | Promise<StoredRecord<User> | null> {
    try {
      const found = own.read();
      isSlow = isThenable(found);
      return isThenable(found) ? readAwake(found) : show(found);
    } catch {
      options.onFailure('read');
      return null;
    }
  }

  const isPostponed = (): boolean => postponed !== null;

  /** What the store holds is shown once the task is done: it may be what the task is to end. */
  async function readAfter(task: () => Promise<void>): Promise<StoredRecord<User> | null> {
    postponed = null;
    await task();
    return isPostponed() ? null : inOrder(async () => look());
  }

  return {
    read() {
      if (postponed !== null) return readAfter(postponed);
      if (pending !== null) return inOrder(async () => look());
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
      return sessionId === session ? 'loggedOut' : null;
    },
    answersAtOnce: () => !isSlow,
    hasUnsaved: () => unsaved !== null || isPostponed(),
    key: own.key,
    watch: own.watch,
  };
}

function ignore(): void {
  // Nobody waits for it any more, and its failure has been told of.
}

class StoreTimeoutError extends Error {}

/** A store may throw at once as well as reject. */
async function attempt<Result>(operation: () => Awaitable<Result>): Promise<Result> {
  return operation();
}

function inTime<Result>(
  operation: PromiseLike<Result>,
  { clock, timeout }: Pick<BoundedStoreOptions<unknown>, 'clock' | 'timeout'>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const cancel = startTimeout(clock, { limit: timeout, isAwaited: true }, () => {
      reject(new StoreTimeoutError('The store did not answer in time'));
    });
    void operation.then(resolve, reject).then(cancel);
  });
}
