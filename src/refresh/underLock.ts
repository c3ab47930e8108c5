import { anySignal, createEnd, type EndSignal } from '../platform/abort.ts';
import { giveUpAfter } from '../platform/patience.ts';
import type { World } from '../session/world.ts';

/** What a task knows of the lock that it runs under. */
export interface Lease {
  /** Whether it keeps all others away who share the store. It can be lost in the midst of the task. */
  readonly isExclusive: boolean;
}

interface Guarded {
  readonly task: (lease: Lease) => Promise<void>;
  /** The lock is gone, and the task goes on. */
  readonly onLost: () => Promise<void>;
}

/**
 * Runs a task under the lock. Who holds it makes one call and a few store operations, each of which has
 * `refresh.timeout` at most, and as a rule takes far less: whoever has waited four times as long goes without, for the
 * holder is frozen. So does whoever is not given the lock at all (an opaque origin has none).
 */
export async function underLock<User, Login>(
  { settings, lockName, lacks, lack }: World<User, Login>,
  stop: EndSignal,
  { task, onLost }: Guarded,
): Promise<void> {
  const { clock, lock } = settings.environment;
  const patience = createEnd();
  const limit = 4 * settings.refresh.timeout;
  // Who has slept has waited for nobody meanwhile: the holder may be about to wake as well.
  const cancel = giveUpAfter(clock, { limit, grace: limit }, () => {
    patience.abort(new Error('The holder of the lock is frozen'));
  });
  const given: { task: Promise<void> | null } = { task: null };
  const lease = { isExclusive: !lacks.has('lock') };
  try {
    await lock.request(lockName(), anySignal([stop, patience.signal]), async () => {
      cancel();
      given.task = task(lease);
      await given.task;
    });
  } catch (error) {
    // A lock can be lost (`steal`), and the call is with the server all the same.
    if (given.task !== null) {
      lease.isExclusive = false;
      await Promise.all([onLost(), given.task]);
    } else if (stop.aborted) throw error;
    else {
      if (!patience.signal.aborted) lack('lock');
      await task({ isExclusive: false });
    }
  } finally {
    cancel();
  }
}
