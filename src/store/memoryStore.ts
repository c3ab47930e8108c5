import type { StoredRecord, TokenStore } from './tokenStore.ts';

/** A counter, since Cloudflare Workers forbid random values at module scope. */
let count = 0;

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
