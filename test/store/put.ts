import type { SessionStore, StoredRecord } from '../../src/index.ts';

/** Puts a record into a store, whatever is in it. */
export async function put<User>(
  store: Pick<SessionStore<User>, 'update'>,
  key: string,
  record: StoredRecord<User>,
): Promise<void> {
  await store.update(key, () => record);
}
