import { factsOf } from '../credentials.ts';
import type { Ending } from '../ending.ts';
import { hasSession } from '../hasSession.ts';
import { isEnded } from '../stores/storedRecord.ts';
import type { StoredRecord } from '../stores/tokenStore.ts';
import { isPeerMessage } from './peerMessage.ts';
import type { SessionActor, World } from '../world.ts';

/**
 * Listens to the others who share the store. A message is a hint to look into it, and never more: what is
 * there counts.
 */
export function createPeerListener<User, Login>(
  world: World<User, Login>,
  actor: SessionActor,
  ending: Pick<Ending, 'leaveWord'>,
): (message: unknown) => Promise<void> {
  /** Reads the store; again, where the session has moved on meanwhile and is newer than what was read. */
  async function read(): Promise<StoredRecord<User> | null> {
    for (;;) {
      const before = actor.getSnapshot().context;
      const found = await world.keeper.read();
      const { sessionId, generation } = actor.getSnapshot().context;
      if (sessionId === before.sessionId && generation === before.generation) return found;
    }
  }

  return async (message) => {
    if (!isPeerMessage(message)) return;
    const found = await read();
    if (found === null || world.disposal.aborted) return;
    const snapshot = actor.getSnapshot();
    const { sessionId, generation } = snapshot.context;
    const isOurs = found.sessionId === sessionId;
    if (isEnded(found)) {
      const at = world.settings.environment.clock.now();
      if (isOurs) actor.send({ type: `peer.${found.ended}`, sessionId: found.sessionId, at });
      // Another session has come and gone since: of ours the store holds nothing any more.
      else if (message.sessionId === sessionId && message.type !== 'adopted') {
        actor.send({ type: `peer.${message.type}`, sessionId, at });
      }
    } else if (isOurs && !hasSession(snapshot)) {
      // A logout wins every race: what another tab stored in the meantime is over as well.
      await ending.leaveWord(found.sessionId, 'loggedOut');
    } else if (!isOurs || found.generation > generation) {
      world.credentials.offer(found);
      actor.send({ type: 'peer.adopted', ...factsOf(found, world.settings) });
    }
  };
}
