import type { SessionEvent } from '../../machines/index.ts';
import type { EndSignal } from '../platform/abort.ts';
import { fullJitter } from '../refresh/backoff.ts';
import { isRunning } from '../requests/sessionState.ts';
import type { ServerCalls } from '../server/calls.ts';
import type { CallFailure } from '../server/judgeFailure.ts';
import { isThenable } from '../platform/thenable.ts';
import { renewSession } from '../store/credentials.ts';
import type { StoredSession } from '../store/recordTypes.ts';
import type { SessionActor } from './sessionActor.ts';
import type { Settings } from './settings.ts';

/**
 * Tells the server to revoke the tokens of a session, and tells the machine the outcome. Resolves with whether the server has
 * confirmed it. Never rejects.
 */
export type Revoke<User> = (session: StoredSession<User>) => Promise<boolean>;

interface RevokeParts<User, Login> {
  readonly calls: Pick<ServerCalls<User, Login>, 'logout' | 'refresh'>;
  /** Aborted by `dispose()`. */
  readonly disposal: EndSignal;
  readonly settings: Pick<Settings<User, Login>, 'environment' | 'server'>;
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

  const freshen = createFreshen({ calls, disposal, settings });

  function tell(session: StoredSession<User>): Promise<CallFailure | null> {
    const fresh = freshen(session);
    // Synchronous if possible: the logout takes its place in the order of calls at once.
    return isThenable(fresh)
      ? fresh.then((found) => ('verdict' in found ? found : calls.logout(found)))
      : calls.logout(fresh);
  }

  return async (session) => {
    const failure = await tell(session);
    if (!disposal.aborted && isRunning(actor())) actor().send(eventOf(session, failure));
    return failure === null;
  };
}

/**
 * Creates the function that refreshes an expired access token before a logout, if the server asks for a live one. The new
 * tokens are kept for the next attempt, since the server may accept a refresh token only once.
 *
 * @returns the tokens to revoke, or why the refresh failed
 */
function createFreshen<User, Login>({ calls, disposal, settings }: RevokeParts<User, Login>) {
  const { environment, server } = settings;
  const renewed = new WeakMap<StoredSession<User>, StoredSession<User>>();

  async function refresh(
    session: StoredSession<User>,
    known: StoredSession<User>,
  ): Promise<StoredSession<User> | CallFailure> {
    const call = calls.refresh(known, disposal);
    try {
      const fresh = renewSession(known, await call.result, call.issuedAt);
      renewed.set(session, fresh);
      return fresh;
    } catch (error) {
      return call.judge(error);
    }
  }

  return (session: StoredSession<User>) => {
    const known = renewed.get(session) ?? session;
    const isLive = known.expiresAt === null || known.expiresAt > environment.clock.now();
    const isNeeded = server.logoutNeedsFreshToken === true && server.refresh !== undefined && !isLive;
    return isNeeded ? refresh(session, known) : known;
  };
}
