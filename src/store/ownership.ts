import { isThenable, type Awaitable } from '../platform/thenable.ts';
import type { StoredRecord } from './recordTypes.ts';
import type { SessionStore } from './sessionStore.ts';
import { isRecord, nameOf } from './storedRecord.ts';

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

  return { check, claim, isOurs, isForeign, sign };
}
