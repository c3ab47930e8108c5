import { throwIfAborted, untilAborted } from '../platform/abort.ts';
import type { CallOrder } from './contract.ts';

/**
 * Runs each call after the previous one has settled. Login, refresh and logout all set the same cookies: if the response to
 * a logout arrived after that of the next login, it would clear the new user's cookies.
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
