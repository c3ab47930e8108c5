import type { SessionStore } from '../../src/index.ts';
import type { Awaitable } from '../../src/platform/thenable.ts';

/** Makes the calls of a store's platform fail or wait. */
export interface Trouble {
  /** Makes every later call fail. */
  refuse(): void;
  /** Makes every later call wait. Resolves, as soon as calls wait, to a function that lets them through. */
  hold(): Promise<() => void>;
}

/** Controls the calls to a fake platform. */
export interface Gate extends Trouble {
  /** The number of calls so far. */
  count(): number;
  /** Lets so many calls through and fails all later ones, like an application that is killed. */
  refuseAfter(calls: number): void;
  pass<Result>(call: () => Result): Promise<Result>;
}

export function createGate(): Gate {
  const { hold, opening } = createBarrier();
  let count = 0;
  let limit = Infinity;
  return {
    count: () => count,
    refuse() {
      limit = count;
    },
    refuseAfter(calls) {
      limit = count + calls;
    },
    hold,
    async pass(call) {
      count += 1;
      if (count > limit) throw new Error('The platform refuses');
      await opening();
      return call();
    },
  };
}

/**
 * Makes the operations of a store fail or wait, for a store whose platform cannot: it is synchronous, or it has no way to
 * fail.
 */
export function createBorder() {
  const { hold, opening } = createBarrier();
  let isClosed = false;
  const cross = <Result>(call: () => Awaitable<Result>): Awaitable<Result> => {
    if (isClosed) throw new Error('The platform refuses');
    return opening()?.then(call) ?? call();
  };
  return {
    refuse() {
      isClosed = true;
    },
    hold,
    before: <User>(store: SessionStore<User>): SessionStore<User> => ({
      ...store,
      read: (key) => cross(() => store.read(key)),
      update: (key, decide) => cross(() => store.update(key, decide)),
    }),
  };
}

function createBarrier() {
  let opening: Promise<void> | null = null;
  return {
    opening: () => opening,
    hold(): Promise<() => void> {
      let open = (): void => undefined;
      opening = new Promise((resolve) => {
        open = resolve;
      });
      return Promise.resolve(open);
    },
  };
}
