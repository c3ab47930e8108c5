import type { SessionStore } from '../../src/index.ts';
import type { Awaitable } from '../../src/platform/thenable.ts';

/** What a test does to the platform behind a store. */
export interface Trouble {
  /** From now on every call fails. */
  refuse(): void;
  /** From now on every call waits. Resolves, as soon as that is so, to what lets them through. */
  hold(): Promise<() => void>;
}

/** What calls pass on their way to a platform that is only a program. */
export interface Gate extends Trouble {
  /** How many have come. */
  count(): number;
  /** Lets so many calls through, and fails all that follow: a program that is killed. */
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
 * Trouble at the border of a store, for one whose platform answers at once, so that it can be no slower than the
 * program itself, or cannot fail.
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
