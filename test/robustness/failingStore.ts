import { memoryStore, simpleStore, type SessionEmitted } from '../../src/index.ts';
import type { TestSession, User } from '../refresh/world.ts';

export type Operation = 'read' | 'write';

/** A store that fails in the given way, at the given operations, once it is broken. */
export function failingStore(fail: () => never | Promise<never>, operations: readonly Operation[]) {
  const inner = memoryStore<User>();
  const failing = new Set<Operation>();
  const store = simpleStore<User>({
    read: (key) => (failing.has('read') ? fail() : inner.read(key)),
    write: (key, record) => (failing.has('write') ? fail() : inner.update(key, () => record)),
  });
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
