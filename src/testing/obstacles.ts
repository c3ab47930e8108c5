import type { Lock } from '../store/environment.ts';
import type { TokenStore } from '../store/tokenStore.ts';
import type { RequestKind } from './intercepts.ts';
import type { TestServer } from './server.ts';

/** A lock that another holder can occupy, as another tab would. */
export interface ContendedLock extends Lock {
  occupy(): void;
}

/** Slow stores, locks and servers, which keep a session in its state until they are released. */
export interface Obstacles {
  release(): void;
  /** Wraps a store whose reads stay pending until the release. */
  slow<User>(store: TokenStore<User>): TokenStore<User>;
  contended(lock: Lock): ContendedLock;
  /** Keeps the response to the next request of this kind pending until the release. */
  holdNext(server: Pick<TestServer, 'intercept'>, kind: RequestKind): void;
}

export function createObstacles(): Obstacles {
  let release: () => void = () => undefined;
  const released = new Promise<undefined>((resolve) => {
    release = () => resolve(undefined);
  });

  return {
    release: () => release(),
    slow: (store) => ({
      scope: store.scope,
      ...(store.isShared !== undefined && { isShared: store.isShared }),
      ...(store.subscribe && { subscribe: store.subscribe.bind(store) }),
      read: (name) => released.then(() => store.read(name)),
      write: (name, record) => store.write(name, record),
    }),
    contended(lock) {
      let isOccupied = false;
      return {
        occupy() {
          isOccupied = true;
        },
        request(name, signal, task) {
          // The other holder has the lock, and the session waits in the queue.
          if (isOccupied) void lock.request(name, new AbortController().signal, () => released);
          isOccupied = false;
          return lock.request(name, signal, task);
        },
      };
    },
    holdNext(server, kind) {
      server.intercept(
        kind,
        async (_request, next) => {
          await released;
          return next();
        },
        { times: 1 },
      );
    },
  };
}
