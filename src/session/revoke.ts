import type { SessionEvent } from '../../machines/index.ts';
import { fullJitter } from '../refresh/backoff.ts';
import { isRunning } from '../requests/sessionState.ts';
import type { ServerCalls } from '../server/calls.ts';
import type { CallFailure } from '../server/judgeFailure.ts';
import { isThenable } from '../platform/thenable.ts';
import type { StoredSession } from '../store/recordTypes.ts';
import { createLiveTokens, type LiveTokensParts } from './liveTokens.ts';
import type { SessionActor } from './sessionActor.ts';

/**
 * Tells the server to revoke the tokens of a session, and tells the machine the outcome. Resolves with whether the server has
 * confirmed it. Never rejects.
 */
export type Revoke<User> = (session: StoredSession<User>) => Promise<boolean>;

interface RevokeParts<User, Login> extends LiveTokensParts<User, Login> {
  readonly calls: Pick<ServerCalls<User, Login>, 'logout' | 'refresh' | 'refreshInFlight'>;
}

/** The tokens that were revoked last. */
type Revoked = Pick<StoredSession<unknown>, 'accessToken' | 'generation' | 'sessionId'>;

/**
 * Creates the function that revokes tokens. The machine gets the outcome as an event and not through an actor, because a
 * login that follows a logout stops the actor and not the call.
 */
export function createRevoke<User, Login>(
  parts: RevokeParts<User, Login>,
  actor: () => SessionActor,
): Revoke<User> {
  const { calls, disposal } = parts;
  const { clock, random } = parts.settings.environment;

  function eventOf(
    { sessionId, generation }: StoredSession<User>,
    failure: CallFailure | null,
  ): SessionEvent {
    const stamp = { sessionId, generation, at: clock.now() };
    if (failure === null) return { type: 'logout.confirmed', ...stamp };
    const { verdict, status, code, retryAfter, explanation } = failure;
    const answered = { ...stamp, status, code, explanation };
    if (verdict !== 'rateLimited' && verdict !== 'unavailable')
      return { type: 'logout.refused', ...answered };
    const pause = fullJitter(random, actor().getSnapshot().context.attempt + 1);
    return { type: 'logout.failed', ...answered, retryAfter, pause };
  }

  const liveTokens = createLiveTokens(parts);
  let last: (Revoked & { readonly outcome: Promise<CallFailure | null> }) | null = null;

  /**
   * Tokens that come late from the refresh that a logout awaits are revoked once. Two refreshes, or a refresh and `adopt()`, may
   * have given different tokens the same generation.
   */
  function logout(found: StoredSession<User> | CallFailure): Promise<CallFailure | null> {
    if ('verdict' in found) return Promise.resolve(found);
    const { sessionId, generation, accessToken } = found;
    if (last?.sessionId === sessionId && last.generation === generation && last.accessToken === accessToken)
      return last.outcome;
    const outcome = calls.logout(found);
    const made = { sessionId, generation, accessToken, outcome };
    last = made;
    void outcome.then((failure) => {
      if (failure !== null && last === made) last = null;
    });
    return outcome;
  }

  function tell(session: StoredSession<User>): Promise<CallFailure | null> {
    const live = liveTokens(session);
    // Synchronous if possible: the logout takes its place in the order of calls at once.
    return isThenable(live) ? live.then(logout) : logout(live);
  }

  return async (session) => {
    const failure = await tell(session);
    if (!disposal.aborted && isRunning(actor())) actor().send(eventOf(session, failure));
    return failure === null;
  };
}
