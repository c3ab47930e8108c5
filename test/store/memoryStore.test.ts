import { memoryStore } from '../../src/index.ts';
import { createBorder } from './gate.ts';
import type { Person } from './records.ts';
import { describeStore } from './storeContract.ts';

describeStore('memoryStore', () => {
  const border = createBorder();
  const store = border.before(memoryStore<Person>());
  return { ...border, open: () => store };
});
