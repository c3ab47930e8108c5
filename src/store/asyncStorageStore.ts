import { check, object, orValue, wholeNumber } from '../errors/checks.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import { isBrowser } from '../platform/isBrowser.ts';
import { hasWebLocks } from './webLock.ts';
import { kindOf } from '../errors/received.ts';
import { createParts, leastValueBytes, type Texts } from './parts.ts';
import { decodeRecord, encodeRecord } from './storedRecord.ts';
import { createProgramLock } from './programLock.ts';
import type { Decide, SessionStore } from './sessionStore.ts';
import { createTabSharing } from './tabSharing.ts';
import { createWatchers, type Watchers } from './watchers.ts';

/** The part of React Native's `AsyncStorage` that is used. Its methods may also be synchronous. */
export interface AsyncStorageLike {
  getItem(key: string): PromiseLike<string | null | undefined> | string | null | undefined;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** The part of the module `expo-secure-store` that is used. */
export interface SecureStoreLike {
  getItemAsync(key: string): PromiseLike<string | null>;
  setItemAsync(key: string, value: string): unknown;
  deleteItemAsync(key: string): unknown;
}

/** Options of {@link asyncStorageStore}. */
export interface AsyncStorageStoreOptions {
  /**
   * The largest value that the storage accepts under one key (in bytes of UTF-8: an integer of at least 128, or
   * `Infinity`). A longer record is stored under several keys. Default is 2048 for expo-secure-store, since some releases
   * of iOS refuse longer values, and `Infinity` for other storages.
   */
  readonly maxValueBytes?: number;
}

/**
 * Keeps tokens in React Native's AsyncStorage, in expo-secure-store, or in a similar storage, as JSON under keys that start
 * with `sessionchart.` and contain only letters, digits, `.`, `-` and `_`. AsyncStorage is not encrypted; the secure store
 * is. A record is never read in part, even if the app is killed while it is written.
 *
 * In a browser, all pages and workers of the origin share the session of one `name`, each with its own wrapper around the
 * storage (for example the popup and the service worker of an extension). Elsewhere the storage belongs to one
 * application.
 *
 * @param storage - an object with `getItem`, `setItem` and `removeItem`, or the module expo-secure-store
 * @throws {InvalidOptionError} `storage` lacks one of these, or `maxValueBytes` is out of bounds
 *
 * @example
 * ```ts
 * import { asyncStorageStore, createSession, type SecureStoreLike } from 'sessionchart';
 *
 * // import * as SecureStore from 'expo-secure-store';
 * declare const SecureStore: SecureStoreLike;
 *
 * const session = createSession({ baseUrl, server, store: asyncStorageStore(SecureStore) });
 * ```
 */
export function asyncStorageStore<User = never>(
  storage: AsyncStorageLike | SecureStoreLike,
  options: AsyncStorageStoreOptions = {},
): SessionStore<User> {
  check('options', options, object);
  const texts = textsOf(storage);
  const limit = check(
    'maxValueBytes',
    options.maxValueBytes ?? (isSecureStore(storage) ? 2048 : Infinity),
    byteLimit,
  );
  const parts = createParts(texts, limit);
  const { inOrder, watchers } = isBrowser() ? placeOfOrigin() : placeOf(storage);
  const read = async (key: string) => decodeRecord<User>(await parts.get(textKey(key)));
  const store = {
    read: (key: string) => inOrder(() => read(key)),
    update: (key: string, decide: Decide<User>) =>
      inOrder(async () => {
        const found = await read(key).catch((error: unknown) => ({ error }));
        const isReadable = found === null || !('error' in found);
        const next = decide(isReadable ? found : undefined);
        if (next === undefined) {
          if (isReadable) return found;
          throw found.error;
        }
        await parts.set(textKey(key), encodeRecord(next));
        sharing.changed(key);
        return next;
      }),
  };
  const sharing = isBrowser()
    ? createTabSharing<User>({ store, scope: 'async' })
    : { ...watchers, lock: createProgramLock(store.read) };
  return { isPrivate: !isBrowser(), ...store, ...sharing };
}

function textsOf(storage: AsyncStorageLike | SecureStoreLike): Texts {
  // expo-secure-store also has `getItem` and `setItem`, which are synchronous and block the app.
  if (isSecureStore(storage)) {
    expectMethods(storage, ['getItemAsync', 'setItemAsync', 'deleteItemAsync']);
    return {
      get: async (key) => await storage.getItemAsync(key),
      set: async (key, text) => await storage.setItemAsync(key, text),
      remove: async (key) => await storage.deleteItemAsync(key),
    };
  }
  expectMethods(storage, ['getItem', 'setItem', 'removeItem']);
  return {
    get: async (key) => (await storage.getItem(key)) ?? null,
    set: async (key, text) => await storage.setItem(key, text),
    remove: async (key) => await storage.removeItem(key),
  };
}

const byteLimit = /* @__PURE__ */ orValue(Infinity, /* @__PURE__ */ wholeNumber(leastValueBytes));

function isSecureStore(storage: unknown): storage is SecureStoreLike {
  return typeof storage === 'object' && storage !== null && 'getItemAsync' in storage;
}

function expectMethods(storage: unknown, names: readonly string[]): void {
  const isStorage =
    typeof storage === 'object' &&
    storage !== null &&
    names.every((name) => typeof Reflect.get(storage, name) === 'function');
  if (isStorage) return;
  const expected = 'an AsyncStorage (`getItem`, `setItem`, `removeItem`) or the module expo-secure-store';
  throw new InvalidOptionError('storage', expected, kindOf(storage));
}

/** Escapes a key, since the secure store rejects other characters in keys. `.` separates the number of a part. */
function textKey(key: string): string {
  const escape = (unit: string): string => `_${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `sessionchart.${key.replaceAll(/[^A-Za-z0-9-]/g, escape)}`;
}

interface Place {
  readonly watchers: Watchers;
  /** Runs operations one after another: each takes several calls of the storage, which must not mingle. */
  readonly inOrder: <Result>(operation: () => Promise<Result>) => Promise<Result>;
}

const places = new WeakMap<object, Place>();

/** The place of a storage that belongs to one application. */
function placeOf(storage: object): Place {
  const place = places.get(storage) ?? { watchers: createWatchers(), inOrder: createOrder() };
  places.set(storage, place);
  return place;
}

let originPlace: Place | undefined;

/** In a browser, wrappers do not identify the place, since two contexts cannot share an object. */
function placeOfOrigin(): Place {
  return (originPlace ??= {
    watchers: createWatchers(),
    inOrder: hasWebLocks()
      ? async (operation) => navigator.locks.request('sessionchart:async:storage', operation)
      : createOrder(),
  });
}

function createOrder(): Place['inOrder'] {
  let last: Promise<unknown> = Promise.resolve();
  return (operation) => {
    const turn = last.then(operation);
    last = turn.catch(() => undefined);
    return turn;
  };
}
