import { InvalidOptionError } from '../errors/errors.ts';
import { hasWebLocks } from './webLock.ts';
import { kindOf } from '../errors/received.ts';
import { decodeRecord, encodeRecord } from './storedRecord.ts';
import { createInProcessLock } from './inProcessLock.ts';
import type { Decide, SessionStore } from './sessionStore.ts';
import { createTabSharing } from './tabSharing.ts';
import type { StoredRecord } from './recordTypes.ts';
import { createWatchers, type Watchers } from './watchers.ts';
import { createWriteFence } from './writeFence.ts';

/** The part of `Storage` that is used. */
export type WebStorage = Pick<Storage, 'getItem' | 'setItem'>;

/**
 * Keeps tokens in `localStorage` or `sessionStorage`, as JSON under `sessionchart:<name>`. Every script of the page can
 * read them. If the page may run untrusted scripts, keep tokens in memory instead (draft-ietf-oauth-browser-based-apps,
 * section 8).
 *
 * Tabs that share the storage take turns through the Web Locks API, and tell each other about changes through
 * BroadcastChannel and the `storage` event.
 *
 * @param storage - `localStorage`, `sessionStorage`, an object with their `getItem` and `setItem`, or a function that
 * returns one. Use a function for `localStorage`: if storage is blocked, reading the property throws, and in a function
 * that becomes a store failure (`store.failed`) with the session working from memory.
 * @throws {InvalidOptionError} `storage` is none of these
 *
 * @example
 * ```ts
 * import { createSession, webStorageStore } from 'sessionchart';
 *
 * const session = createSession({ baseUrl, server, store: webStorageStore(() => localStorage) });
 * ```
 */
export function webStorageStore<User = never>(storage: WebStorage | (() => WebStorage)): SessionStore<User> {
  const access = typeof storage === 'function' ? storage : () => storage;
  if (typeof storage !== 'function' && !isStorage(storage)) {
    throw new InvalidOptionError(
      'storage',
      'a Storage such as `localStorage`, or a function',
      kindOf(storage),
    );
  }
  const isLocal = isLocalStorage(access);
  // Pages in other processes see its writes late.
  const fence = isLocal && 'document' in globalThis && hasWebLocks() ? createWriteFence(access) : null;
  const decoders = new Map<string, ReturnType<typeof decodeOnce<User>>>();
  const store = {
    read(key: string): StoredRecord<User> | null {
      const decode = decoders.get(key) ?? decodeOnce<User>();
      decoders.set(key, decode);
      return decode(access().getItem(textKey(key)));
    },
    // Atomic only in this process. Web Storage has no compare-and-set between processes, which rely on the lock.
    update(key: string, decide: Decide<User>): StoredRecord<User> | null {
      const found = store.read(key);
      const next = decide(found);
      if (next === undefined) return found;
      if (fence === null) access().setItem(textKey(key), encodeRecord(next));
      else fence.write(textKey(key), encodeRecord(next));
      sharing.changed(key);
      return next;
    },
  };
  const catchUp = fence === null ? undefined : (key: string) => fence.catchUp(textKey(key));
  const sharing = isLocal
    ? createTabSharing<User>({ store, scope: 'local', lateness, ...(catchUp && { catchUp }) })
    : placeOf(readAccess(access) ?? storage);
  return {
    isPrivate: !isLocal,
    ...store,
    ...sharing,
    watch(key, listener) {
      const stops = [sharing.watch(key, listener), onStorageEvent(access, textKey(key), listener)];
      return () => stops.forEach((stop) => stop());
    },
  };
}

/** How long a write may stay invisible if its tab was closed right after it, in milliseconds. */
const lateness = 300;

function isStorage(given: unknown): given is WebStorage {
  return (
    typeof given === 'object' &&
    given !== null &&
    typeof Reflect.get(given, 'getItem') === 'function' &&
    typeof Reflect.get(given, 'setItem') === 'function'
  );
}

/** Returns the same record for the same text, since the store is read before every request. */
function decodeOnce<User>(): (text: string | null) => StoredRecord<User> | null {
  let last: string | null = null;
  let record: StoredRecord<User> | null = null;
  return (text) => {
    if (text !== last) {
      record = decodeRecord<User>(text);
      last = text;
    }
    return record;
  };
}

/** Listens to changes in other tabs. For `localStorage.clear()`, the event has no key. */
function onStorageEvent(access: () => WebStorage, key: string, listener: () => void): () => void {
  if (typeof globalThis.addEventListener !== 'function') return () => undefined;
  const hear = (event: StorageEvent): void => {
    if ((event.key === key || event.key === null) && event.storageArea === access()) listener();
  };
  globalThis.addEventListener('storage', hear);
  return () => {
    globalThis.removeEventListener('storage', hear);
  };
}

function textKey(key: string): string {
  return `sessionchart:${key}`;
}

interface Place extends Watchers, Pick<SessionStore, 'lock'> {}

/** Storages other than `localStorage` belong to one page. Sessions with the same storage object share it. */
const places = new WeakMap<object, Place>();

function placeOf(storage: object): Place {
  const place = places.get(storage) ?? { ...createWatchers(), lock: createInProcessLock() };
  places.set(storage, place);
  return place;
}

/** Returns `null` if storage is blocked: then reading the property throws, and nothing is shared. */
function readAccess(access: () => WebStorage): WebStorage | null {
  try {
    return access();
  } catch {
    return null;
  }
}

function isLocalStorage(access: () => WebStorage): boolean {
  const storage = readAccess(access);
  return (
    storage !== null && 'localStorage' in globalThis && storage === readAccess(() => globalThis.localStorage)
  );
}
