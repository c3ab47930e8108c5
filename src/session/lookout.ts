import { whyClosed } from '../requests/closed.ts';
import type { EndSignal } from '../platform/abort.ts';
import { factsOf, type Credentials } from '../store/credentials.ts';
import type { Keeper } from '../store/keeper.ts';
import type { SignOut } from './signOut.ts';
import { hasSession } from '../requests/hasSession.ts';
import { failedRefreshIn } from '../store/failedRefresh.ts';
import { isEnded } from '../store/storedRecord.ts';
import type { StoredRecord } from '../store/tokenStore.ts';
import { isThenable } from '../platform/thenable.ts';
import type { Settings } from './settings.ts';
import type { SessionActor } from './sessionActor.ts';

/**
 * Looks into the store for what others who share it have done. Messages, events and signals are hints to look,
 * and never more: what is there counts.
 */
export interface Lookout {
  /** Looks now; `null` where the store has answered at once, and it is done. */
  look(this: void): Promise<void> | null;
  /**
   * Before a request: looks where that costs nothing, others share the store or something has yet to be written there; else
   * waits for a look under way.
   */
  glance(this: void): Promise<void> | null;
}

interface LookoutParts<User, Login> {
  readonly credentials: Credentials<User>;
  readonly disposal: EndSignal;
  readonly keeper: Keeper<User>;
  readonly neededFor: () => number | null;
  readonly settings: Settings<User, Login>;
}

export function createLookout<User, Login>(
  parts: LookoutParts<User, Login>,
  actor: SessionActor,
  { endLate }: Pick<SignOut<User>, 'endLate'>,
): Lookout {
  const { credentials, disposal, keeper, neededFor, settings } = parts;
  const { clock } = settings.environment;
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let seen: StoredRecord<User> | null = null;

  function act(found: StoredRecord<User> | null): void {
    if (found === null || whyClosed(disposal, actor) !== null) return;
    const snapshot = actor.getSnapshot();
    const { sessionId, generation } = snapshot.context;
    const isOurs = found.sessionId === sessionId;
    const isKnown = found === seen;
    seen = found;
    if (isEnded(found)) {
      // Who signs in anew does not hear of the session before. Where that fails, it is news still.
      if (snapshot.hasTag('signingIn')) seen = null;
      if (sessionId === null || isKnown || !hasSession(snapshot)) return;
      const ended = keeper.endOf(sessionId, found);
      if (ended === null || (ended === 'expired' && snapshot.hasTag('refuse'))) return;
      actor.send({ type: `peer.${ended}`, sessionId, at: clock.now() });
    } else if (isOurs && !hasSession(snapshot)) {
      if (isKnown) return;
      // A logout wins every race: what another tab stored in the meantime is over as well.
      endLate(found);
    } else if (!isOurs || found.generation > generation) {
      credentials.stage(found);
      actor.send({ type: 'peer.adopted', ...factsOf(found, settings) });
    } else {
      const failed = failedRefreshIn(found, clock.now(), settings.refresh.maxRetryAfter);
      if (failed === null || failed.failedAt === snapshot.context.retryFrom) return;
      // A refresh that has just been asked for is not kept from its call by a pause that is over.
      if (failed.retryAt <= failed.at && snapshot.hasTag('hold')) return;
      actor.send({ type: 'peer.refreshFailed', ...failed, neededFor: neededFor() });
    }
  }

  /** Reads again where the session has moved on meanwhile, and may be newer than what was read. */
  async function finish(first: Promise<StoredRecord<User> | null>): Promise<void> {
    for (let reading = first; ; reading = Promise.resolve(keeper.read())) {
      const before = { ...actor.getSnapshot().context, epoch: credentials.epoch() };
      const found = await reading;
      const { sessionId, generation } = actor.getSnapshot().context;
      // A session that was read before a logout is one that the logout ends.
      const isSame = sessionId === before.sessionId && generation === before.generation;
      if (isSame && credentials.epoch() === before.epoch) {
        act(found);
        return;
      }
    }
  }

  function look(): Promise<void> | null {
    // However many hints come, one look follows the one that is under way.
    if (running !== null) {
      next ??= running.then(async () => {
        next = null;
        await look();
      });
      return next;
    }
    const found = keeper.read();
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
    look,
    glance: () => (settings.store.isPrivate !== true || keeper.hasUnsaved() ? look() : (next ?? running)),
  };
}
