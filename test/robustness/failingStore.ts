import { memoryStore, type SessionEmitted } from '../../src/index.ts';
import { createSimpleStore } from '../../src/store/simpleStore.ts';
import { createWatchers } from '../../src/store/watchers.ts';
import type { TestSession, User } from '../refresh/world.ts';

export type Operation = 'read' | 'write';

/** A store that fails in the given way, at the given operations, after it was broken. */
export function failingStore(fail: () => never | Promise<never>, operations: readonly Operation[]) {
  const inner = memoryStore<User>();
  const failing = new Set<Operation>();
  const store = createSimpleStore<User>(
    {
      read: (key) => (failing.has('read') ? fail() : inner.read(key)),
      write: (key, record) => (failing.has('write') ? fail() : inner.update(key, () => record)),
    },
    () => ({ ...createWatchers(), lock: inner.lock }),
  );
  return {
    store,
    break: () => operations.forEach((operation) => failing.add(operation)),
  };
}

/** The session's events about its store. */
export function failuresOf(session: TestSession): SessionEmitted[] {
  const told: SessionEmitted[] = [];
  session.on('store.failed', (event) => told.push(event));
  return told;
}
