import { createStore, del, get, set } from 'idb-keyval';

/** Where the keys of sessions are kept. Programs that share a session must share its key too. */
export interface KeyStore {
  get(this: void, id: string): Promise<CryptoKeyPair | undefined>;
  set(this: void, id: string, keys: CryptoKeyPair): Promise<void>;
  delete(this: void, id: string): Promise<void>;
}

/**
 * Keeps keys in IndexedDB, where all tabs of the origin can use them and no script can read them. Where there is no IndexedDB
 * (Node), they are kept in memory, and a stored session cannot be continued after a restart.
 */
export function defaultKeyStore(): KeyStore {
  if (typeof indexedDB === 'undefined') return memoryKeyStore();
  const connection = createStore('sessionchart-keys', 'keys');
  return {
    get: (id) => get<CryptoKeyPair>(id, connection),
    set: (id, keys) => set(id, keys, connection),
    delete: (id) => del(id, connection),
  };
}

export function memoryKeyStore(): KeyStore {
  const keys = new Map<string, CryptoKeyPair>();
  return {
    get: (id) => Promise.resolve(keys.get(id)),
    set: (id, pair) => Promise.resolve(void keys.set(id, pair)),
    delete: (id) => Promise.resolve(void keys.delete(id)),
  };
}
