import { createStore, get, type UseStore } from 'idb-keyval';
import { check, object, text } from '../errors/checks.ts';
import { isError } from '../errors/errorKind.ts';
import { decodeRecord, encodeRecord } from './storedRecord.ts';
import type { Decide, SessionStore } from './sessionStore.ts';
import { createTabSharing } from './tabSharing.ts';
import type { StoredRecord } from './recordTypes.ts';

/** Options of {@link indexedDbStore}. */
export interface IndexedDbStoreOptions {
  /**
   * The name of the database, which only this store may use (a non-empty string). Default is `'sessionchart'`.
   */
  readonly database?: string;
}

/**
 * Keeps tokens in IndexedDB, which pages and workers can read (a service worker has no `localStorage`). All pages and
 * workers of an origin share the database, and every script of the origin can read the tokens. If IndexedDB is missing or
 * blocked, each operation rejects, and the session works from memory.
 *
 * @throws {InvalidOptionError} `database` is not a string
 *
 * @example
 * ```ts
 * import { createSession, indexedDbStore } from 'sessionchart';
 *
 * const session = createSession({ baseUrl, server, store: indexedDbStore() });
 * await session.ready(); // reading is asynchronous: now the session knows whether a user is signed in
 * ```
 */
export function indexedDbStore<User = never>(options: IndexedDbStoreOptions = {}): SessionStore<User> {
  check('options', options, object);
  const database = check('database', options.database ?? 'sessionchart', text);
  const connection = createConnection(database);
  const store = {
    read: async (key: string) => decodeRecord<User>(textOf(await get<unknown>(key, connection))),
    async update(key: string, decide: Decide<User>): Promise<StoredRecord<User> | null> {
      const outcome = await connection('readwrite', (table) => updateIn(table, key, decide));
      if ('error' in outcome) throw outcome.error;
      if (outcome.isChanged) sharing.changed(key);
      return outcome.stored;
    },
  };
  const sharing = createTabSharing<User>({ store, scope: `indexedDb:${database}`, isAtomic: true });
  return { ...store, ...sharing };
}

type Outcome<User> =
  { readonly stored: StoredRecord<User> | null; readonly isChanged: boolean } | { readonly error: Error };

/**
 * Reads and writes in one transaction: IndexedDB runs no other one on the same table at the same time. An error of
 * `decide` is returned as an outcome, since a failed transaction is repeated over a new connection.
 */
function updateIn<User>(table: IDBObjectStore, key: string, decide: Decide<User>): Promise<Outcome<User>> {
  return new Promise((resolve, reject) => {
    const { transaction } = table;
    let outcome: Outcome<User> = { stored: null, isChanged: false };
    const request = table.get(key);
    request.onsuccess = () => {
      try {
        const found = decodeRecord<User>(textOf(request.result));
        const next = decide(found);
        if (next !== undefined) table.put(encodeRecord(next), key);
        outcome = { stored: next ?? found, isChanged: next !== undefined };
      } catch (error) {
        outcome = { error: isError(error) ? error : new Error('The decision failed') };
      }
    };
    transaction.oncomplete = () => resolve(outcome);
    transaction.onabort = () => reject(transaction.error ?? new Error('The transaction was aborted'));
  });
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * Creates a connection that reopens itself. idb-keyval reopens after a `close` event, but a browser may close a connection
 * without one (idb-keyval, issue 165), and every later operation would fail.
 */
function createConnection(database: string): UseStore {
  const open = (): UseStore => createStore(database, 'sessions');
  let current = open();
  return async (mode, callback) => {
    const once = (connection: UseStore) =>
      connection(mode, (table) => {
        const { db } = table.transaction;
        // Code that deletes the database has to wait until every connection is closed.
        db.onversionchange = () => db.close();
        return callback(table);
      });
    const used = current;
    try {
      return await once(used);
    } catch (error) {
      // The connection works, so opening a new one does not help.
      if (isError(error) && error.name === 'QuotaExceededError') throw error;
      if (current === used) current = open();
      return once(current);
    }
  };
}
