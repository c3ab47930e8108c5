import type { Clock } from '../environment.ts';
import { giveUpAfter } from '../patience.ts';
import { isThenable } from '../thenable.ts';
import { isEnded, isRecord } from './storedRecord.ts';
import type { EndedSession, StoredRecord, TokenStore } from './tokenStore.ts';

/** The store behind a session: one operation at a time, in order, and none that fails or hangs for ever. */
export interface Keeper<User> {
  /** The record; at once where the store answers at once. A store that fails has none. */
  read(): StoredRecord<User> | null | Promise<StoredRecord<User> | null>;
  /** Resolves when a read shows what others wrote before, as far as the store can tell. It never rejects. */
  catchUp(): Promise<void>;
  /** Resolves when the record is written, or when that has failed. */
  write(record: StoredRecord<User>): Promise<void>;
  /** Reads, and writes what `decide` makes of it, with nothing in between; `null` writes nothing. */
  update(decide: (found: StoredRecord<User> | null) => StoredRecord<User> | null): Promise<void>;
  /**
   * How a session has ended, by what was found; `null` where that does not say so. Where another one has come and
   * gone since, nothing of it is there any more.
   */
  endOf(sessionId: string, found: EndedSession): EndedSession['ended'] | null;
  /** Whether a read needs no waiting, as far as anybody knows. */
  answersAtOnce(): boolean;
}

export interface KeeperOptions<User> {
  readonly store: TokenStore<User>;
  readonly name: string;
  readonly clock: Clock;
  /** Milliseconds that an operation may take. */
  readonly timeout: number;
  /** Whether a session could go on with it. */
  isUsable(record: StoredRecord<User>): boolean;
  onFailure(operation: 'read' | 'write'): void;
  /** The store held a session, and is empty. */
  onCleared(): void;
}

export function createKeeper<User>(options: KeeperOptions<User>): Keeper<User> {
  const { store, name, clock, timeout } = options;
  let pending: Promise<unknown> | null = null;
  /** What the store showed last, or was given. */
  let held: string | null = null;
  /** What a write failed to replace: the store still holds it, and it is no news. */
  let leftover: string | null = null;
  let last: StoredRecord<User> | null = null;
  /** The session that the store held when it held one last; `null` once its end is there. */
  let session: string | null = null;
  /** What the store answered last, and its name: as a rule it answers the same again. */
  let shown: { readonly record: StoredRecord<User>; readonly name: string } | null = null;
  let isSlow = false;
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

  /** A store is foreign ground: what it holds may be another program's, or another version's. */
  function check(found: unknown): StoredRecord<User> | null {
    if (found === null || found === undefined) {
      if (session !== null) options.onCleared();
      return null;
    }
    if (found !== shown?.record) {
      if (!isRecord<User>(found) || !options.isUsable(found)) return null;
      shown = { record: found, name: nameOf(found) };
    }
    hold(shown.record, shown.name);
    return held === leftover ? null : shown.record;
  }

  function hold(record: StoredRecord<User>, name: string): void {
    held = name;
    if (!isEnded(record)) session = record.sessionId;
    else if (record.sessionId === session) session = null;
  }

  async function read(reading: PromiseLike<unknown>): Promise<StoredRecord<User> | null> {
    try {
      return check(await bounded(reading));
    } catch {
      options.onFailure('read');
      return null;
    }
  }

  /** What was read before a sleep says nothing of the store of now. */
  async function readAwake(first: PromiseLike<unknown>): Promise<StoredRecord<User> | null> {
    for (let reading = first; ; reading = attempt(() => store.read(name))) {
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
      if (stuck === operation) stuck = null;
    };
    stuck = operation;
    void operation.then(free, free);
  }

  async function write(record: StoredRecord<User>): Promise<void> {
    last = record;
    const writing = attempt(() => store.write(name, record));
    try {
      await bounded(writing);
      hold(record, nameOf(record));
      leftover = null;
    } catch {
      leftover = held;
      options.onFailure('write');
      writing.then(() => restore(record), ignore);
    }
  }

  /** A write that was given up may land after all: what was written here since is written again, over nobody else's. */
  function restore(late: StoredRecord<User>): void {
    const newest = last;
    if (newest === null || newest === late) return;
    void update((found) => (found === null || nameOf(found) === nameOf(late) ? newest : null));
  }

  function update(decide: (found: StoredRecord<User> | null) => StoredRecord<User> | null): Promise<void> {
    return inOrder(async () => {
      // Where the store answers at once, nobody comes in between.
      const found = look();
      const record = decide(isThenable(found) ? await found : found);
      if (record !== null) await write(record);
    });
  }

  function look(): StoredRecord<User> | null | Promise<StoredRecord<User> | null> {
    try {
      const found: unknown = store.read(name);
      isSlow = isThenable(found);
      return isThenable(found) ? readAwake(found) : check(found);
    } catch {
      options.onFailure('read');
      return null;
    }
  }

  return {
    read() {
      if (pending !== null) return inOrder(async () => look());
      const found = look();
      return isThenable(found) ? inOrder(() => found) : found;
    },
    async catchUp() {
      if (store.catchUp === undefined) return;
      // A store that cannot tell is read as it is.
      await inTime(
        attempt(() => store.catchUp?.(name)),
        options,
      ).catch(ignore);
    },
    write: (record) => inOrder(() => write(record)),
    update,
    endOf(sessionId, found) {
      if (found.sessionId === sessionId) return found.ended;
      return sessionId === session ? 'loggedOut' : null;
    },
    answersAtOnce: () => !isSlow,
  };
}

function ignore(): void {
  // Nobody waits for it any more, and its failure has been told of.
}

function nameOf(record: StoredRecord<unknown>): string {
  return `${record.sessionId} ${isEnded(record) ? record.ended : record.generation}`;
}

class StoreTimeoutError extends Error {}

/** A store may throw at once as well as reject. */
async function attempt<Result>(operation: () => Result | Promise<Result>): Promise<Result> {
  return operation();
}

function inTime<Result>(
  operation: PromiseLike<Result>,
  { clock, timeout }: Pick<KeeperOptions<unknown>, 'clock' | 'timeout'>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const cancel = giveUpAfter(clock, { limit: timeout, isAwaited: true }, () => {
      reject(new StoreTimeoutError('The store did not answer in time'));
    });
    void operation.then(resolve, reject).then(cancel);
  });
}
