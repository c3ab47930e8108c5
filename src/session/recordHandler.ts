import type { EndSignal } from '../platform/abort.ts';
import { whyClosed } from '../requests/closed.ts';
import { hasSession } from '../requests/hasSession.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import { factsOf, type Credentials } from '../store/credentials.ts';
import { failedRefreshIn } from '../store/failedRefresh.ts';
import type { StoredRecord } from '../store/recordTypes.ts';
import { isEnded } from '../store/storedRecord.ts';
import type { SessionActor } from './sessionActor.ts';
import type { Settings } from './settings.ts';
import type { SignOut } from './signOut.ts';

export interface RecordHandlerParts<User, Login> {
  readonly credentials: Credentials<User>;
  readonly disposal: EndSignal;
  readonly boundedStore: BoundedStore<User>;
  readonly neededFor: () => number | null;
  readonly settings: Settings<User, Login>;
}

/** Acts on a record that was read from the store: tells the machine what another session has changed. */
export function createRecordHandler<User, Login>(
  { credentials, disposal, boundedStore, neededFor, settings }: RecordHandlerParts<User, Login>,
  actor: SessionActor,
  { endLate }: Pick<SignOut<User>, 'endLate'>,
): (found: StoredRecord<User> | null) => void {
  const { clock } = settings.environment;
  /** The record that was read last. */
  let seen: StoredRecord<User> | null = null;

  return (found) => {
    if (found === null || whyClosed(disposal, actor) !== null) return;
    const snapshot = actor.getSnapshot();
    const { sessionId, generation } = snapshot.context;
    const isOurs = found.sessionId === sessionId;
    const isKnown = found === seen;
    seen = found;
    if (isEnded(found)) {
      // A sign-in in progress ignores the end of the previous session. If the sign-in fails, the next check reports it.
      if (snapshot.hasTag('signingIn')) seen = null;
      if (sessionId === null || isKnown || !hasSession(snapshot)) return;
      const ended = boundedStore.endOf(sessionId, found);
      if (ended === null || (ended === 'expired' && snapshot.hasTag('refuse'))) return;
      actor.send({ type: `peer.${ended}`, sessionId, at: clock.now() });
    } else if (isOurs && !hasSession(snapshot)) {
      if (isKnown) return;
      // A logout wins every race: it also ends what another tab has stored since.
      endLate(found);
    } else if (!isOurs || found.generation > generation) {
      credentials.stage(found);
      actor.send({ type: 'peer.adopted', ...factsOf(found, settings) });
    } else {
      const failed = failedRefreshIn(found, clock.now(), settings.refresh.maxRetryAfter);
      if (failed === null || failed.failedAt === snapshot.context.retryFrom) return;
      // A pause that is over does not delay a refresh that has just been requested.
      if (failed.retryAt <= failed.at && snapshot.hasTag('hold')) return;
      actor.send({ type: 'peer.refreshFailed', ...failed, neededFor: neededFor() });
    }
  };
}
