import { memoryStore, type SessionEmitted, type TokenStore } from '../../src/index.ts';
import type { TestSession, User } from '../refresh/world.ts';

export type Operation = 'read' | 'write';

/** A store that fails in the given way, at the given operations, once it is broken. */
export function failingStore(fail: () => never | Promise<never>, operations: readonly Operation[]) {
  const inner = memoryStore<User>();
  const failing = new Set<Operation>();
  const store: TokenStore<User> = {
    scope: inner.scope,
    read: (name) => (failing.has('read') ? fail() : inner.read(name)),
    write: (name, record) => (failing.has('write') ? fail() : inner.write(name, record)),
  };
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
