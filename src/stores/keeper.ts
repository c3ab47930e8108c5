import type { Clock } from '../environment.ts';
import type { StoredRecord, TokenStore } from './tokenStore.ts';

/** The store behind a session: one operation at a time, in order, and none that fails or hangs for ever. */
export interface Keeper<User> {
  /** The record; at once where the store answers at once. A store that fails has none. */
  read(): StoredRecord<User> | null | Promise<StoredRecord<User> | null>;
  /** Resolves when the record is written, or when that has failed. */
  write(record: StoredRecord<User>): Promise<void>;
  /** Reads, and writes what `decide` makes of it, with nothing in between; `null` writes nothing. */
  update(decide: (found: StoredRecord<User> | null) => StoredRecord<User> | null): Promise<void>;
}

export interface KeeperOptions<User> {
  readonly store: TokenStore<User>;
  readonly name: string;
  readonly clock: Clock;
  /** Milliseconds that an operation may take. */
  readonly timeout: number;
  onFailure(operation: 'read' | 'write'): void;
}

export function createKeeper<User>(options: KeeperOptions<User>): Keeper<User> {
  const { store, name } = options;
  let pending: Promise<unknown> | null = null;

  function inOrder<Result>(operation: () => Promise<Result>): Promise<Result> {
    const turn = pending === null ? operation() : pending.then(operation);
    pending = turn;
    void turn.then(() => {
      if (pending === turn) pending = null;
    });
    return turn;
  }

  async function read(reading: Promise<StoredRecord<User> | null>): Promise<StoredRecord<User> | null> {
    try {
      return await inTime(reading, options);
    } catch {
      options.onFailure('read');
      return null;
    }
  }

  async function write(record: StoredRecord<User>): Promise<void> {
    try {
      await inTime(
        attempt(() => store.write(name, record)),
        options,
      );
    } catch {
      options.onFailure('write');
    }
  }

  return {
    read() {
      if (pending !== null) return inOrder(() => read(attempt(() => store.read(name))));
      try {
        const found = store.read(name);
        return found instanceof Promise ? inOrder(() => read(found)) : found;
      } catch {
        options.onFailure('read');
        return null;
      }
    },
    write: (record) => inOrder(() => write(record)),
    update: (decide) =>
      inOrder(async () => {
        const record = decide(await read(attempt(() => store.read(name))));
        if (record !== null) await write(record);
      }),
  };
}

/** A store may throw at once as well as reject. */
async function attempt<Result>(operation: () => Result | Promise<Result>): Promise<Result> {
  return operation();
}

function inTime<Result>(
  operation: Promise<Result>,
  { clock, timeout }: Pick<KeeperOptions<unknown>, 'clock' | 'timeout'>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(() => {
      reject(new Error('The store did not answer in time'));
    }, timeout);
    operation.then(resolve, reject).finally(cancel);
  });
}
