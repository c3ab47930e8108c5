import type { StoredRecord } from '../store/recordTypes.ts';
import type { SessionStore } from '../store/sessionStore.ts';
import { isThenable } from '../platform/thenable.ts';
import type { SessionActor } from './sessionActor.ts';
import type { SignOut } from './signOut.ts';
import type { UserUpdates } from './userUpdates.ts';
import type { EndSignal } from '../platform/abort.ts';
import { hasSession, whyClosed } from '../requests/sessionState.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import { factsOf, type Credentials, type DueSettings } from '../store/credentials.ts';
import { failedRefreshIn, isEnded, limitOf, newsIn } from '../store/storedRecord.ts';

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

export function createStoreWatcher<User>(
  parts: RecordHandlerParts<User>,
  actor: SessionActor,
  others: Pick<SignOut<User>, 'endLate'> & Pick<UserUpdates<User>, 'compare'>,
): StoreWatcher {
  const { credentials, boundedStore, settings } = parts;
  const act = createRecordHandler(parts, actor, others);
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  /** Reads again if the session changed during the read, because the result may then be out of date. */
  async function finish(first: PromiseLike<StoredRecord<User> | null>): Promise<void> {
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

export interface RecordHandlerParts<User> {
  readonly credentials: Credentials<User>;
  readonly disposal: EndSignal;
  readonly boundedStore: BoundedStore<User>;
  readonly neededFor: () => number | null;
  readonly settings: DueSettings & { readonly store: Pick<SessionStore, 'isPrivate'> };
}

/** Acts on a record that was read from the store: tells the machine what another session has changed. */
export function createRecordHandler<User>(
  { credentials, disposal, boundedStore, neededFor, settings }: RecordHandlerParts<User>,
  actor: SessionActor,
  { endLate, compare }: Pick<SignOut<User>, 'endLate'> & Pick<UserUpdates<User>, 'compare'>,
): (found: StoredRecord<User> | null) => void {
  const { clock } = settings.environment;

  return (found) => {
    if (found === null || whyClosed(disposal, actor) !== null) return;
    const snapshot = actor.getSnapshot();
    const { context } = snapshot;
    const { sessionId } = context;
    const isOurs = found.sessionId === sessionId;
    if (isEnded(found)) {
      if (sessionId === null || !hasSession(snapshot)) return;
      const ended = boundedStore.endOf(sessionId, found);
      if (ended === null || (ended === 'expired' && snapshot.hasTag('refuse'))) return;
      actor.send({ type: `peer.${ended}`, sessionId, code: limitOf(found.limit), at: clock.now() });
    } else if (isOurs && !hasSession(snapshot)) {
      // A logout wins every race: it also ends what another tab has stored since.
      endLate(found);
    } else {
      const news = newsIn(found, { ...context, accessToken: credentials.current()?.accessToken });
      if (news !== null) {
        credentials.stage(news);
        actor.send({ type: 'peer.adopted', ...factsOf(news, settings) });
        return;
      }
      compare(found);
      const failed = failedRefreshIn(found, clock.now(), settings.refresh.maxRetryAfter);
      if (failed === null || failed.failedAt === context.retryFrom) return;
      // A pause that is over does not delay a refresh that has just been requested.
      if (failed.retryAt <= failed.at && snapshot.hasTag('hold')) return;
      actor.send({ type: 'peer.refreshFailed', ...failed, neededFor: neededFor() });
    }
  };
}
