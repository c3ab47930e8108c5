import type { SessionTag } from '../../machines/index.ts';
import type { SessionActor } from '../session/sessionActor.ts';

const tags: readonly SessionTag[] = ['attach', 'hold', 'due', 'refuse'];

/** Whether there is a session, or may be one. Without a session, requests are sent without a token. */
export function hasSession(snapshot: ReturnType<SessionActor['getSnapshot']>): boolean {
  return tags.some((tag) => snapshot.hasTag(tag));
}
