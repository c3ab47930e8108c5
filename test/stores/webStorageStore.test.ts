import { webStorageStore } from '../../src/index.ts';
import { createFakeStorage } from './fakeStorage.ts';
import { createBorder } from './gate.ts';
import type { Person } from './records.ts';
import { describeStore } from './storeContract.ts';

describeStore('webStorageStore', () => {
  const { before, hold } = createBorder();
  const storage = createFakeStorage();
  return {
    open: () => before(webStorageStore<Person>(storage)),
    hold,
    refuse() {
      storage.getItem = storage.setItem = () => {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      };
    },
  };
});
