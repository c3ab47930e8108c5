import { isThenable, type Awaitable } from '../platform/thenable.ts';
import { createKnownRecord, type KnownRecord } from './knownRecord.ts';
import { createOperations, type Operations, type OperationsOptions } from './operations.ts';
import { createOwnRecord, type Found, type OwnershipOptions, type OwnRecord } from './ownRecord.ts';
import type { StoredRecord } from './recordTypes.ts';
import type { Lease } from './sessionStore.ts';

/** Wraps the store of a session: operations run one at a time and in order, time out, and never reject. */
export interface BoundedStore<User> extends Pick<KnownRecord<User>, 'endOf'> {
  /** Returns the record, synchronously if the store is synchronous. Returns `null` if the store fails. */
  read(): Awaitable<StoredRecord<User> | null>;
  /** Replaces the record with a new session. Resolves when the write has succeeded or failed. */
  write(record: StoredRecord<User>): Promise<unknown>;
  /**
   * Reads the record and writes what `decide` returns, atomically if the store can; `null` writes nothing. If the read
   * fails, nothing is written until the store works again and `decide` can be called.
   *
   * @param lease - the lease under which the record is changed: if it is superseded, nothing is written
   * @returns whether the store could be read and written
   */
  update(decide: Decide<User>, lease?: Lease | null): Promise<UpdateOutcome>;
  /** Runs a task before the next read, because the store cannot be read now. */
  postpone(task: () => Promise<void>): void;
  /** Whether a write has failed. The next operation repeats it once the store works. */
  hasUnsaved(): boolean;
  /** The key of the record in the store. */
  key(): string;
  /** Calls back when another session may have changed the record. */
  watch(listener: () => void): () => void;
}

export type UpdateOutcome = 'done' | 'unread' | 'unwritten';

type Decide<User> = (found: StoredRecord<User> | null) => StoredRecord<User> | null;

export interface BoundedStoreOptions<User> extends OwnershipOptions<User>, OperationsOptions {
  readonly onFailure: (operation: 'read' | 'write') => void;
  /** Called when a store that contained a session is empty. */
  readonly onCleared: () => void;
}

interface Parts<User> {
  readonly own: OwnRecord<User>;
  readonly known: KnownRecord<User>;
  readonly operations: Operations;
  readonly options: BoundedStoreOptions<User>;
  /** Writes what could not be written, if there is such a record. */
  readonly saveAgain: () => void;
}

export function createBoundedStore<User>(options: BoundedStoreOptions<User>): BoundedStore<User> {
  const own = createOwnRecord(options);
  const known = createKnownRecord<User>(options.onCleared);
  const operations = createOperations(options, saveAgain);
  const parts = { own, known, operations, options, saveAgain };
  const { inOrder } = operations;
  let postponed: (() => Promise<void>) | null = null;

  function saveAgain(): void {
    if (known.hasUnsaved() && !operations.isStuck()) void update(() => null);
  }

  async function update(decide: Decide<User>, lease: Lease | null = null): Promise<UpdateOutcome> {
    return inOrder(() => change(parts, { decide, lease }));
  }

  return {
    async write(record) {
      await inOrder(() => change(parts, { decide: () => record, lease: null, isNew: true }));
    },
    update,
    read() {
      const task = postponed;
      if (task === null) return inOrder(() => look(parts));
      postponed = null;
      // The task may end the stored session, so read after it.
      return task().then(() => (postponed === null ? inOrder(() => look(parts)) : null));
    },
    postpone(task) {
      postponed = task;
    },
    hasUnsaved: () => known.hasUnsaved() || postponed !== null,
    endOf: known.endOf,
    key: own.key,
    watch: own.watch,
  };
}

/** Reads the record: synchronously if the store is synchronous. */
function look<User>(parts: Parts<User>): Awaitable<StoredRecord<User> | null> {
  try {
    const found = parts.own.read();
    return isThenable(found) ? lookAwake(parts, found) : show(parts, found);
  } catch {
    parts.options.onFailure('read');
    return null;
  }
}

/** Reads again if the device slept during the read, since the result may be out of date. */
async function lookAwake<User>(
  parts: Parts<User>,
  first: PromiseLike<Found<User>>,
): Promise<StoredRecord<User> | null> {
  const { own, operations, options } = parts;
  const { clock, timeout, onFailure } = options;
  for (let reading = first; ; reading = attempt(own.read)) {
    const at = clock.now();
    let found: StoredRecord<User> | null = null;
    try {
      found = show(parts, await operations.inTime(reading));
    } catch {
      onFailure('read');
    }
    if (operations.isStuck() || clock.now() - at < timeout) return found;
  }
}

function show<User>({ known, saveAgain }: Parts<User>, found: Found<User>): StoredRecord<User> | null {
  const record = known.see(found);
  saveAgain();
  return record;
}

interface Change<User> {
  readonly decide: Decide<User>;
  readonly lease: Lease | null;
  /** Whether the record of a new session is written, which also replaces one that cannot be read. */
  readonly isNew?: boolean;
}

async function change<User>(
  { own, known, operations, options }: Parts<User>,
  { decide, lease, isNew = false }: Change<User>,
): Promise<UpdateOutcome> {
  /** The record to write, once the store has been read. */
  const asked: { next?: StoredRecord<User> | null } = {};
  let isLate = false;
  const changing = attempt(() =>
    own.update((current) => {
      if (current === undefined && !isNew) return null;
      if (lease?.isSuperseded === true) return (asked.next = null);
      const found = current ?? null;
      asked.next = known.choose(found, decide(known.see(found)), isLate);
      return asked.next;
    }),
  );
  try {
    await operations.inTime(changing);
    if (asked.next) known.saved(asked.next);
    return 'done';
  } catch {
    isLate = true;
    const isRead = asked.next !== undefined;
    options.onFailure(isRead ? 'write' : 'read');
    const { next = decide(null) } = asked;
    if (next !== null) known.missed(next, lease);
    return isRead ? 'unwritten' : 'unread';
  }
}

/** A store may throw at once as well as reject. */
async function attempt<Result>(operation: () => Awaitable<Result>): Promise<Result> {
  return operation();
}
