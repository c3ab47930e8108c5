import {
  asyncStorageStore,
  memoryStore,
  simpleStore,
  tokensInMemory,
  webStorageStore,
  type SessionStore,
  type StoredRecord,
} from '../../src/index.ts';
import type { Decide } from '../../src/store/sessionStore.ts';
import { createMarkLock } from '../../src/store/markLock.ts';
import { createSharedLock } from '../../src/store/sharedLock.ts';
import { decodeRecord, encodeRecord } from '../../src/store/storedRecord.ts';
import type { Locks } from '../platform/locks.ts';
import type { AsyncTexts, Medium } from '../platform/medium.ts';
import type { Tab } from '../platform/tab.ts';
import type { User } from './contract.ts';
import type { Place } from './plan.ts';

export interface StoreParts {
  readonly medium: Medium;
  readonly locks: Locks;
  /** Called with each record that a `memoryStore` holds. */
  readonly kept: (record: StoredRecord<User>) => void;
}

type Store = SessionStore<User>;

/** Opens the store of a tab. Must run in the tab. */
export const openStore: Readonly<Record<Place, (tab: Tab, parts: StoreParts) => Store>> = {
  memory: (_tab, { kept }) => watched(memoryStore<User>(), kept),
  tabs: () => webStorageStore<User>(() => localStorage),
  cookies: () => tokensInMemory(webStorageStore<User>(() => localStorage)),
  slow: (tab, { medium }) => asyncStorageStore<User>(medium.storage(tab)),
  files: openFiles,
  marks(tab, { medium }) {
    const texts = medium.storage(tab);
    return simpleStore<User>({
      read: async (key) => decodeRecord<User>(await texts.getItem(key)),
      write: (key, record) => texts.setItem(key, encodeRecord(record)),
      sharedAs: 'simulation',
      clock: tab,
    });
  },
  /** A lock that keeps nobody out, as one on a network drive: only what a session reads after a refusal helps. */
  unlocked(tab, { medium }) {
    const texts = medium.storage(tab);
    return {
      read: async (key) => decodeRecord<User>(await texts.getItem(key)),
      update: (key, decide) => exchange(texts, key, decide),
      lock: (_key, task) => task({ isLost: false, lateness: 0 }),
      watch: () => () => undefined,
    };
  },
};

/** Whether a key is that of a record: limits have keys of their own. */
export const isRecordKey = (key: string): boolean => !/#limits|_0023limits/.test(key);

function watched(store: Store, kept: StoreParts['kept']): Store {
  return {
    ...store,
    update: (key, decide) =>
      store.update(key, (found) => {
        const next = decide(found);
        if (next !== undefined && isRecordKey(key)) kept(next);
        return next;
      }),
  };
}

/** The parts of `fileStore`, over a place in memory: an atomic update, a lock of the operating system, and marks. */
function openFiles(tab: Tab, { medium, locks }: StoreParts): Store {
  const texts = medium.storage(tab);
  const listeners = new Set<() => void>();
  tab.listen('storage', () => {
    for (const listener of listeners) listener();
  });
  const store = {
    read: async (key: string) => decodeRecord<User>(await texts.getItem(key)),
    update: (key: string, decide: Decide<User>) => exchange(texts, key, decide),
  };
  const missing: 'lock'[] = [];
  return {
    ...store,
    missing,
    requiresLock: true,
    lock: createSharedLock<User>({
      platform: {
        async request<Result>(
          name: string,
          signal: AbortSignal,
          task: () => Promise<Result>,
        ): Promise<Result> {
          const given: { result: Promise<Result> | null } = { result: null };
          await locks.request(tab, name, { signal }, () => (given.result = task()));
          if (given.result === null) throw new Error('The task did not run');
          return given.result;
        },
      },
      marks: createMarkLock<User>({ store, clock: tab, random: Math.random, isAtomic: true }),
      clock: tab,
      nameOf: (key) => `lock of ${key}`,
      onRefused: () => void missing.push('lock'),
    }),
    watch(_key, listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Replaces the text only if nobody else has replaced it since it was read. */
async function exchange(
  texts: AsyncTexts,
  key: string,
  decide: Decide<User>,
): Promise<StoredRecord<User> | null> {
  for (;;) {
    const before = await texts.getItem(key);
    const found = decodeRecord<User>(before);
    const next = decide(found);
    if (next === undefined) return found;
    if (await texts.exchange(key, before, encodeRecord(next))) return next;
  }
}
