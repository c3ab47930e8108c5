import { LRUCache } from 'lru-cache';
import { createInProcessLock } from '../store/inProcessLock.ts';
import type { StoredRecord } from '../store/recordTypes.ts';
import type { SessionStore } from '../store/sessionStore.ts';
import { isEnded, userRevisionOf } from '../store/storedRecord.ts';
import { createWatchers } from '../store/watchers.ts';

/** What a cookie contains: the name of the session, and its record if the cookie is the store. */
export interface Sealed<User> {
  readonly name: string;
  readonly record: StoredRecord<User> | null;
}

/** Writes the cookie of a session into the response, with its record if the cookie is the store. */
export type Save<User> = (record: StoredRecord<User> | null) => Promise<void>;

/** The records that the requests of this process have used lately. */
export interface RecentRecords<User> {
  /**
   * Creates the store of one request.
   *
   * @param sealed - what the cookie of the request contains
   * @param save - `null` if the response can set no cookie: then no change is kept
   */
  storeOf(this: void, sealed: Sealed<User>, save: Save<User> | null): SessionStore<User>;
  /** Returns the record if this process has a newer one than the cookie, whose response may have been lost. */
  newerThan(this: void, sealed: Sealed<User>): StoredRecord<User> | null;
}

/** How many records are kept, and for how long after their last use, in milliseconds. */
const kept = { max: 10_000, ttl: 600_000, updateAgeOnGet: true };

/**
 * Keeps the session in the cookie. Parallel requests of one page carry the same cookie, whose refresh token may be used once.
 * So each process keeps the newest record of each session for a while: one request refreshes, and the others, and later ones
 * with the old cookie, get the new tokens too.
 */
export function createRecentRecords<User>(): RecentRecords<User> {
  const recent = new LRUCache<string, StoredRecord<User>>(kept);
  const lock = createInProcessLock();
  const { watch, changed } = createWatchers();

  return {
    newerThan({ name, record }) {
      const found = recent.get(name) ?? null;
      if (found === null || isEnded(found) || record === null || isEnded(record)) return null;
      const isNewer =
        found.generation > record.generation ||
        (found.generation === record.generation && userRevisionOf(found) > userRevisionOf(record));
      return isNewer ? found : null;
    },
    storeOf(sealed, save) {
      /** What a request that can set no cookie has changed. */
      let own: StoredRecord<User> | null = null;
      const read = (key: string) =>
        own ?? newest(recent.get(key) ?? null, key === sealed.name ? sealed.record : null);
      return {
        read,
        async update(key, decide) {
          const found = read(key);
          const next = decide(found);
          if (next === undefined) return found;
          if (save === null) own = next;
          else {
            recent.set(key, next);
            changed(key);
            await save(next);
          }
          return next;
        },
        lock,
        watch,
      };
    },
  };
}

/** Another process may have refreshed since, so the cookie may hold a newer record than this process has kept. */
function newest<User>(
  recent: StoredRecord<User> | null,
  sealed: StoredRecord<User> | null,
): StoredRecord<User> | null {
  if (recent === null || sealed === null) return recent ?? sealed;
  if (isEnded(recent) || isEnded(sealed)) return recent;
  return sealed.generation > recent.generation ? sealed : recent;
}
