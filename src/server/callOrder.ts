import { throwIfAborted, untilAborted } from '../platform/abort.ts';

/** Makes a call when its turn comes; one whose signal is aborted before is not made. */
export type CallOrder = <Result>(call: () => Promise<Result>, signal: AbortSignal) => Promise<Result>;

/**
 * The order in which a contract's calls are made. Cookies are one place that login, refresh and logout all write to:
 * an answer to a logout that came after that to the next login would take the new user's cookies away. So each call
 * waits until the one before has been answered, or has ended.
 */
export function createCallOrder(isOneByOne: boolean): CallOrder {
  let before: Promise<unknown> = Promise.resolve();

  return async (call, signal) => {
    if (!isOneByOne) return call();
    const made = before.then(async () => {
      throwIfAborted(signal);
      return call();
    });
    before = Promise.allSettled([before, untilAborted(made, signal)]).then(() => undefined);
    return made;
  };
}
