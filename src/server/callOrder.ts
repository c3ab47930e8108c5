import { throwIfAborted, untilAborted } from '../platform/abort.ts';
import type { CallOrder } from './contract.ts';

/**
 * Makes each call when the one before has been answered, or has ended. Cookies are one place that login, refresh and
 * logout all write to: an answer to a logout that came after the answer to the next login would take the new user's
 * cookies away.
 */
export function createCallOrder(): CallOrder {
  let before: Promise<unknown> = Promise.resolve();

  return (call, signal) => {
    const made = before.then(async () => {
      throwIfAborted(signal);
      return call();
    });
    before = Promise.allSettled([before, untilAborted(made, signal)]).then(() => undefined);
    return made;
  };
}
