import { memoryStore } from '../../src/index.ts';
import type { Person } from './records.ts';
import { describeStore } from './storeContract.ts';

describeStore('memoryStore', () => {
  const store = memoryStore<Person>();
  return { open: () => store };
});
