import type { SessionStore } from './sessionStore.ts';

type PassedOn = 'isPrivate' | 'requiresLock' | 'canForget' | 'missing' | 'lock' | 'watch';

/** What a store that wraps another one passes on: what the place can do, its lock and its notifications. */
export function wrapped<User>(
  store: SessionStore<User>,
  { canForget = store.canForget ?? false }: Pick<SessionStore<User>, 'canForget'> = {},
): Pick<SessionStore<User>, PassedOn> {
  return {
    canForget,
    isPrivate: store.isPrivate ?? false,
    requiresLock: store.requiresLock ?? false,
    // A store may find out late.
    get missing() {
      return store.missing ?? [];
    },
    lock: (key, task, options) => store.lock(key, task, options),
    watch: (key, listener) => store.watch(key, listener),
  };
}
