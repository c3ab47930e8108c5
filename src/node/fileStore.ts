import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createEnd } from '../platform/abort.ts';
import { systemClock, type Clock } from '../platform/clock.ts';
import type { Awaitable } from '../platform/thenable.ts';
import { startTimeout } from '../platform/timeout.ts';
import { createMarkLock } from '../store/markLock.ts';
import { createQueue } from '../store/queue.ts';
import type { StoredRecord } from '../store/recordTypes.ts';
import type { Decide, SessionStore } from '../store/sessionStore.ts';
import { createSharedLock } from '../store/sharedLock.ts';
import { isRecord } from '../store/storedRecord.ts';
import { ifPossible } from './fileErrors.ts';
import { loadSqlite, readFileStoreOptions, type FileStoreOptions } from './fileStoreOptions.ts';
import { createFileWatcher } from './fileWatcher.ts';
import { createRecordFile, type RecordFile } from './recordFile.ts';
import { createSqliteLock, type SqliteLock } from './sqliteLock.ts';

/**
 * Keeps the session in a file that all processes of a user share: command-line tools, agents, editors, services. One process
 * refreshes for all of them. A sign-in, a refresh or a sign-out in one process reaches the others at once, and in any case
 * before their next request.
 *
 * - Only the user can read the file (mode 0600, in folders with mode 0700). It is replaced as a whole, so a reader never finds
 *   half of a record. The tokens in it are not encrypted: see `encryptedStore`.
 * - The lock is one of the operating system, which releases it when the process that holds it exits or is killed.
 * - The store needs `node:sqlite`: Node 22.13 or later, Deno or Bun.
 *
 * @throws {InvalidOptionError} `path` or `appName` is not valid, both or none are given, or `path` is a folder
 * @throws {Error} the runtime has no `node:sqlite`
 *
 * @example
 * ```ts
 * import { createSession, restContract } from 'sessionchart';
 * import { fileStore } from 'sessionchart/node';
 *
 * const session = createSession({
 *   baseUrl: 'https://api.example.com',
 *   server: restContract({ login: 'auth/login', refresh: 'auth/refresh' }),
 *   store: fileStore({ appName: 'my-tool' }),
 * });
 * await session.ready(); // reading is asynchronous: now the session knows whether a user is signed in
 * ```
 */
export function fileStore<User = never>(options: FileStoreOptions): SessionStore<User> {
  const given = readFileStoreOptions(options);
  const openDatabase = loadSqlite();
  // If the file is a symbolic link, its target is replaced.
  const path = ifPossible(() => realpathSync(given)) ?? given;
  const clock = systemClock;
  const random = () => Math.random();
  const platform = createSqliteLock({ openDatabase, clock, random });
  const file = createRecordFile(path);
  const missing: 'lock'[] = [];
  const store = {
    read: async (key: string) => recordIn<User>((await file.read()).records, key),
    update: createUpdate<User>(file, { platform, clock, lockPath: lockPathOf(path, 'writes') }),
  };
  return {
    ...store,
    missing,
    // Without the lock, or without a place for the new tokens, a refresh would sign the user out in the other processes.
    requiresLock: true,
    lock: createSharedLock<User>({
      platform,
      marks: createMarkLock<User>({ store, clock, random, isAtomic: true }),
      clock,
      nameOf: (key) => lockPathOf(path, nameOfLock(key)),
      onRefused: () => void missing.push('lock'),
    }),
    watch: createFileWatcher(path, file.read).watch,
  };
}

interface UpdateOptions {
  readonly platform: SqliteLock;
  readonly clock: Clock;
  readonly lockPath: string;
}

/** How often an update is prepared without the lock. After that it keeps the lock, so that it cannot be overtaken for ever. */
const freeAttempts = 4;

/** How long an update waits for the lock of the file, and may delay the next one, in milliseconds. */
const limit = 8_000;

/** Reads and writes in one atomic step: what `decide` has seen is still in the file when its result replaces that. */
function createUpdate<User>(file: RecordFile, { platform, clock, lockPath }: UpdateOptions) {
  const inOrder = createQueue({ clock, limit });

  async function locked<Result>(task: () => Awaitable<Result>): Promise<Result> {
    const wait = createEnd();
    const cancel = startTimeout(clock, { limit, isAwaited: true }, () => {
      wait.abort(() => new Error('Another process does not release the file'));
    });
    try {
      return await platform.request(lockPath, wait.signal, task);
    } finally {
      cancel();
    }
  }

  /** Returns `undefined` if another process was faster. */
  async function attempt(key: string, decide: Decide<User>, hasLock: boolean) {
    const before = await file.read();
    const found = recordIn<User>(before.records, key);
    const next = decide(found);
    if (next === undefined) return found;
    const records = new Map(before.records).set(key, next);
    const isDone = await file.replace(before, records, (exchange) =>
      hasLock ? Promise.resolve(exchange()) : locked(exchange),
    );
    return isDone ? next : undefined;
  }

  async function update(key: string, decide: Decide<User>): Promise<StoredRecord<User> | null> {
    for (let count = 0; count < freeAttempts; count += 1) {
      const stored = await attempt(key, decide, false);
      if (stored !== undefined) return stored;
    }
    const stored = await locked(() => attempt(key, decide, true));
    if (stored === undefined) throw new Error('Another program changes the file without its lock');
    return stored;
  }

  return (key: string, decide: Decide<User>) => inOrder(() => update(key, decide));
}

function recordIn<User>(records: ReadonlyMap<string, unknown>, key: string): StoredRecord<User> | null {
  const found = records.get(key);
  return isRecord<User>(found) ? found : null;
}

/** A key may contain any characters. */
function nameOfLock(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

function lockPathOf(path: string, name: string): string {
  return join(`${path}.locks`, name);
}
