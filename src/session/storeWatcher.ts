import type { StoredRecord } from '../store/recordTypes.ts';
import { isThenable } from '../platform/thenable.ts';
import { createRecordHandler, type RecordHandlerParts } from './recordHandler.ts';
import type { SessionActor } from './sessionActor.ts';
import type { SignOut } from './signOut.ts';

/**
 * Checks the store for changes by other sessions that share it. Messages, events and signals are only hints to check: the
 * session acts on what the store contains.
 */
export interface StoreWatcher {
  /** Checks now. Returns `null` if the store answered synchronously and the check is done. */
  check(this: void): Promise<void> | null;
  /**
   * To be called before a request. Checks a store that other sessions share, and one with an unsaved record; otherwise returns
   * the check that is in progress, or `null`.
   */
  checkBeforeRequest(this: void): Promise<void> | null;
}

export function createStoreWatcher<User, Login>(
  parts: RecordHandlerParts<User, Login>,
  actor: SessionActor,
  signOut: Pick<SignOut<User>, 'endLate'>,
): StoreWatcher {
  const { credentials, boundedStore, settings } = parts;
  const act = createRecordHandler(parts, actor, signOut);
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  /** Reads again if the session changed during the read, because the result may then be out of date. */
  async function finish(first: Promise<StoredRecord<User> | null>): Promise<void> {
    for (let reading = first; ; reading = Promise.resolve(boundedStore.read())) {
      const before = { ...actor.getSnapshot().context, epoch: credentials.epoch() };
      const found = await reading;
      const { sessionId, generation } = actor.getSnapshot().context;
      // A logout ends the session that was read before it.
      const isSame = sessionId === before.sessionId && generation === before.generation;
      if (isSame && credentials.epoch() === before.epoch) {
        act(found);
        return;
      }
    }
  }

  function check(): Promise<void> | null {
    // Any number of hints causes one more check after the one that is in progress.
    if (running !== null) {
      next ??= running.then(async () => {
        next = null;
        await check();
      });
      return next;
    }
    const found = boundedStore.read();
    if (!isThenable(found)) {
      act(found);
      return null;
    }
    running = finish(found).finally(() => {
      running = null;
    });
    return running;
  }

  return {
    check,
    checkBeforeRequest: () =>
      settings.store.isPrivate !== true || boundedStore.hasUnsaved() ? check() : (next ?? running),
  };
}
