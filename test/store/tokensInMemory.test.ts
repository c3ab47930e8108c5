import { memoryStore, tokensInMemory } from '../../src/index.ts';
import { createBorder } from './gate.ts';
import type { Person } from './records.ts';
import { describeStore } from './storeContract.ts';

describeStore('tokensInMemory', () => {
  const border = createBorder();
  // One store for all sessions, as in one tab: another tab has its own tokens.
  const store = border.before(tokensInMemory<Person>({ ...memoryStore<Person>(), isPrivate: false }));
  return { ...border, open: () => store };
});
