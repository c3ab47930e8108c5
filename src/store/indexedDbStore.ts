import { createStore, get, set, type UseStore } from 'idb-keyval';
import { check, object, text } from '../errors/checks.ts';
import { isError } from '../errors/errorKind.ts';
import { decodeRecord, encodeRecord } from './storedRecord.ts';
import type { StoredRecord, TokenStore } from './tokenStore.ts';

/** What {@link indexedDbStore} takes. */
export interface IndexedDbStoreOptions {
  /**
   * The name of the database, which is this store's alone (a text that is not empty). Default is
   * `'sessionchart'`.
   */
  readonly database?: string;
}

/**
 * Keeps tokens in IndexedDB, which workers can read as well as pages: a service worker has no `localStorage`. All
 * pages and workers of an origin share a database. Every script of the origin can read the tokens there. Where
 * there is no IndexedDB, or it is blocked, each operation rejects, and the session works from memory.
 *
 * @throws {InvalidOptionError} where `database` is no text
 *
 * @example
 * ```ts
 * import { createSession, indexedDbStore } from 'sessionchart';
 *
 * const session = createSession({ baseUrl, server, store: indexedDbStore() });
 * await session.ready(); // it is read with a promise: until then nobody knows whether somebody is signed in
 * ```
 */
export function indexedDbStore<User = never>(options: IndexedDbStoreOptions = {}): TokenStore<User> {
  check('options', options, object);
  const database = check('database', options.database ?? 'sessionchart', text);
  const connection = createConnection(database);
  return {
    scope: `indexedDb:${database}`,
    isShared: true,
    read: async (name) => decodeRecord<User>(textOf(await get<unknown>(name, connection))),
    write: (name, record) => set(name, encodeRecord(record), connection),
    async update(name, decide) {
      const outcome = await connection('readwrite', (table) => updateIn(table, name, decide));
      if ('error' in outcome) throw outcome.error;
      return outcome.stored;
    },
  };
}

type Decide<User> = Parameters<NonNullable<TokenStore<User>['update']>>[1];

type Outcome<User> = { readonly stored: StoredRecord<User> | null } | { readonly error: Error };

/**
 * Reads and writes in one transaction: IndexedDB runs no other on the same table meanwhile. What `decide` throws is an
 * outcome, since a transaction that fails is made again over a new connection.
 */
function updateIn<User>(table: IDBObjectStore, name: string, decide: Decide<User>): Promise<Outcome<User>> {
  return new Promise((resolve, reject) => {
    const { transaction } = table;
    let outcome: Outcome<User> = { stored: null };
    const request = table.get(name);
    request.onsuccess = () => {
      try {
        const found = decodeRecord<User>(textOf(request.result));
        const next = decide(found);
        if (next !== undefined) table.put(encodeRecord(next), name);
        outcome = { stored: next ?? found };
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
 * A connection that opens itself again. idb-keyval does so after a `close` event, but a browser may close a
 * connection, or lose its server, without one (idb-keyval, issue 165): every operation would fail from then on.
 */
function createConnection(database: string): UseStore {
  const open = (): UseStore => createStore(database, 'sessions');
  let current = open();
  return async (mode, callback) => {
    const once = (connection: UseStore) =>
      connection(mode, (table) => {
        const { db } = table.transaction;
        // Who deletes the database waits until all have closed it.
        db.onversionchange = () => db.close();
        return callback(table);
      });
    const used = current;
    try {
      return await once(used);
    } catch (error) {
      // A connection that lives is not at fault.
      if (isError(error) && error.name === 'QuotaExceededError') throw error;
      if (current === used) current = open();
      return once(current);
    }
  };
}
