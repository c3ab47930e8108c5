import { boundCopy } from '../platform/boundCopy.ts';
import { contractNames } from '../server/contractNames.ts';
import type { ServerContract } from '../server/contract.ts';
import { VerdictError } from '../server/verdict.ts';
import type { SessionStore } from '../store/sessionStore.ts';
import type { RequestKind } from './intercepts.ts';
import type { TestServer } from './server.ts';

/** A store whose lock another tab can be made to hold. */
export interface ContendedStore<User> extends SessionStore<User> {
  occupy(): void;
}

/** Slow stores, locks and servers, which keep a session in its state until they are released. */
export interface Obstacles {
  release(): void;
  /** Wraps a store whose reads stay pending until the release. */
  slow<User>(store: SessionStore<User>): SessionStore<User>;
  contended<User>(store: SessionStore<User>): ContendedStore<User>;
  /** Returns a contract whose first logout is slow or fails. The given contract needs no `logout`. */
  hinderLogout<User, Credentials>(
    contract: ServerContract<User, Credentials>,
    how: 'isSlow' | 'fails',
  ): ServerContract<User, Credentials>;
  /** Keeps the response to the next request of this kind pending until the release. */
  holdNext(server: Pick<TestServer, 'intercept'>, kind: RequestKind): void;
}

const storeNames = Object.keys({
  isPrivate: true,
  canForget: true,
  missing: true,
  requiresLock: true,
  read: true,
  update: true,
  lock: true,
  watch: true,
} satisfies Record<keyof SessionStore, true>);

export function createObstacles(): Obstacles {
  let release: () => void = () => undefined;
  const released = new Promise<undefined>((resolve) => {
    release = () => resolve(undefined);
  });

  return {
    release: () => release(),
    slow: (store) => ({
      ...boundCopy(store, storeNames),
      read: (key) => released.then(() => store.read(key)),
    }),
    contended(store) {
      let isOccupied = false;
      return {
        ...boundCopy(store, storeNames),
        occupy() {
          isOccupied = true;
        },
        lock(key, task, options) {
          // The other holder has the lock, and the session waits in the queue.
          const { signal } = new AbortController();
          if (isOccupied) void store.lock(key, () => released, { ...options, signal });
          isOccupied = false;
          return store.lock(key, task, options);
        },
      };
    },
    hinderLogout(contract, how) {
      let hasFailed = false;
      return {
        ...boundCopy(contract, contractNames),
        async logout(call) {
          if (how === 'isSlow') await released;
          else if (!hasFailed) {
            hasFailed = true;
            throw new VerdictError('unavailable');
          }
          await contract.logout?.(call);
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
