import { after, type Awaitable } from '../platform/thenable.ts';
import { createOwnership, type Found, type OwnershipOptions } from './ownership.ts';
import type { StoredRecord } from './recordTypes.ts';

/** `undefined` stands for a record that cannot be read. */
type Decide<User> = (found: StoredRecord<User> | null | undefined) => StoredRecord<User> | null;

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

export function createOwnRecord<User>(options: OwnershipOptions<User>): OwnRecord<User> {
  const { store, name, api } = options;
  const ownKey = `${name}@${api}`;
  let key = name;
  /** Whether there is nothing of this API under the other key. It is asked again once another API has the name. */
  let isSettled = false;

  const { check, claim, isOurs, isForeign, sign } = createOwnership(options);

  const signed = (next: StoredRecord<User> | null) => (next === null ? undefined : sign(next));

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

/** The store has one place for the records of all APIs, and another API's record is in it. */
export class ForeignRecordError extends Error {}
