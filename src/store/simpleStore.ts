import { check, expectMembers, text } from '../errors/checks.ts';
import { systemClock, type Clock } from '../platform/clock.ts';
import { after, isThenable, type Awaitable } from '../platform/thenable.ts';
import { createProgramLock } from './programLock.ts';
import { createQueue } from './queue.ts';
import type { Decide, SessionStore } from './sessionStore.ts';
import { createTabSharing } from './tabSharing.ts';
import type { StoredRecord } from './recordTypes.ts';
import { createWatchers } from './watchers.ts';

/** Options of {@link simpleStore}. `read` and `write` may be synchronous or return a promise, and may throw. */
export interface SimpleStoreOptions<User> {
  /** Returns the record with this key, or `null` if there is none. The session validates it. */
  read(key: string): Awaitable<StoredRecord<User> | null>;
  /** Stores a record under this key. Replaces the previous one. */
  write(key: string, record: StoredRecord<User>): Awaitable<unknown>;
  /** Calls the listener when another program may have changed the record. Returns an unsubscribe function. */
  subscribe?(key: string, listener: () => void): () => void;
  /**
   * The name of the place, if other tabs, workers or processes use it too. It must be the same in all of them. Default is
   * none: only this program uses the place.
   */
  readonly sharedAs?: string;
  /** The clock for time limits. Default is the system's. */
  readonly clock?: Clock;
}

/** How long an operation may delay the next one, in milliseconds. */
const limit = 8_000;

/**
 * Creates a store from two functions. It guarantees less than other stores:
 *
 * - It reads and then writes, and overwrites what another program writes in between. In the worst case, a refresh that
 *   ends in the same milliseconds as a sign-out stores its tokens over it.
 * - With `sharedAs`, tabs and workers of an origin use Web Locks. Elsewhere programs take turns by marks in the record, and
 *   the session emits `lock.unavailable`.
 * - It learns of changes in other tabs through BroadcastChannel, and of other changes only through `subscribe`.
 *
 * Implement {@link SessionStore} instead if the place has transactions, locks or notifications.
 *
 * @throws {InvalidOptionError} `read` or `write` is not a function, or `sharedAs` is not a string
 *
 * @example
 * ```ts
 * import { createSession, simpleStore, type StoredRecord } from 'sessionchart';
 *
 * interface User {
 *   name: string;
 * }
 *
 * const records = new Map<string, StoredRecord<User>>();
 * const store = simpleStore<User>({
 *   read: (key) => records.get(key) ?? null,
 *   write: (key, record) => records.set(key, record),
 * });
 * const session = createSession({ baseUrl, server, store });
 * ```
 */
export function simpleStore<User = never>(options: SimpleStoreOptions<User>): SessionStore<User> {
  expectMembers('store', options, ['read', 'write', 'subscribe?']);
  const { sharedAs, clock = systemClock } = options;
  if (sharedAs !== undefined) {
    const scope = check('sharedAs', sharedAs, text);
    return createSimpleStore<User>(options, (store) => createTabSharing<User>({ store, scope, clock }));
  }
  const sharing = ({ read }: Pick<SessionStore<User>, 'read'>) => ({
    ...createWatchers(),
    lock: createProgramLock(read, clock),
  });
  return { ...createSimpleStore<User>(options, sharing), isPrivate: true };
}

/** How sessions that share a place lock it and tell each other about changes. */
export interface Sharing<User> extends Pick<SessionStore<User>, 'lock' | 'watch' | 'missing'> {
  changed(this: void, key: string): void;
}

export function createSimpleStore<User>(
  options: SimpleStoreOptions<User>,
  createSharing: (store: Pick<SessionStore<User>, 'read' | 'update'>) => Sharing<User>,
): SessionStore<User> {
  const inOrder = createQueue({ clock: options.clock ?? systemClock, limit });
  const store = {
    read: (key: string) => options.read(key),
    update: (key: string, decide: Decide<User>): Awaitable<StoredRecord<User> | null> =>
      inOrder(() => readAndWrite(options, key, decide, sharing)),
  };
  const sharing = createSharing(store);
  return {
    ...store,
    ...sharing,
    watch(key, listener) {
      const stops = [sharing.watch(key, listener), options.subscribe?.(key, listener)];
      return () => stops.forEach((stop) => stop?.());
    },
  };
}

function readAndWrite<User>(
  options: SimpleStoreOptions<User>,
  key: string,
  decide: Decide<User>,
  { changed }: { changed(this: void, key: string): void },
): Awaitable<StoredRecord<User> | null> {
  const clock = options.clock ?? systemClock;

  function write(
    found: StoredRecord<User> | null | undefined,
    error?: unknown,
  ): Awaitable<StoredRecord<User> | null> {
    const next = decide(found);
    if (next !== undefined) {
      return after(options.write(key, next), () => {
        changed(key);
        return next;
      });
    }
    if (found === undefined) throw error;
    return found;
  }

  function readRecord(then: typeof write): Awaitable<StoredRecord<User> | null> {
    let reading: ReturnType<typeof options.read>;
    try {
      reading = options.read(key);
    } catch (error) {
      return write(undefined, error);
    }
    if (!isThenable(reading)) return then(reading ?? null);
    return reading.then(
      (found) => then(found ?? null),
      (error: unknown) => write(undefined, error),
    );
  }

  const at = clock.now();
  // If the device slept during the read, the result may be out of date.
  return readRecord((found) => (clock.now() - at < limit ? write(found) : readRecord(write)));
}
