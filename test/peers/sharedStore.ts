import { webStorageStore, type Clock, type StoredRecord, type TokenStore } from '../../src/index.ts';
import type { WebStorage } from '../../src/store/webStorageStore.ts';
import type { User } from '../interleavings/world.ts';
import { createFakeStorage } from '../stores/fakeStorage.ts';
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
  open(life: Life): TokenStore<User>;
}

export interface SharedStoreOptions {
  readonly clock: Clock;
  /** Milliseconds until an operation takes effect, and again until its answer is there. Default: it answers at once. */
  readonly delay?: (() => number) | undefined;
  /** Milliseconds until a tab is shown what another one has written. Default is 0. */
  readonly lateness?: number | undefined;
  /** Whether a tab can wait until it is shown what others have written (`catchUp`). Default is `false`. */
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
  const own = webStorageStore<User>(storage);
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

  function atOnce(life: Life): Pick<TokenStore<User>, 'read' | 'write'> {
    // Each tab reads the text for itself.
    const store = webStorageStore<User>(lateness === 0 ? storage : showLate(life));
    return {
      read(key) {
        reads += 1;
        return store.read(key);
      },
      write(key, record) {
        if (life.isOver()) return;
        void store.write(key, record);
        for (const [other, listener] of listeners) {
          if (other !== life) clock.schedule(() => other.enter(listener), 1);
        }
      },
    };
  }

  function inTime(life: Life, wait: () => number): Pick<TokenStore<User>, 'read' | 'write'> {
    const store = atOnce(life);
    const pass = () => new Promise<void>((resolve) => clock.schedule(resolve, wait()));
    async function operate<Result>(operation: () => Result | Promise<Result>): Promise<Result> {
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

  return {
    record: () => {
      const record = own.read(name);
      if (record instanceof Promise) throw new Error('Expected an answer at once');
      return record;
    },
    put: (record) => void own.write(name, record),
    putText: (text) => storage.setItem(key, text),
    tell() {
      for (const [life, listener] of listeners) life.enter(listener);
    },
    clear: () => storage.clear(),
    reads: () => reads,
    open: (life) => ({
      scope: 'local',
      isShared: true,
      ...(delay === undefined ? atOnce(life) : inTime(life, delay)),
      ...(canCatchUp && {
        catchUp: () => new Promise<void>((resolve) => void clock.schedule(resolve, lateness)),
      }),
      ...(hasEvents === true && {
        subscribe(_key, listener) {
          listeners.set(life, listener);
          return () => void listeners.delete(life);
        },
      }),
    }),
  };
}
