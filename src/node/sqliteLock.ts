import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { throwIfAborted, type EndSignal } from '../platform/abort.ts';
import type { Awaitable } from '../platform/thenable.ts';
import type { Clock } from '../platform/clock.ts';
import { pause } from '../platform/pause.ts';
import { codeOf } from './fileErrors.ts';
import { giveToOwner } from './fileOwner.ts';

/** Opens databases: `DatabaseSync` of `node:sqlite`. */
export type OpenDatabase = (path: string) => DatabaseSync;

export interface SqliteLock {
  /**
   * Runs `task` while no other task holds the lock, and releases it when the task has settled.
   *
   * @param path - the file of the lock
   * @throws the reason of `signal`, if it is aborted before the lock is granted
   */
  request<Result>(
    this: void,
    path: string,
    signal: EndSignal,
    task: () => Awaitable<Result>,
  ): Promise<Result>;
}

export interface SqliteLockOptions {
  readonly openDatabase: OpenDatabase;
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * The pause between two attempts to get the lock, in milliseconds: the first, and the longest. Up to the same time is added at
 * random, so that no process always comes too late.
 */
const [firstPause, longestPause] = [5, 40];

/**
 * A lock of the operating system, which releases it when its holder exits or is killed. Node has no function for that, but
 * SQLite locks its files, and a write transaction keeps all others out of the file. The database stays empty: nothing is
 * ever written in the transaction.
 *
 * The name of a lock is the path of its file. `DatabaseSync` blocks the thread, so an attempt never waits for the lock.
 */
export function createSqliteLock({ openDatabase, clock, random }: SqliteLockOptions): SqliteLock {
  async function acquire(path: string, signal: EndSignal): Promise<Disposable> {
    let file = openLockFile(path, openDatabase);
    try {
      for (let wait = firstPause; ; wait = Math.min(2 * wait, longestPause)) {
        throwIfAborted(signal);
        if (file.tryLock()) {
          if (file.isCurrent()) return file;
          file[Symbol.dispose]();
          file = openLockFile(path, openDatabase);
          continue;
        }
        await pause(clock, wait * (1 + random()), signal);
      }
    } catch (error) {
      file[Symbol.dispose]();
      throw error;
    }
  }

  return {
    async request(path, signal, task) {
      using _held = await acquire(path, signal);
      return await task();
    },
  };
}

interface LockFile extends Disposable {
  /** Returns whether this process now holds the lock. */
  tryLock(this: void): boolean;
  /** Whether the file is still at its path, so that other processes ask for the same lock. */
  isCurrent(this: void): boolean;
}

function openLockFile(path: string, openDatabase: OpenDatabase): LockFile {
  createPrivately(path);
  const { ino } = statSync(path, { bigint: true });
  const database = openDatabase(path);
  let isOpen = true;
  try {
    // Without a journal in memory, SQLite would leave a journal beside the file when the process is killed.
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA busy_timeout = 0');
  } catch (error) {
    if (!isBusy(error)) {
      database.close();
      throw error;
    }
  }
  return {
    tryLock() {
      try {
        database.exec('BEGIN IMMEDIATE');
        return true;
      } catch (error) {
        if (isBusy(error)) return false;
        throw error;
      }
    },
    isCurrent: () => statSync(path, { bigint: true, throwIfNoEntry: false })?.ino === ino,
    [Symbol.dispose]() {
      if (isOpen) database.close();
      isOpen = false;
    },
  };
}

/**
 * Creates the file for its owner alone, if it does not exist. A file that exists is not opened here: closing it would release
 * the locks that this process has on it (POSIX, `fcntl`).
 */
function createPrivately(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(path, 'wx', 0o600));
    giveToOwner(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** SQLITE_BUSY. Deno's errors have no number. */
function isBusy(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('errcode' in error && typeof error.errcode === 'number') return (error.errcode & 0xff) === 5;
  return 'message' in error && String(error.message).includes('database is locked');
}
