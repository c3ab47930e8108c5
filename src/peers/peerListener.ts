import type { PeerMessage } from '../environment.ts';
import { factsOf } from '../credentials.ts';
import { isEnded } from '../stores/storedRecord.ts';
import type { SessionActor, World } from '../world.ts';

const types: ReadonlySet<unknown> = new Set<PeerMessage['type']>(['adopted', 'loggedOut', 'expired']);

/** Whether a message is one of ours. It is foreign input: anybody on the origin can send one. */
function isPeerMessage(message: unknown): message is PeerMessage {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    types.has(message.type) &&
    'sessionId' in message &&
    typeof message.sessionId === 'string' &&
    'generation' in message &&
    Number.isSafeInteger(message.generation)
  );
}

/**
 * Listens to the others who share the store. A message is a hint to look into it, and never more: what is
 * there counts.
 */
export function createPeerListener<User, Login>(world: World<User, Login>, actor: SessionActor) {
  return async (message: unknown): Promise<void> => {
    if (!isPeerMessage(message)) return;
    const found = await world.keeper.read();
    if (found === null || world.disposal.aborted) return;
    const snapshot = actor.getSnapshot();
    const { sessionId, generation } = snapshot.context;
    const isOurs = found.sessionId === sessionId;
    if (isEnded(found)) {
      const at = world.settings.environment.clock.now();
      if (isOurs) actor.send({ type: `peer.${found.ended}`, sessionId: found.sessionId, at });
      return;
    }
    if (isOurs && (found.generation <= generation || !hasSession(snapshot))) return;
    world.credentials.set(found);
    actor.send({ type: 'peer.adopted', ...factsOf(found, world.settings) });
  };
}

function hasSession(snapshot: ReturnType<SessionActor['getSnapshot']>): boolean {
  return (
    snapshot.hasTag('attach') ||
    snapshot.hasTag('due') ||
    snapshot.hasTag('hold') ||
    snapshot.hasTag('refuse')
  );
}
