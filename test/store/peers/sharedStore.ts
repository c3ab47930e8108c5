import type { Clock, SessionStore, SimpleStoreOptions, StoredRecord } from '../../../src/index.ts';
import { createMarkLock } from '../../../src/store/markLock.ts';
import { createSharedLock, type PlatformLock } from '../../../src/store/sharedLock.ts';
import { createSimpleStore } from '../../../src/store/simpleStore.ts';
import { decodeRecord, encodeRecord } from '../../../src/store/storedRecord.ts';
import { createWatchers } from '../../../src/store/watchers.ts';
import type { WebStorage } from '../../../src/store/webStorageStore.ts';
import type { OpenTabChannel } from '../../../src/observe/index.ts';
import type { User } from '../../interleavings/world.ts';
import { createFakeStorage } from '../fakeStorage.ts';
import { never, type Life } from './life.ts';

/** A storage that the stores of all tabs use. */
export interface SharedStore {
  /** Returns the stored record. */
  record(): StoredRecord<User> | null;
  /** Stores a record without telling the tabs. */
  put(record: StoredRecord<User>): void;
  /** Stores a text in place of the record: that of another application, or a damaged one. */
  putText(text: string): void;
  /** Tells every tab that the record may have changed. */
  tell(): void;
  /** Empties the storage, as when the user clears the site's data. */
  clear(): void;
  /** The number of reads so far. */
  reads(): number;
  /** Opens the store of one tab. */
  open(life: Life, powers?: Powers): SessionStore<User>;
}

type Medium = Pick<SimpleStoreOptions<User>, 'read' | 'write'>;

/** The abilities of one tab's store, in place of the common ones. */
export interface Powers {
  /** The lock of the platform, or `null` for none. */
  readonly lock?: PlatformLock | null;
  readonly openChannel?: OpenTabChannel;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly catchUp?: () => Promise<void>;
  /** Wraps the operations of the storage. */
  readonly change?: (medium: Medium) => Medium;
}

export interface SharedStoreOptions {
  readonly clock: Clock;
  readonly lockOf: (life: Life) => PlatformLock | null;
  readonly channelOf: (life: Life) => OpenTabChannel;
  /** How long a call to the store takes in each direction, in milliseconds. Default: the store is synchronous. */
  readonly delay?: (() => number) | undefined;
  /** After how many milliseconds a tab sees the write of another. Default is 0. */
  readonly lateness?: number | undefined;
  /** Whether a tab that gets the lock can wait until it sees the writes of others. Default is `false`. */
  readonly canCatchUp?: boolean | undefined;
  /** Whether tabs are told about each other's changes, as by `storage` events. Default is `false`. */
  readonly hasEvents?: boolean | undefined;
  /** The longest text that fits, in characters. Default is no limit. */
  readonly quota?: number | undefined;
}

const name = 'session';
const key = `sessionchart:${name}`;

export function openSharedStore(options: SharedStoreOptions): SharedStore {
  const { clock, delay, hasEvents, quota, lateness = 0, canCatchUp = false } = options;
  const storage = createFakeStorage(quota === undefined ? {} : { quota });
  const listeners = new Map<Life, () => void>();
  const views = new Map<Life, (text: string) => void>();
  let reads = 0;

  /** The storage as one tab sees it: its own writes at once, those of others some time later. */
  function showLate(life: Life): WebStorage {
    let shown = storage.getItem(key);
    views.set(life, (text) => {
      shown = text;
    });
    return {
      getItem: () => shown,
      setItem(_key, text) {
        storage.setItem(key, text);
        shown = text;
        for (const [other, show] of views) if (other !== life) clock.schedule(() => show(text), lateness);
      },
    };
  }

  function atOnce(life: Life): Medium {
    // Each tab decodes the text itself.
    const place = lateness === 0 ? storage : showLate(life);
    return {
      read(name) {
        reads += 1;
        return decodeRecord<User>(place.getItem(`sessionchart:${name}`));
      },
      write(name, record) {
        if (life.isOver()) return;
        place.setItem(`sessionchart:${name}`, encodeRecord(record));
        for (const [other, listener] of listeners) {
          if (other !== life) clock.schedule(() => other.enter(listener), 1);
        }
      },
    };
  }

  function inTime(life: Life, wait: () => number): Medium {
    const store = atOnce(life);
    const pass = () => new Promise<void>((resolve) => clock.schedule(resolve, wait()));
    async function operate<Result>(operation: () => Result | PromiseLike<Result>): Promise<Result> {
      if (life.isOver()) return never();
      await pass();
      const result = await operation();
      await pass();
      return result;
    }
    return {
      read: (key) => life.reach(operate(() => store.read(key))),
      write: (key, record) => life.reach(operate(() => store.write(key, record))),
    };
  }

  function share(life: Life, powers: Powers) {
    const { random = () => 0.5, clock: ownClock = clock } = powers;
    const lock = powers.lock === undefined ? options.lockOf(life) : powers.lock;
    const openChannel = powers.openChannel ?? options.channelOf(life);
    const catchUp = powers.catchUp ?? (canCatchUp ? () => pass(lateness) : null);
    return (store: Pick<SessionStore<User>, 'read' | 'update'>) => {
      const missing: ('lock' | 'channel')[] = lock === null ? ['lock'] : [];
      const marks = createMarkLock({ store, clock: ownClock, random });
      const watchers = createWatchers((name, hear) => {
        try {
          return openChannel(name, hear);
        } catch {
          missing.push('channel');
          return null;
        }
      });
      const shared =
        lock === null
          ? marks.lock
          : createSharedLock({
              platform: lock,
              marks,
              clock: ownClock,
              nameOf: (name) => name,
              lateness: 300,
              ...(catchUp !== null && { catchUp }),
              onRefused: () => void missing.push('lock'),
            });
      return { ...watchers, missing, lock: shared };
    };
  }

  const pass = (milliseconds: number) =>
    new Promise<void>((resolve) => void clock.schedule(resolve, milliseconds));

  return {
    record: () => decodeRecord<User>(storage.getItem(key)),
    put: (record) => storage.setItem(key, encodeRecord(record)),
    putText: (text) => storage.setItem(key, text),
    tell() {
      for (const [life, listener] of listeners) life.enter(listener);
    },
    clear: () => storage.clear(),
    reads: () => reads,
    open(life, powers = {}) {
      const medium = delay === undefined ? atOnce(life) : inTime(life, delay);
      return createSimpleStore<User>(
        {
          ...(powers.change?.(medium) ?? medium),
          clock: powers.clock ?? clock,
          ...(hasEvents === true && {
            subscribe(_key: string, listener: () => void) {
              listeners.set(life, listener);
              return () => void listeners.delete(life);
            },
          }),
        },
        share(life, powers),
      );
    },
  };
}
