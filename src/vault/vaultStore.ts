import { untilAborted } from '../platform/abort.ts';
import type { SessionStore } from '../store/sessionStore.ts';
import type { Connection } from './connection.ts';

/** Creates a store whose records are in the memory of the worker. They contain handles, and live as long as the tokens. */
export function createVaultStore<User>({ ask, call, onStart }: Connection<User>): SessionStore<User> {
  return {
    // The worker tells of every change.
    isPrivate: true,
    read: (key) => call('read', { key }),
    async update(key, decide) {
      for (;;) {
        const from = await call('read', { key });
        const to = decide(from);
        if (to === undefined) return from;
        if (await call('write', { key, from, to })) return to;
      }
    },
    // The lock is in the worker, which takes it from a page that has gone, or holds it for too long.
    async lock(key, task, { signal, timeout }) {
      const limit = 4 * timeout;
      let isLost = false;
      const onFailure = () => {
        isLost = true;
      };
      const { answer, end } = ask('lock', { key, limit }, { onFailure });
      try {
        await untilAborted(answer, signal);
        const grantedAt = Date.now();
        return await task({
          get isLost() {
            return isLost || Date.now() - grantedAt >= limit;
          },
          lateness: 0,
        });
      } finally {
        end();
      }
    },
    watch(key, listener) {
      const ending = new AbortController();
      const watch = () => {
        // The next change is watched before this one is read, so that none is missed.
        const changed = () => {
          watch();
          listener();
        };
        call('watch', { key }, ending.signal).then(changed, () => undefined);
      };
      const stop = onStart((isReplaced) => {
        watch();
        if (isReplaced) listener();
      });
      return () => {
        stop();
        ending.abort();
      };
    },
  };
}
