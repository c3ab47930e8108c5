import type { Clock } from '../platform/clock.ts';
import type { Awaitable } from '../platform/thenable.ts';
import { withinTime } from '../platform/withinTime.ts';
import type { Holder, StoredRecord, StoredSession } from './recordTypes.ts';
import type { Decide, SessionStore } from './sessionStore.ts';
import { isEnded, nameOf } from './storedRecord.ts';

export type MarkOutcome = 'set' | 'held' | 'changed' | 'impossible';

/** The name of the record for which the lock is wanted; `null` until it has been read. */
export interface SessionBefore {
  name: string | null;
}

/** Marks in the record (`lockedBy`), each with the id of the session that holds the lock. */
interface Marks {
  /**
   * Sets a mark, unless another one is in force.
   *
   * @param before - if another record has replaced this one, the lock is not needed
   */
  set(this: void, key: string, id: string, timeout: number, before: SessionBefore): Promise<MarkOutcome>;
  remove(this: void, key: string, id: string, timeout: number): Promise<void>;
  /**
   * Whether the mark is still there: what two sessions wrote in the same moment shows a little later. `null` if there is no
   * mark.
   */
  stays(this: void, key: string, id: string, timeout: number): Promise<boolean | null>;
  /** Whether any mark is in force. */
  isTaken(this: void, key: string, timeout: number): Promise<boolean>;
}

interface MarksOptions<User> {
  readonly store: Pick<SessionStore<User>, 'read' | 'update'>;
  readonly clock: Clock;
}

export function createMarks<User>({ store, clock }: MarksOptions<User>): Marks {
  /** A store that fails or hangs must keep no session from refreshing: it then goes without a mark. */
  const attempt = <Result>(operation: () => Awaitable<Result>, timeout: number, otherwise: Result) =>
    withinTime({ clock, limit: timeout }, operation, otherwise);

  function isHeld(found: StoredSession<User>, id: string, timeout: number): boolean {
    const { lockedBy, attempt: call } = found;
    if (!isHolder(lockedBy) || lockedBy.id === id) return false;
    // The holder's call began later than its mark was set.
    const last = Math.max(lockedBy.at, call?.at ?? 0);
    // The clock of another program may be ahead. A mark that is much newer was written before the clock was set back.
    return Math.abs(clock.now() - last) < timeout;
  }

  async function set(key: string, id: string, timeout: number, before: SessionBefore): Promise<MarkOutcome> {
    let outcome: MarkOutcome = 'impossible';
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

  async function stays(key: string, id: string, timeout: number): Promise<boolean | null> {
    const found = await attempt(() => store.read(key), timeout, null);
    if (!isLive(found) || found.lockedBy === undefined) return null;
    return found.lockedBy.id === id;
  }

  async function isTaken(key: string, timeout: number): Promise<boolean> {
    const found = await attempt(() => store.read(key), timeout, null);
    return isLive(found) && isHeld(found, '', timeout);
  }

  return { set, remove, stays, isTaken };
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
