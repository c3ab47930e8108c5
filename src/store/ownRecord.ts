import { after, type Awaitable } from '../platform/thenable.ts';
import { createOwnership, type Found, type OwnershipOptions } from './ownership.ts';
import type { StoredRecord } from './recordTypes.ts';

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
