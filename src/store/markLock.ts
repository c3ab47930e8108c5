import type { Clock } from '../platform/clock.ts';
import { pause } from '../platform/pause.ts';
import { randomId } from '../platform/randomId.ts';
import { throwIfAborted } from '../platform/abort.ts';
import type { Awaitable } from '../platform/thenable.ts';
import { withinTime } from '../platform/withinTime.ts';
import type { Decide, Lease, LockOptions, SessionStore } from './sessionStore.ts';
import { isEnded, nameOf } from './storedRecord.ts';
import type { Holder, StoredRecord, StoredSession } from './recordTypes.ts';

/** Milliseconds between two reads while another session holds the lock. */
const checkInterval = 200;

/** Milliseconds, and up to as many again at random, until the store shows which of two marks of one moment has stayed. */
const settleTime = 100;

/** Milliseconds for which the write of a session that was not kept out by a sure lock may not show. */
export const longestLateness = 3_100;

/**
 * A lock for stores whose platform has none: the holder writes a mark into the record (`lockedBy`), and others wait until
 * it is gone or too old. It is as sure as the store's `update` is. Where `update` is not atomic between two processes, two
 * sessions that ask within the same milliseconds can both get the lock.
 */
export interface MarkLock<User> {
  readonly lock: SessionStore<User>['lock'];
  /** Resolves once no other session has a mark that is in force. */
  whenFree(key: string, options: LockOptions): Promise<void>;
  /** Keeps others out while a task goes on that has lost its lock. */
  guard<Result>(key: string, timeout: number, task: Promise<Result>): Promise<Result>;
}

export interface MarkLockOptions<User> {
  readonly store: Pick<SessionStore<User>, 'read' | 'update'>;
  readonly clock: Clock;
  readonly random: () => number;
}

type Outcome = 'set' | 'held' | 'changed' | 'impossible';

export function createMarkLock<User>({ store, clock, random }: MarkLockOptions<User>): MarkLock<User> {
  /** A store that fails or hangs must keep no session from refreshing: it then goes without a mark. */
  const attempt = <Result>(operation: () => Awaitable<Result>, timeout: number, otherwise: Result) =>
    withinTime({ clock, limit: timeout }, operation, otherwise);

  function isHeld(found: StoredSession<User>, id: string, timeout: number): boolean {
    const { lockedBy, attempt: call } = found;
    if (!isHolder(lockedBy) || lockedBy.id === id) return false;
    // The holder's call began later than its mark was set.
    const last = Math.max(lockedBy.at, call?.at ?? 0);
    const now = clock.now();
    return last <= now && now < last + timeout;
  }

  /** @param before - the record for whose sake the lock is wanted: another one in its place means that it is not needed */
  async function set(key: string, id: string, timeout: number, before: Before): Promise<Outcome> {
    let outcome: Outcome = 'impossible';
    const decide: Decide<User> = (found) => {
      outcome = 'impossible';
      if (!isLive(found)) return undefined;
      before.name ??= nameOf(found);
      if (nameOf(found) !== before.name) outcome = 'changed';
      else if (isHeld(found, id, timeout)) outcome = 'held';
      else {
        outcome = 'set';
        return { ...found, lockedBy: { id, at: clock.now() } };
      }
      return undefined;
    };
    return attempt(async () => (await store.update(key, decide), outcome), timeout, 'impossible');
  }

  async function remove(key: string, id: string, timeout: number): Promise<void> {
    const decide: Decide<User> = (found) => {
      if (!isLive(found) || found.lockedBy?.id !== id) return undefined;
      const { lockedBy: _, ...rest } = found;
      return rest;
    };
    await attempt(() => store.update(key, decide), timeout, null);
  }

  /** Whether the mark stays: what two sessions wrote in the same moment shows a little later. */
  async function stays(key: string, id: string, timeout: number): Promise<boolean | null> {
    const found = await attempt(() => store.read(key), timeout, null);
    if (!isLive(found) || found.lockedBy === undefined) return null;
    return found.lockedBy.id === id;
  }

  async function acquire(key: string, id: string, { signal, timeout }: LockOptions): Promise<Outcome> {
    const before: Before = { name: null };
    let vanished = 0;
    for (;;) {
      throwIfAborted(signal);
      const at = clock.now();
      const outcome = await set(key, id, timeout, before);
      if (outcome === 'held') {
        await pause(clock, checkInterval, signal);
        continue;
      }
      if (outcome !== 'set') return outcome;
      const took = clock.now() - at;
      // Another session that saw no mark may be as slow. More than two timeouts were slept through.
      const wait = took > 2 * timeout ? settleTime : Math.max(settleTime, 2 * took);
      await pause(clock, wait * (1 + random()), signal);
      throwIfAborted(signal);
      const isOurs = await stays(key, id, timeout);
      // Another session has removed it with its own, or the store keeps only the fields that it knows.
      if (isOurs === null) vanished += 1;
      if (isOurs === true || vanished > 1) return outcome;
    }
  }

  return {
    async lock(key, task, options) {
      const id = randomId();
      try {
        const outcome = await acquire(key, id, options);
        const lease: Lease = { isLost: outcome === 'changed', lateness: longestLateness };
        return await task(lease);
      } finally {
        await remove(key, id, options.timeout);
      }
    },
    async whenFree(key, { signal, timeout }) {
      const isTaken = (found: StoredRecord<User> | null) => isLive(found) && isHeld(found, '', timeout);
      while (!signal.aborted && isTaken(await attempt(() => store.read(key), timeout, null))) {
        await pause(clock, checkInterval, signal);
      }
    },
    async guard(key, timeout, task) {
      const id = randomId();
      const marking = set(key, id, timeout, { name: null });
      try {
        return await task;
      } finally {
        await marking;
        await remove(key, id, timeout);
      }
    },
  };
}

interface Before {
  name: string | null;
}

function isLive<User>(found: StoredRecord<User> | null | undefined): found is StoredSession<User> {
  return found !== null && found !== undefined && !isEnded(found);
}

/** It is foreign input. */
function isHolder(value: Holder | undefined): value is Holder {
  const holder: unknown = value;
  if (typeof holder !== 'object' || holder === null) return false;
  return 'id' in holder && 'at' in holder && typeof holder.at === 'number';
}
