import type { PeerMessage } from '../environment.ts';
import { isEnded } from '../stores/storedRecord.ts';
import type { StoredRecord } from '../stores/tokenStore.ts';

const types: ReadonlySet<unknown> = new Set<PeerMessage['type']>(['adopted', 'loggedOut', 'expired']);

/** What the others are told of a record: enough to look into the store, and no token. */
export function messageOf(record: StoredRecord<unknown>): PeerMessage {
  const { sessionId } = record;
  return isEnded(record)
    ? { type: record.ended, sessionId, generation: 0 }
    : { type: 'adopted', sessionId, generation: record.generation };
}

/** Whether a message is one of ours. It is foreign input: anybody on the origin can send one. */
export function isPeerMessage(message: unknown): message is PeerMessage {
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
