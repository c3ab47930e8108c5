import { webStorageStore } from '../../src/index.ts';
import { createFakeStorage } from './fakeStorage.ts';
import type { Person } from './records.ts';
import { describeStore } from './storeContract.ts';

describeStore('webStorageStore', () => {
  const storage = createFakeStorage();
  return { open: () => webStorageStore<Person>(storage) };
});
