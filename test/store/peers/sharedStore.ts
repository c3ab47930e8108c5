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

/** One storage behind the stores of all tabs. */
export interface SharedStore {
  /** The record that is in it. */
  record(): StoredRecord<User> | null;
  /** Puts one there, as a tab that nobody hears of would. */
  put(record: StoredRecord<User>): void;
  /** Puts a text where the record is: another program's, or half of one. */
  putText(text: string): void;
  /** Tells every tab that somebody has changed something. */
  tell(): void;
  /** Takes all there is, as a user who clears the site's data. */
  clear(): void;
  /** How often it has been read. */
  reads(): number;
  /** The store of one tab. */
  open(life: Life, powers?: Powers): SessionStore<User>;
}

type Medium = Pick<SimpleStoreOptions<User>, 'read' | 'write'>;

/** What one tab's store can do, in place of what the world gives to all. */
export interface Powers {
  /** The lock of the platform; `null` for none. */
  readonly lock?: PlatformLock | null;
  readonly openChannel?: OpenTabChannel;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly catchUp?: () => Promise<void>;
  /** Puts something between the store and the place. */
  readonly change?: (medium: Medium) => Medium;
}

export interface SharedStoreOptions {
  readonly clock: Clock;
  readonly lockOf: (life: Life) => PlatformLock | null;
  readonly channelOf: (life: Life) => OpenTabChannel;
  /** Milliseconds until an operation takes effect, and again until its answer is there. Default: it answers at once. */
  readonly delay?: (() => number) | undefined;
  /** Milliseconds until a tab is shown what another one has written. Default is 0. */
  readonly lateness?: number | undefined;
  /** Whether a tab can wait until it is shown what others have written before it has the lock. Default is `false`. */
  readonly canCatchUp?: boolean | undefined;
  /** Whether other tabs' changes are told, as `storage` events tell them. Default is `false`. */
  readonly hasEvents?: boolean | undefined;
  /** The most that it takes, in characters. Default is no bound. */
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

  /** What one tab is shown of the storage: its own writes at once, and others' some time later. */
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
    // Each tab reads the text for itself.
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
