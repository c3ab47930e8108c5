import type { StoredRecord, TokenStore } from './tokenStore.ts';

/** Not by chance: Cloudflare Workers refuse random values while a module is loaded. */
let count = 0;

/**
 * Keeps tokens in memory: they are gone with the program, and no other store shares them. Two sessions that
 * are given the same `memoryStore()` share it.
 *
 * @example
 * ```ts
 * import { createSession, memoryStore } from 'sessionchart';
 *
 * const store = memoryStore<{ name: string }>();
 * const session = createSession({ baseUrl: 'https://api.example.com', server, store });
 * ```
 */
export function memoryStore<User = never>(): TokenStore<User> {
  const records = new Map<string, StoredRecord<User>>();
  const read = (name: string) => records.get(name) ?? null;
  return {
    scope: `memory:${(count += 1)}`,
    isShared: false,
    read,
    write: (name, record) => {
      records.set(name, record);
    },
    update(name, decide) {
      const next = decide(read(name));
      if (next !== undefined) records.set(name, next);
      return read(name);
    },
  };
}
