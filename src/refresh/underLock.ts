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
  const cancel = clock.schedule(() => {
    patience.abort(new Error('The holder of the lock is frozen'));
  }, 4 * settings.refresh.timeout);
  const grant = { isGiven: false };
  try {
    await lock.request(sharedName, AbortSignal.any([stop, patience.signal]), async () => {
      grant.isGiven = true;
      cancel();
      await task(!lacks.has('lock'));
    });
  } catch (error) {
    if (grant.isGiven || stop.aborted) throw error;
    if (!patience.signal.aborted) lack('lock');
    await task(false);
  } finally {
    cancel();
  }
}
