import type { Clock } from '../platform/clock.ts';
import { after, isThenable, type Awaitable } from '../platform/thenable.ts';
import { withinTime } from '../platform/withinTime.ts';
import type { LimitsSlot } from '../session/limitsSlot.ts';
import { isSameTimes, mergeTimes, recordOf, seenAt, timesOf, type Times } from './times.ts';

/** The times of a session in its store, where the other tabs see them. If the store fails, each tab counts alone. */
export interface SharedTimes {
  /** Returns the stored times, of this session or an earlier one: synchronously if the store is synchronous. */
  read(this: void): Awaitable<Times | null>;
  /** Adds times to the stored ones. Resolves when they are stored, or when the store has failed. */
  write(this: void, times: Times): Promise<void>;
  /** Runs a task while no other tab runs one, or without the lock if the store does not grant it in time. */
  lock(this: void, task: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Calls back when another tab may have written. Returns an unsubscribe function. */
  watch(this: void, listener: () => void): () => void;
}

/** How long a task under the lock may take, in milliseconds. */
const timeout = 1_000;

/** How long a read may take, in milliseconds. Requests wait for the first one. */
const longestRead = 8_000;

export function createSharedTimes({ store, key }: LimitsSlot, clock: Clock): SharedTimes {
  let writing: Promise<void> | null = null;
  let next: Times | null = null;
  /** The session whose times this tab has written. Its late writes don't replace those of a later session. */
  let written: string | null = null;

  async function update(times: Times): Promise<void> {
    try {
      await store.update(key, (record) => {
        const found = timesOf(record);
        // A store that ignores the key contains the tokens.
        if (found === null && record !== null) return undefined;
        const isOther = found !== null && found.sessionId !== times.sessionId;
        if (isOther && written === times.sessionId) return undefined;
        const merged = found === null ? times : mergeTimes(times, seenAt(found, clock.now()));
        return found !== null && isSameTimes(found, merged) ? undefined : { ...record, ...recordOf(merged) };
      });
      written = times.sessionId;
    } catch {
      // The session reports that its store fails.
    }
  }

  /** Writes the newest times, once the write that is in progress has ended. */
  async function writeAll(): Promise<void> {
    for (let times = next; times !== null; times = next) {
      next = null;
      await update(times);
    }
    writing = null;
  }

  return {
    read() {
      try {
        const found = after(store.read(key), timesOf);
        return isThenable(found) ? withinTime({ clock, limit: longestRead }, () => found, null) : found;
      } catch {
        return null;
      }
    },
    write(times) {
      next = times;
      writing ??= writeAll();
      return writing;
    },
    async lock(task, signal) {
      await store.lock(key, task, { signal, timeout });
    },
    watch(listener) {
      try {
        return store.watch(key, listener);
      } catch {
        return () => undefined;
      }
    },
  };
}
