import { randomId } from '../randomId.ts';
import { InvalidOptionError } from '../errors.ts';
import { kindOf } from '../received.ts';
import { decodeRecord, encodeRecord } from './storedRecord.ts';
import type { TokenStore } from './tokenStore.ts';

/** The part of `Storage` that is used. */
export type WebStorage = Pick<Storage, 'getItem' | 'setItem'>;

/**
 * Keeps tokens in `localStorage` or `sessionStorage`, as JSON under `sessionchart:<name>`. Every script of
 * the page can read them there: a page that may run foreign scripts keeps them in memory
 * (draft-ietf-oauth-browser-based-apps, section 8).
 *
 * Tabs that share it do not take turns yet: where the server rotates refresh tokens and counts the second use of
 * one as theft, two tabs that refresh at one moment can sign the user out.
 *
 * @param storage - `localStorage`, `sessionStorage` or what has their `getItem` and `setItem`
 * @throws {InvalidOptionError} where `storage` has no `getItem` or `setItem`
 *
 * @example
 * ```ts
 * import { createSession, webStorageStore } from 'sessionchart';
 *
 * const session = createSession({ baseUrl, server, store: webStorageStore(localStorage) });
 * ```
 */
export function webStorageStore<User = never>(storage: WebStorage): TokenStore<User> {
  const given: unknown = storage;
  const isStorage =
    typeof given === 'object' &&
    given !== null &&
    typeof Reflect.get(given, 'getItem') === 'function' &&
    typeof Reflect.get(given, 'setItem') === 'function';
  if (!isStorage) {
    throw new InvalidOptionError('storage', 'a Storage such as `localStorage`', kindOf(given));
  }
  return {
    scope: scopeOf(storage),
    read: (name) => decodeRecord<User>(storage.getItem(keyOf(name))),
    write: (name, record) => storage.setItem(keyOf(name), encodeRecord(record)),
  };
}

function keyOf(name: string): string {
  return `sessionchart:${name}`;
}

/** Storages other than `localStorage` are one page's own: sessions on the same object share them. */
const scopes = new WeakMap<WebStorage, string>();

function scopeOf(storage: WebStorage): string {
  const scope = scopes.get(storage) ?? (isLocalStorage(storage) ? 'local' : `page:${randomId()}`);
  scopes.set(storage, scope);
  return scope;
}

/** Where storage is blocked, the mere access throws. */
function isLocalStorage(storage: WebStorage): boolean {
  try {
    return 'localStorage' in globalThis && globalThis.localStorage === storage;
  } catch {
    return false;
  }
}
