import type { SessionEvent } from '../../machines/index.ts';
import type { EndSignal } from '../platform/abort.ts';
import { fullJitter } from '../refresh/backoff.ts';
import { isRunning } from '../requests/sessionState.ts';
import type { ServerCalls } from '../server/calls.ts';
import type { CallFailure } from '../server/judgeFailure.ts';
import type { StoredSession } from '../store/recordTypes.ts';
import type { SessionActor } from './sessionActor.ts';
import type { Settings } from './settings.ts';

/** Tells the server to revoke the tokens of a session, and tells the machine the outcome. Never rejects. */
export type Revoke<User> = (session: StoredSession<User>) => Promise<void>;

interface RevokeParts<User, Login> {
  readonly calls: Pick<ServerCalls<User, Login>, 'logout'>;
  /** Aborted by `dispose()`. */
  readonly disposal: EndSignal;
  readonly settings: Pick<Settings<User, Login>, 'environment'>;
}

/**
 * Creates the function that revokes tokens. The machine gets the outcome as an event and not through an actor, because a
 * login that follows a logout stops the actor and not the call.
 */
export function createRevoke<User, Login>(
  { calls, disposal, settings }: RevokeParts<User, Login>,
  actor: () => SessionActor,
): Revoke<User> {
  const { clock, random } = settings.environment;

  function eventOf(
    { sessionId, generation }: StoredSession<User>,
    failure: CallFailure | null,
  ): SessionEvent {
    const stamp = { sessionId, generation, at: clock.now() };
    if (failure === null) return { type: 'logout.confirmed', ...stamp };
    const { verdict, status, code, retryAfter } = failure;
    if (verdict !== 'rateLimited' && verdict !== 'unavailable')
      return { type: 'logout.refused', ...stamp, status, code };
    const pause = fullJitter(random, actor().getSnapshot().context.attempt + 1);
    return { type: 'logout.failed', ...stamp, status, code, retryAfter, pause };
  }

  return async (session) => {
    const failure = await calls.logout(session);
    if (!disposal.aborted && isRunning(actor())) actor().send(eventOf(session, failure));
  };
}
