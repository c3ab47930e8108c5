import { untilAborted } from '../platform/abort.ts';
import type { Clock } from '../platform/clock.ts';
import { startTimeout } from '../platform/timeout.ts';
import { VerdictError } from '../server/verdict.ts';

/**
 * Runs a call that ends after `limit` milliseconds, even if the provider never responds.
 *
 * @throws {VerdictError} `unavailable`: it took too long
 */
export function inTime<Result>(
  { clock, limit }: { readonly clock: Clock; readonly limit: number },
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const end = new AbortController();
  const giveUp = () => end.abort(new VerdictError('unavailable'));
  const cancel = startTimeout(clock, { limit, isAwaited: true }, giveUp);
  return untilAborted(run(end.signal), end.signal).finally(cancel);
}
