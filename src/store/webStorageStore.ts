import { randomId } from '../platform/randomId.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import { hasWebLocks } from './webLock.ts';
import { kindOf } from '../errors/received.ts';
import { decodeRecord, encodeRecord } from './storedRecord.ts';
import type { StoredRecord, TokenStore } from './tokenStore.ts';
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
export function webStorageStore<User = never>(storage: WebStorage | (() => WebStorage)): TokenStore<User> {
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
  const put = fence === null ? (key: string, text: string) => access().setItem(key, text) : fence.write;
  const decoders = new Map<string, ReturnType<typeof decodeOnce<User>>>();
  function read(name: string): StoredRecord<User> | null {
    const decode = decoders.get(name) ?? decodeOnce<User>();
    decoders.set(name, decode);
    return decode(access().getItem(keyOf(name)));
  }
  const write = (name: string, record: StoredRecord<User>) => put(keyOf(name), encodeRecord(record));
  return {
    scope: isLocal ? 'local' : scopeOf(placeOf(access) ?? storage),
    isShared: isLocal,
    read,
    write,
    // Atomic within this page. Between processes the lock must protect it, since Web Storage cannot compare and set.
    update(name, decide) {
      const next = decide(read(name));
      if (next !== undefined) write(name, next);
      return next ?? read(name);
    },
    ...(fence !== null && { catchUp: (name) => fence.catchUp(keyOf(name)) }),
    subscribe: (name, listener) => subscribe(access, keyOf(name), listener),
  };
}

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

/** Listens to changes by other tabs. The event of `localStorage.clear()` has no key. */
function subscribe(access: () => WebStorage, key: string, listener: () => void): () => void {
  if (typeof globalThis.addEventListener !== 'function') return () => undefined;
  const hear = (event: StorageEvent): void => {
    if ((event.key === key || event.key === null) && event.storageArea === access()) listener();
  };
  globalThis.addEventListener('storage', hear);
  return () => {
    globalThis.removeEventListener('storage', hear);
  };
}

function keyOf(name: string): string {
  return `sessionchart:${name}`;
}

/** Storages other than `localStorage` belong to one page, and are shared by sessions on the same object. */
const scopes = new WeakMap<object, string>();

function scopeOf(storage: object): string {
  const scope = scopes.get(storage) ?? `page:${randomId()}`;
  scopes.set(storage, scope);
  return scope;
}

/** If storage is blocked, reading it throws, and nothing is shared. */
function placeOf(access: () => WebStorage): WebStorage | null {
  try {
    return access();
  } catch {
    return null;
  }
}

function isLocalStorage(access: () => WebStorage): boolean {
  const place = placeOf(access);
  return place !== null && 'localStorage' in globalThis && place === placeOf(() => globalThis.localStorage);
}
