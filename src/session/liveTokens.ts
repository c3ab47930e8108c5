import { createEnd, type EndSignal } from '../platform/abort.ts';
import { startTimeout } from '../platform/timeout.ts';
import type { RefreshParts } from '../refresh/refreshParts.ts';
import { underLock } from '../refresh/underLock.ts';
import type { GrantCall, ServerCalls } from '../server/calls.ts';
import type { CallFailure } from '../server/judgeFailure.ts';
import { renewSession } from '../store/credentials.ts';
import type { StoredSession } from '../store/recordTypes.ts';
import { isEnded } from '../store/storedRecord.ts';

export interface LiveTokensParts<User, Login> extends Pick<
  RefreshParts<User, Login>,
  'boundedStore' | 'disposal' | 'settings' | 'tellMissing'
> {
  readonly calls: Pick<ServerCalls<User, Login>, 'refresh' | 'refreshInFlight'>;
}

type Result<User> = StoredSession<User> | CallFailure;

/**
 * Creates the function that refreshes an expired access token before a logout, if the server asks for a live one
 * (`logoutNeedsFreshToken`). The new tokens are kept for the next attempt, since the server may accept a refresh token only
 * once. A refresh that is in flight is awaited, for the same reason.
 *
 * @returns the tokens to revoke, or why the refresh failed
 */
export function createLiveTokens<User, Login>(parts: LiveTokensParts<User, Login>) {
  const { calls, settings } = parts;
  const { environment, server } = settings;
  const renewed = new WeakMap<StoredSession<User>, StoredSession<User>>();
  /** The sessions whose refresh this session has made itself, so that it knows the outcome. */
  const own = new WeakSet<StoredSession<User>>();

  async function grantOf(
    session: StoredSession<User>,
    known: StoredSession<User>,
    call: GrantCall<User, CallFailure>,
  ): Promise<Result<User>> {
    own.add(session);
    try {
      const fresh = renewSession(known, await call.result, call.issuedAt);
      renewed.set(session, fresh);
      return fresh;
    } catch (error) {
      return call.judge(error);
    }
  }

  return (session: StoredSession<User>): Result<User> | Promise<Result<User>> => {
    const known = renewed.get(session) ?? session;
    const isLive = known.expiresAt === null || known.expiresAt > environment.clock.now();
    const isNeeded = server.logoutNeedsFreshToken === true && server.refresh !== undefined && !isLive;
    if (!isNeeded) return known;
    const inFlight = calls.refreshInFlight(known);
    if (inFlight !== null) return grantOf(session, known, inFlight);
    return whenLocked(parts, async (stop) => {
      const found = await parts.boundedStore.read();
      // Another tab has sent the refresh token, and revokes the tokens that it gets for it.
      const isSpent = found !== null && isEnded(found) && found.attempt !== undefined && !own.has(session);
      return isSpent ? known : grantOf(session, known, calls.refresh(known, stop));
    });
  };
}

/** Runs a task under the store's lock, which it may take `refresh.timeout` to get. */
async function whenLocked<User, Login>(
  parts: LiveTokensParts<User, Login>,
  task: (stop: EndSignal) => Promise<Result<User>>,
): Promise<Result<User>> {
  const { settings, disposal } = parts;
  const { timeout } = settings.refresh;
  const wait = createEnd();
  const cancel = startTimeout(settings.environment.clock, { limit: timeout, isAwaited: true }, () => {
    wait.abort();
  });
  let result: Result<User> = noLock;
  try {
    await underLock(parts, wait.signal, async () => {
      cancel();
      result = await task(disposal);
      return undefined;
    });
  } catch {
    // The wait for the lock took too long.
  } finally {
    cancel();
  }
  return result;
}

/** Another tab has held the lock for too long. */
const noLock: CallFailure = {
  verdict: 'unavailable',
  status: null,
  code: null,
  retryAfter: null,
  answerLost: false,
};
