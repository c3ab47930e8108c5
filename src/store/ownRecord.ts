import { after, isThenable, type Awaitable } from '../platform/thenable.ts';
import { isRecord, nameOf } from './storedRecord.ts';
import type { SessionStore } from './sessionStore.ts';
import type { StoredRecord } from './recordTypes.ts';

/** `undefined` stands for a record that cannot be read. */
type Decide<User> = (found: StoredRecord<User> | null | undefined) => StoredRecord<User> | null;

/** What is found under a key: `undefined` is something that is no record. */
type Found<User> = StoredRecord<User> | null | undefined;

/**
 * The record of one API in a store. It stands under the session's name. Where a program with another API keeps its record
 * there, it stands under the name and the API, so that both programs stay signed in.
 */
export interface OwnRecord<User> {
  /** `null` where there is none; `undefined` where there is something that is no record. */
  read(this: void): Awaitable<Found<User>>;
  /** Reads, and writes what `decide` returns, in one step where the store can do that; `null` writes nothing. */
  update(decide: Decide<User>): Awaitable<unknown>;
  /** The key under which the record was found last, or would be written. */
  key(this: void): string;
  /** Calls back when the record may have changed. */
  watch(this: void, listener: () => void): () => void;
}

export interface OwnRecordOptions<User> {
  readonly store: SessionStore<User>;
  readonly name: string;
  /** Whose tokens the record holds: the issuer, or the origin of the API. */
  readonly api: string;
  /** Whether a session could go on with it. */
  isUsable(record: StoredRecord<User>): boolean;
}

export function createOwnRecord<User>(options: OwnRecordOptions<User>): OwnRecord<User> {
  const { store, name, api } = options;
  const ownKey = `${name}@${api}`;
  let key = name;
  /** Whether there is nothing of this API under the other key. It is asked again once another API has the name. */
  let isSettled = false;
  /** What the store answered last: as a rule it answers the same again. */
  let known: StoredRecord<User> | null = null;
  /** The record of an older version that this session has tried to claim. */
  let claimed: string | null = null;

  /** A store is foreign ground: what it holds may be another program's, or another version's. */
  function check(found: unknown): Found<User> {
    if (found === null || found === undefined) return null;
    if (found !== known) {
      if (!isRecord<User>(found)) return undefined;
      known = found;
    }
    return isForeign(known) || options.isUsable(known) ? known : undefined;
  }

  const isOurs = (record: Found<User>) => record?.api === api;
  const isForeign = (record: Found<User>) => record?.api !== undefined && record.api !== api;
  const sign = (record: StoredRecord<User>) => (isOurs(record) ? record : { ...record, api });

  /** Older versions named no API: such a record belongs to the first program that finds it. */
  function claim(record: StoredRecord<User>): Awaitable<StoredRecord<User> | null> {
    if (claimed === nameOf(record)) return record;
    claimed = nameOf(record);
    let stored: StoredRecord<User> | null = record;
    const update = () =>
      store.update(name, (found) => {
        const current = check(found) ?? null;
        stored = current === null || isForeign(current) ? null : sign(current);
        return stored === current ? undefined : (stored ?? undefined);
      });
    // Where it cannot be written, it still says who is signed in.
    try {
      const changing = update();
      return isThenable(changing)
        ? changing.then(
            () => stored,
            () => record,
          )
        : stored;
    } catch {
      return record;
    }
  }

  /** Looks under the other key, as long as the name may be another API's. */
  function settle(home: Found<User>): Awaitable<Found<User>> {
    return after<unknown, Found<User>>(store.read(ownKey), (found) => {
      const own = check(found);
      isSettled = !isOurs(own) && !isForeign(home);
      key = isSettled ? name : ownKey;
      return isOurs(own) ? own : null;
    });
  }

  function updateAt(place: string, decide: Decide<User>): Awaitable<unknown> {
    let found: Found<User> = null;
    let isElsewhere = false;
    const changing = store.update(place, (current) => {
      if (current === undefined) {
        const replacement = decide(current);
        return replacement === null ? undefined : sign(replacement);
      }
      found = check(current);
      isElsewhere = !isOurs(found) && (isForeign(found) || (place === name && !isSettled));
      if (isElsewhere) return undefined;
      key = place;
      const next = decide(found ?? null);
      return next === null ? undefined : sign(next);
    });
    return after<unknown, unknown>(changing, () => {
      if (!isElsewhere) return undefined;
      if (place === ownKey) throw new ForeignRecordError('The store keeps the record of another API here');
      return after(settle(found), () => updateAt(key, decide));
    });
  }

  return {
    read: () =>
      after<unknown, Found<User>>(store.read(name), (found) => {
        const home = check(found);
        if (isOurs(home)) {
          key = name;
          return home;
        }
        const finish = (own: Found<User>) => (key === ownKey ? own : home ? claim(home) : home);
        return isSettled && !isForeign(home) ? finish(null) : after(settle(home), finish);
      }),
    update: (decide) => updateAt(name, decide),
    key: () => key,
    watch(listener) {
      const stops = [name, ownKey].map((watched) => store.watch(watched, listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

/** The store has one place for the records of all APIs, and another API's record is in it. */
export class ForeignRecordError extends Error {}
