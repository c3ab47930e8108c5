import type { Clock } from './clock.ts';
import { startTimeout } from './timeout.ts';
import type { Awaitable } from './thenable.ts';

/** Resolves with what an operation returns, or with `otherwise` if it fails or takes more than `limit` milliseconds. */
export function withinTime<Result>(
  { clock, limit }: { readonly clock: Clock; readonly limit: number },
  operation: () => Awaitable<Result>,
  otherwise: Result,
): Promise<Result> {
  return new Promise((resolve) => {
    const cancel = startTimeout(clock, { limit, isAwaited: true }, () => resolve(otherwise));
    const start = async () => operation();
    void start()
      .then(resolve, () => resolve(otherwise))
      .finally(cancel);
  });
}
