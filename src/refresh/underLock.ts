import { anySignal } from '../http/abort.ts';
import { giveUpAfter } from '../patience.ts';
import type { World } from '../world.ts';

/**
 * Runs a task under the lock. Who holds it makes one call and a few store operations, each of which has
 * `refresh.timeout` at most: whoever has waited longer than all of them together goes without, for the
 * holder is frozen. So does whoever is not given the lock at all (an opaque origin has none).
 *
 * @param task - is told whether the lock keeps all others away who share the store
 */
export async function underLock<User, Login>(
  { settings, sharedName, lacks, lack }: World<User, Login>,
  stop: AbortSignal,
  task: (isExclusive: boolean) => Promise<void>,
): Promise<void> {
  const { clock, lock } = settings.environment;
  const patience = new AbortController();
  const limit = 4 * settings.refresh.timeout;
  // Who has slept has waited for nobody meanwhile: the holder may be about to wake as well.
  const cancel = giveUpAfter(clock, { limit, grace: limit }, () => {
    patience.abort(new Error('The holder of the lock is frozen'));
  });
  const given: { task: Promise<void> | null } = { task: null };
  try {
    await lock.request(sharedName, anySignal([stop, patience.signal]), async () => {
      cancel();
      given.task = task(!lacks.has('lock'));
      await given.task;
    });
  } catch (error) {
    // A lock can be lost (`steal`, a lease that ran out), and the call is with the server all the same.
    if (given.task !== null) await given.task;
    else if (stop.aborted) throw error;
    else {
      if (!patience.signal.aborted) lack('lock');
      await task(false);
    }
  } finally {
    cancel();
  }
}
