import { anySignal, createEnd, untilAborted, type EndSignal } from '../platform/abort.ts';
import { startTimeout } from '../platform/timeout.ts';
import type { Lease } from '../store/sessionStore.ts';
import type { RefreshParts } from './refreshParts.ts';

/** A task under the lock. Resolves with `'again'` to ask for the lock once more, if it was lost before the task did anything. */
export type LockedTask = (lease: Lease) => Promise<'again' | undefined>;

/** The store has not granted its lock, or has granted it to another session meanwhile, or cannot keep new tokens. */
export class StoreUnavailableError extends Error {
  constructor() {
    super('The store did not grant its lock, or cannot be written');
  }
}

/** How long a session without the lock checks the store for writes of others, in milliseconds. */
const lateness = 3_100;

/**
 * Runs a task under the store's lock. If the store refuses the lock, or does not grant it within ten times the duration of a
 * task, the task runs without it, so that the session can still refresh.
 *
 * @throws {StoreUnavailableError} the store has not granted the lock, and requires it
 */
export async function underLock<User, Login>(
  parts: Pick<RefreshParts<User, Login>, 'settings' | 'boundedStore' | 'tellMissing'>,
  stop: EndSignal,
  task: LockedTask,
): Promise<void> {
  const { settings, boundedStore, tellMissing } = parts;
  const { store, environment, refresh } = settings;
  const { timeout } = refresh;
  const limit = 10 * timeout;
  const wait = createEnd();
  const cancel = startTimeout(environment.clock, { limit, grace: limit }, () => {
    wait.abort();
  });
  const given: { task: ReturnType<LockedTask> | null } = { task: null };
  const run: LockedTask = async (lease) => {
    // The wait is over, and the task runs without the lock.
    if (wait.signal.aborted) return undefined;
    cancel();
    given.task = task(lease);
    return given.task;
  };
  let result: 'again' | undefined;
  try {
    const signal = anySignal([stop, wait.signal]);
    result = await untilAborted(store.lock(boundedStore.key(), run, { signal, timeout }), signal);
  } catch {
    // A task that has started continues even if it loses the lock.
    if (given.task === null) {
      if (stop.aborted) return;
      tellMissing(['lock']);
      if (store.requiresLock === true) throw new StoreUnavailableError();
    }
    result = await (given.task ?? task({ isLost: false, lateness }));
  } finally {
    cancel();
    tellMissing(store.missing);
  }
  if (result === 'again' && !stop.aborted) await underLock(parts, stop, task);
}
