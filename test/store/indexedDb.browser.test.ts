import { createStore } from 'idb-keyval';
import { describe, expect, test, vi } from 'vitest';
import { indexedDbStore } from '../../src/index.ts';
import { storedSession, type Person } from './records.ts';
import { describeStore } from './storeContract.ts';
import { put } from './put.ts';

const freshName = () => `sessionchart ${crypto.randomUUID()}`;

/** Starts a transaction that stays open until it is released. Until then the browser starts no other one. */
function hold(database: string): Promise<() => void> {
  let isHeld = true;
  const release = () => {
    isHeld = false;
  };
  return new Promise((resolve) => {
    const goOn = (table: IDBObjectStore) => {
      const request = table.get('nothing');
      request.onsuccess = () => {
        resolve(release);
        if (isHeld) goOn(table);
      };
    };
    void createStore(database, 'sessions')('readwrite', goOn);
  });
}

function refuse() {
  const error = new DOMException('Connection to Indexed Database server lost', 'UnknownError');
  vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
    throw error;
  });
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
    throw error;
  });
}

describeStore('indexedDbStore', () => {
  const database = freshName();
  return {
    open: () => indexedDbStore<Person>({ database }),
    hold: () => hold(database),
    refuse,
  };
});

/** Deletes the database. Never resolves while a connection to it stays open. */
function remove(database: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(database);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(new Error('The database could not be deleted'));
  });
}

/** Closes all connections without a `close` event, as some browsers do. */
function closeSilently() {
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
  return () => {
    const connections = new Set<unknown>(transaction.mock.contexts);
    for (const connection of connections) if (connection instanceof IDBDatabase) connection.close();
    transaction.mockRestore();
    return connections.size;
  };
}

async function openWritten() {
  const database = freshName();
  const store = indexedDbStore<Person>({ database });
  await put(store, 'session', storedSession());
  return { database, store };
}

describe('A database', () => {
  test('that was deleted is created again by the next operation', async () => {
    const { database, store } = await openWritten();
    await remove(database);
    expect(await store.read('session')).toBeNull();
    await put(store, 'session', storedSession({ generation: 4 }));

    expect(await store.read('session')).toMatchObject({ generation: 4 });
  });

  test('that two stores keep open can be deleted', async () => {
    const { database, store } = await openWritten();
    const other = indexedDbStore<Person>({ database });
    expect(await other.read('session')).toEqual(storedSession());
    await remove(database);

    expect(await Promise.all([store.read('session'), other.read('session')])).toEqual([null, null]);
  });

  test('that is deleted during writes and reads settles every operation', async () => {
    const { database, store } = await openWritten();
    const operations = Array.from({ length: 20 }, (_, generation) => [
      put(store, 'session', storedSession({ generation })),
      store.read('session'),
    ]).flat();
    const removed = remove(database);
    await Promise.all([...operations, removed]);
    await put(store, 'session', storedSession());

    expect(await store.read('session')).toEqual(storedSession());
  });

  test('whose connection was closed without an event is opened again', async () => {
    const database = freshName();
    const close = closeSilently();
    const store = indexedDbStore<Person>({ database });
    await put(store, 'session', storedSession());
    expect(close()).toBe(1);
    expect(await store.read('session')).toEqual(storedSession());
    await put(store, 'session', storedSession({ generation: 4 }));

    expect(await store.read('session')).toMatchObject({ generation: 4 });
  });

  test.each(['was closed without a word', 'belongs to a database that was deleted'])(
    'whose connection %s runs an update over a new one, with the current record',
    async (fault) => {
      const database = freshName();
      const close = closeSilently();
      const store = indexedDbStore<Person>({ database });
      await put(store, 'session', storedSession());
      expect(close()).toBe(1);
      const isDeleted = fault.includes('deleted');
      if (isDeleted) await remove(database);
      const seen: unknown[] = [];
      const stored = await store.update('session', (current) => {
        seen.push(current);
        return storedSession({ generation: 4 });
      });

      expect(seen).toEqual([isDeleted ? null : storedSession()]);
      expect(stored).toMatchObject({ generation: 4 });
      expect(await store.read('session')).toMatchObject({ generation: 4 });
    },
  );

  test('with other data under the name has no record', async () => {
    const { database, store } = await openWritten();
    await createStore(database, 'sessions')('readwrite', (table) => {
      table.put({ version: 1 }, 'session');
      table.put(7, 'number');
    });

    expect(await store.read('session')).toBeNull();
    expect(await store.read('number')).toBeNull();
  });

  test('is shared with workers, which have no localStorage', async () => {
    const { database, store } = await openWritten();
    const worker = new Worker(new URL('./renewingWorker.ts', import.meta.url), { type: 'module' });
    const answer = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = reject;
    });
    worker.postMessage(database);

    expect(await answer).toEqual({ hasLocalStorage: false, found: storedSession() });
    expect(await store.read('session')).toMatchObject({ generation: 4 });
    worker.terminate();
  });

  test('is the same for all stores without a name', async () => {
    await put(indexedDbStore<Person>(), 'session', storedSession());

    expect(await indexedDbStore<Person>().read('session')).toEqual(storedSession());
    expect(await indexedDbStore<Person>({ database: 'mine' }).read('session')).toBeNull();
  });
});
