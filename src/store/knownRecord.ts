import type { EndedSession, StoredRecord } from './recordTypes.ts';
import type { Lease } from './sessionStore.ts';
import { isEnded, nameOf } from './storedRecord.ts';

/**
 * What a session knows about its record: what the store contained last, and what could not be written. The store then still
 * contains the record that was to be replaced, and this record is no news. Nor is the end of an earlier session that was
 * written over a newer one, or any record of a session that this one has just replaced: the newer one is written again.
 */
export interface KnownRecord<User> {
  /** Takes what the store contains. Returns `null` for a record that was to be replaced. */
  see(found: StoredRecord<User> | null | undefined): StoredRecord<User> | null;
  /**
   * Returns what to write: `next`, or else the record that could not be written. Neither a late nor a repeated write
   * replaces a newer record.
   */
  choose(
    found: StoredRecord<User> | null,
    next: StoredRecord<User> | null,
    isLate: boolean,
  ): StoredRecord<User> | null;
  saved(record: StoredRecord<User>): void;
  /**
   * Keeps a record that could not be written, unless only its marks differ from those of the stored one. It is given up if
   * its lease is superseded.
   */
  missed(record: StoredRecord<User>, lease: Lease | null): void;
  hasUnsaved(): boolean;
  /**
   * Returns how a session has ended according to a record, or `null` if the record does not say. The record of a later
   * session that has also ended means that this one was logged out.
   */
  endOf(this: void, sessionId: string, found: EndedSession): EndedSession['ended'] | null;
}

/** @param onCleared - called when a store that contained a session is empty */
export function createKnownRecord<User>(onCleared: () => void): KnownRecord<User> {
  let last: StoredRecord<User> | null = null;
  /** The session that the store contained last, until its end is there. */
  let liveId: string | null = null;
  /** The session that the store contained before that one. */
  let earlierId: string | null = null;
  /** The same, if this session has written the later one, which it repeats at most once: two tabs could go on for ever. */
  let replacedId: string | null = null;
  let unsaved: StoredRecord<User> | null = null;
  /** The name of the record that `unsaved` was to replace. */
  let replaced: string | null = null;
  /** The lease under which `unsaved` was to be written. */
  let unsavedLease: Lease | null = null;

  function hold(record: StoredRecord<User>, isOwn = false): void {
    if (!isEnded(record)) {
      if (last !== null && last.sessionId !== record.sessionId) {
        earlierId = last.sessionId;
        replacedId = isOwn ? earlierId : null;
      }
      liveId = record.sessionId;
    } else if (record.sessionId === liveId) liveId = null;
    last = record;
  }

  /** Whether a tab that did not see the live session yet has written the earlier one over it. */
  const isOverwritten = (found: StoredRecord<User>): boolean =>
    found.sessionId === (isEnded(found) ? earlierId : replacedId) && last?.sessionId === liveId;

  const isReplaced = (record: StoredRecord<User>): boolean =>
    replaced !== null && nameOf(record) === replaced;

  function mayReplace(found: StoredRecord<User> | null, next: StoredRecord<User>): boolean {
    if (found === null || isReplaced(found)) return true;
    const isSignedOut = isEnded(next) && next.ended === 'loggedOut';
    return isSignedOut && found.sessionId === next.sessionId && !isEnded(found);
  }

  return {
    see(found) {
      if (found === null && liveId !== null) onCleared();
      if (found === null || found === undefined) return null;
      if (isOverwritten(found)) {
        if (unsaved === null) [unsaved, unsavedLease] = [last, null];
        replaced = nameOf(found);
      } else hold(found);
      return isReplaced(found) ? null : found;
    },
    choose(found, next, isLate) {
      if (next !== null && (!isLate || mayReplace(found, next))) return next;
      const isObsolete = (record: StoredRecord<User>) =>
        unsavedLease?.isSuperseded === true || !mayReplace(found, record);
      if (unsaved !== null && isObsolete(unsaved)) unsaved = replaced = null;
      return unsaved;
    },
    saved(record) {
      hold(record, true);
      // If the earlier session comes back once more, the other tab means it.
      if (record === unsaved) replacedId = null;
      unsaved = replaced = null;
    },
    missed(record, lease) {
      const before = last === null ? null : nameOf(last);
      if (nameOf(record) === before) return;
      unsaved = record;
      unsavedLease = lease;
      replaced = before;
    },
    hasUnsaved: () => unsaved !== null,
    endOf(sessionId, found) {
      if (found.sessionId === sessionId) return found.ended;
      return sessionId === liveId ? 'loggedOut' : null;
    },
  };
}
