import { after, type Awaitable, isThenable } from '../platform/thenable.ts';
import type { StoredRecord } from './recordTypes.ts';
import type { SessionStore } from './sessionStore.ts';
import { isRecord, nameOf } from './storedRecord.ts';

/** `undefined` stands for a record that cannot be read. */
type Decide<User> = (found: StoredRecord<User> | null | undefined) => StoredRecord<User> | null;

/**
 * The record of one API in a store. Its key is the session's name. If an application with another API uses that key, it is
 * the name and the API, so that both applications stay signed in.
 */
export interface OwnRecord<User> {
  /** Returns `null` if there is no record, or `undefined` if the value is not a record. */
  read(this: void): Awaitable<Found<User>>;
  /** Reads the record and writes what `decide` returns, atomically if the store can; `null` writes nothing. */
  update(decide: Decide<User>): Awaitable<unknown>;
  /** The key under which the record was last found or would be written. */
  key(this: void): string;
  /** Calls back when the record may have changed. */
  watch(this: void, listener: () => void): () => void;
}

export function createOwnRecord<User>(options: OwnershipOptions<User>): OwnRecord<User> {
  const { store, name, api } = options;
  const ownKey = `${name}@${api}`;
  let key = name;
  /** Whether the other key is known to hold no record of this API. Checked again once another API uses the name. */
  let isSettled = false;

  const { check, claim, isOurs, isForeign, sign } = createOwnership(options);

  const signed = (next: StoredRecord<User> | null) => (next === null ? undefined : sign(next));

  /** Reads the other key, which holds the record if another API uses the name. */
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
      if (current === undefined) return signed(decide(current));
      found = check(current);
      isElsewhere = !isOurs(found) && (isForeign(found) || (place === name && !isSettled));
      if (isElsewhere) return undefined;
      key = place;
      return signed(decide(found ?? null));
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

/** The store ignores the key and contains the record of another API. */
export class ForeignRecordError extends Error {}

/** What is found under a key: `undefined` is something that is no record. */
export type Found<User> = StoredRecord<User> | null | undefined;

export interface OwnershipOptions<User> {
  readonly store: SessionStore<User>;
  readonly name: string;
  /** Whose tokens the record holds: the issuer, or the origin of the API. */
  readonly api: string;
  /** Whether a session could go on with it. */
  isUsable(this: void, record: StoredRecord<User>): boolean;
}

/** Tells the records of this API from those of other APIs and of older versions. */
interface Ownership<User> {
  /** A store is foreign ground: what it holds may be another program's, or another version's. */
  check(this: void, found: unknown): Found<User>;
  /** Older versions named no API: such a record belongs to the first program that finds it. */
  claim(this: void, record: StoredRecord<User>): Awaitable<StoredRecord<User> | null>;
  isOurs(this: void, record: Found<User>): boolean;
  isForeign(this: void, record: Found<User>): boolean;
  /** Adds the API to a record. */
  sign(this: void, record: StoredRecord<User>): StoredRecord<User>;
}

export function createOwnership<User>({
  store,
  name,
  api,
  isUsable,
}: OwnershipOptions<User>): Ownership<User> {
  /** What the store answered last: as a rule it answers the same again. */
  let known: StoredRecord<User> | null = null;
  /** The record of an older version that this session has tried to claim. */
  let claimed: string | null = null;

  const isOurs = (record: Found<User>) => record?.api === api;
  const isForeign = (record: Found<User>) => record?.api !== undefined && record.api !== api;
  const sign = (record: StoredRecord<User>) => (isOurs(record) ? record : { ...record, api });

  function check(found: unknown): Found<User> {
    if (found === null || found === undefined) return null;
    if (found !== known) {
      if (!isRecord<User>(found)) return undefined;
      known = found;
    }
    return isForeign(known) || isUsable(known) ? known : undefined;
  }

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
    // If the record cannot be written, its session is still used.
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

  return { check, claim, isOurs, isForeign, sign };
}
