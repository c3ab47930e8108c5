import { check, object, orValue, wholeNumber } from '../errors/checks.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import { isBrowser } from '../platform/isBrowser.ts';
import { hasWebLocks } from './webLock.ts';
import { kindOf } from '../errors/received.ts';
import { createParts, leastValueBytes, type Texts } from './parts.ts';
import { decodeRecord, encodeRecord } from './storedRecord.ts';
import type { StoredRecord, TokenStore } from './tokenStore.ts';

/** The part of React Native's `AsyncStorage` that is used. Its methods may answer at once as well. */
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

/** What {@link asyncStorageStore} takes beside the storage. */
export interface AsyncStorageStoreOptions {
  /**
   * The most that the storage takes under one key (in bytes of UTF-8, a whole number of 128 or more, or
   * `Infinity`). A longer record is kept under several keys. Default is 2048 for expo-secure-store, which warned
   * of more up to SDK 54 since some releases of iOS refuse it, and `Infinity` for any other storage.
   */
  readonly maxValueBytes?: number;
}

/**
 * Keeps tokens in React Native's AsyncStorage, in expo-secure-store, or in anything alike, as JSON under keys
 * that begin with `sessionchart.` and hold letters, digits, `.`, `-` and `_` alone. AsyncStorage is not encrypted;
 * the secure store is. A record is never found in half, even where the app is killed while it is written.
 *
 * In a browser, all pages and workers of the origin share the session of one `name`, each with its own wrapper around the
 * storage (the popup and the service worker of an extension, say). Elsewhere the storage belongs to one program.
 *
 * @param storage - what has `getItem`, `setItem` and `removeItem`, or the module expo-secure-store
 * @throws {InvalidOptionError} where `storage` lacks one of these, or `maxValueBytes` is out of its bounds
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
): TokenStore<User> {
  check('options', options, object);
  const texts = textsOf(storage);
  const limit = check(
    'maxValueBytes',
    options.maxValueBytes ?? (isSecureStore(storage) ? 2048 : Infinity),
    byteLimit,
  );
  const parts = createParts(texts, limit);
  const { scope, inOrder } = isBrowser() ? sharedPlace : placeOf(storage);
  const read = async (name: string) => decodeRecord<User>(await parts.get(keyOf(name)));
  const write = (name: string, record: StoredRecord<User>) => parts.set(keyOf(name), encodeRecord(record));
  return {
    scope,
    isShared: isBrowser(),
    read: (name) => inOrder(() => read(name)),
    write: (name, record) => inOrder(() => write(name, record)),
    update: (name, decide) =>
      inOrder(async () => {
        const found = await read(name);
        const next = decide(found);
        if (next !== undefined) await write(name, next);
        return next ?? found;
      }),
  };
}

function textsOf(storage: AsyncStorageLike | SecureStoreLike): Texts {
  // The module expo-secure-store has a `getItem` and a `setItem` as well, which block the program.
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

/** A name may be any text. The secure store refuses keys with other characters; `.` sets a part's number off. */
function keyOf(name: string): string {
  const escape = (unit: string): string => `_${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `sessionchart.${name.replaceAll(/[^A-Za-z0-9-]/g, escape)}`;
}

interface Place {
  readonly scope: string;
  readonly inOrder: <Result>(operation: () => Promise<Result>) => Promise<Result>;
}

const places = new WeakMap<object, Place>();

/** How many storages have been given a scope: as in `memoryStore`, a number tells them apart. */
let count = 0;

/** The place of a storage that belongs to one program. */
function placeOf(storage: object): Place {
  const place = places.get(storage) ?? { scope: `async#${(count += 1)}`, inOrder: createQueue() };
  places.set(storage, place);
  return place;
}

/** In a browser the wrapper says nothing about the place: two contexts cannot share an object. */
const sharedPlace: Place = {
  scope: 'async',
  inOrder: hasWebLocks()
    ? async (operation) => navigator.locks.request('sessionchart:async:storage', operation)
    : createQueue(),
};

/** Makes operations one after another: each takes several calls of the storage, which must not mingle. */
function createQueue(): Place['inOrder'] {
  let last: Promise<unknown> = Promise.resolve();
  return (operation) => {
    const turn = last.then(operation);
    last = turn.catch(() => undefined);
    return turn;
  };
}
