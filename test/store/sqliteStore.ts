import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { SessionStore, StoredRecord } from '../../src/index.ts';
import { decodeRecord, encodeRecord } from '../../src/store/storedRecord.ts';

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, text TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS locks (key TEXT PRIMARY KEY, holder TEXT NOT NULL, until INTEGER NOT NULL);
`;

/** The pause between two attempts to get the lock, and between two checks for changes, in milliseconds. */
const interval = 20;

/** A store over a real database that several processes share: an example of a custom store. */
export function sqliteStore<User>(path: string): SessionStore<User> & Disposable {
  const database = new DatabaseSync(path);
  database.exec(schema);
  const select = database.prepare('SELECT text FROM records WHERE key = ?');
  const replace = database.prepare('INSERT OR REPLACE INTO records VALUES (?, ?)');
  const take = database.prepare(
    'INSERT INTO locks VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET holder = ?2, until = ?3 WHERE until < ?4',
  );
  const renew = database.prepare('UPDATE locks SET until = ? WHERE key = ? AND holder = ?');
  const free = database.prepare('DELETE FROM locks WHERE key = ? AND holder = ?');

  const textOf = (key: string): string | null => {
    const text = select.get(key)?.['text'];
    return typeof text === 'string' ? text : null;
  };

  function transaction<Result>(task: () => Result): Result {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = task();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }

  return {
    read: (key) => decodeRecord<User>(textOf(key)),
    update: (key, decide) =>
      transaction((): StoredRecord<User> | null => {
        const found = decodeRecord<User>(textOf(key));
        const next = decide(found);
        if (next !== undefined) replace.run(key, encodeRecord(next));
        return next ?? found;
      }),
    async lock(key, task, { signal, timeout }) {
      const holder = randomUUID();
      while (take.run(key, holder, Date.now() + timeout, Date.now()).changes === 0) {
        signal.throwIfAborted();
        await pause(signal);
      }
      let isLost = false;
      // A process that died or is frozen stops renewing, so the lock becomes free after `timeout`.
      const renewal = setInterval(() => {
        isLost ||= renew.run(Date.now() + timeout, key, holder).changes === 0;
      }, timeout / 4);
      try {
        return await task({
          get isLost() {
            return isLost;
          },
          lateness: 0,
        });
      } finally {
        clearInterval(renewal);
        free.run(key, holder);
      }
    },
    watch(key, listener) {
      let before = textOf(key);
      const timer = setInterval(() => {
        const now = textOf(key);
        if (now !== before) listener();
        before = now;
      }, interval);
      timer.unref();
      return () => clearInterval(timer);
    },
    [Symbol.dispose]: () => database.close(),
  };
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, interval);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason instanceof Error ? signal.reason : new Error('The wait was aborted'));
      },
      { once: true },
    );
  });
}
