import { createInProcessLock } from './inProcessLock.ts';
import type { SessionStore } from './sessionStore.ts';
import type { StoredRecord } from './recordTypes.ts';
import { createWatchers } from './watchers.ts';

/**
 * Keeps tokens in memory, until the application ends. Sessions with the same `memoryStore()` object share them.
 *
 * @example
 * ```ts
 * import { createSession, memoryStore } from 'sessionchart';
 *
 * const store = memoryStore<{ name: string }>();
 * const session = createSession({ baseUrl: 'https://api.example.com', server, store });
 * ```
 */
export function memoryStore<User = never>(): SessionStore<User> {
  const records = new Map<string, StoredRecord<User>>();
  const { watch, changed } = createWatchers();
  return {
    isPrivate: true,
    read: (key) => records.get(key) ?? null,
    update(key, decide) {
      const found = records.get(key) ?? null;
      const next = decide(found);
      if (next === undefined) return found;
      records.set(key, next);
      changed(key);
      return next;
    },
    lock: createInProcessLock(),
    watch,
  };
}
