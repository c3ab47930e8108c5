import type { Clock } from '../platform/clock.ts';
import { isThenable, type Awaitable } from '../platform/thenable.ts';
import { withinTime } from '../platform/withinTime.ts';

/** Runs operations one after another. */
export type Queue = <Result>(operation: () => Awaitable<Result>) => Awaitable<Result>;

/**
 * Creates a queue. If an operation takes more than `limit` milliseconds, the others no longer wait for it: until it settles,
 * they run at once.
 */
export function createQueue({ clock, limit }: { readonly clock: Clock; readonly limit: number }): Queue {
  let last: Promise<void> | null = null;
  let hanging = 0;

  async function settle(result: PromiseLike<unknown>): Promise<void> {
    const settled = () => true;
    if (await withinTime({ clock, limit }, () => result.then(settled, settled), false)) return;
    hanging += 1;
    const free = (): void => {
      hanging -= 1;
    };
    void result.then(free, free);
  }

  return (operation) => {
    const result = last === null || hanging > 0 ? operation() : last.then(operation);
    if (!isThenable(result)) return result;
    const settled = settle(result).then(() => {
      if (last === settled) last = null;
    });
    last = settled;
    return result;
  };
}
