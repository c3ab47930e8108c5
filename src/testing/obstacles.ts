import type { Lock } from '../store/environment.ts';
import type { TokenStore } from '../store/tokenStore.ts';
import type { RequestKind } from './intercepts.ts';
import type { TestServer } from './server.ts';

/** A lock that somebody else can be made to hold, as another tab would. */
export interface ContendedLock extends Lock {
  occupy(): void;
}

/** What keeps a session where it is: slow stores, locks and servers, until they are all released. */
export interface Obstacles {
  release(): void;
  /** A store whose reads are not answered. */
  slow<User>(store: TokenStore<User>): TokenStore<User>;
  contended(lock: Lock): ContendedLock;
  /** The next request of this kind reaches the server and is not answered. */
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
          // Whoever came before has the lock; the session stands in line for it.
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
