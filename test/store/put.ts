import type { SessionStore, StoredRecord } from '../../src/index.ts';

/** Replaces the record in a store. */
export async function put<User>(
  store: Pick<SessionStore<User>, 'update'>,
  key: string,
  record: StoredRecord<User>,
): Promise<void> {
  await store.update(key, () => record);
}
