import type { AttemptStart, SessionEvent, Stamp } from '../../machines/index.ts';
import { factsOf, renewSession, startOfLifetime } from '../store/credentials.ts';
import { anySignal, createEnd, type EndSignal } from '../platform/abort.ts';
import { newsOf } from '../store/peerMessage.ts';
import type { CheckedGrant } from '../server/grant.ts';
import { isMalformedGrantError } from '../errors/guards.ts';
import { redact } from '../errors/redact.ts';
import { isAnotherUser } from '../server/sameUser.ts';
import { failedRefreshIn } from '../store/failedRefresh.ts';
import { isEnded } from '../store/storedRecord.ts';
import type { Lease } from '../store/sessionStore.ts';
import type { FailedRefresh, StoredRecord, StoredSession } from '../store/tokenStore.ts';
import { VerdictError } from '../server/verdict.ts';
import type { World } from '../session/world.ts';
import { fullJitter } from './backoff.ts';
import { isOvertaken, tellFailure, tellNews, type Known } from './news.ts';
import { judgeFailure, type CallFailure } from './judgeFailure.ts';
import type { Answer } from '../server/answer.ts';
import { beginCall, endCall, storeFailure, type Call } from './storedCall.ts';
import { underLock } from './underLock.ts';

type Send = (event: SessionEvent) => void;

interface RefresherScope {
  readonly input: Stamp;
  readonly sendBack: Send;
  readonly receive: (listener: (event: AttemptStart) => void) => void;
}

/**
 * The actor behind `refreshing`: one attempt for each `attempt.start`, and never two at a time. Lock, look
 * into the store again, call the server, look once more, store, tell.
 */
export function createRefresher<User, Login>(world: World<User, Login>) {
  return ({ sendBack, receive, input }: RefresherScope): (() => void) => {
    const stop = createEnd();
    const call = createEnd();
    let wait = createEnd();
    let last = Promise.resolve();
    receive(({ failures, failedAt }) => {
      const known = { failures, failedAt, startedAt: world.settings.environment.clock.now() };
      // The one before has failed, or waits for the lock still: this one waits in its place.
      wait.abort(new Error('The next attempt has begun'));
      wait = createEnd();
      const ends = { wait: anySignal([stop.signal, wait.signal]), call: call.signal };
      // The call of the one before may be with the server still, and there may be no lock to keep the two apart.
      last = last
        .then(() => attempt(world, input, { ...ends, known }, sendBack))
        .catch((error: unknown) => {
          if (ends.wait.aborted) return;
          world.lastError.refresh = redact(error);
          sendBack({
            type: 'refresh.failed',
            at: world.settings.environment.clock.now(),
            failure: { code: 'ERR_REFRESH_UNAVAILABLE', status: null, serverCode: null },
          });
        });
    });
    return () => {
      const reason = new Error('The refresh was stopped');
      stop.abort(reason);
      // After `dispose()` the session lives on in the store: an answer that is on its way is still stored.
      if (!world.disposal.aborted) call.abort(reason);
    };
  };
}

interface AttemptScope {
  /** Ends it while it waits for its turn. */
  readonly wait: EndSignal;
  /** Ends it while its call is with the server. */
  readonly call: EndSignal;
  readonly known: Known;
}

async function attempt<User, Login>(
  world: World<User, Login>,
  stamp: Stamp,
  { wait, call, known }: AttemptScope,
  send: Send,
) {
  await underLock(world, wait, async (lease) => {
    const session = world.credentials.current();
    if (session === null || !world.credentials.isCurrent(stamp)) return 'done';
    const stored = await beginCall(world, session, {
      stop: wait,
      isNews: (found) =>
        tellNews(world, session, found, send) || tellFailure(world, session, { found, known }, send),
    });
    if (stored === null) return 'done';
    if (lease.isLost) {
      await endCall(world, session, stored);
      return 'again';
    }
    const at = world.settings.environment.clock.now();
    send({ type: 'lock.acquired', at, answerLost: stored.answerLost });
    // A listener may have ended the session.
    if (wait.aborted) await endCall(world, session, stored);
    else await refresh(world, session, { end: call, lease, stored, known }, send);
    return 'done';
  });
}

interface RefreshScope {
  readonly end: EndSignal;
  readonly lease: Lease;
  readonly stored: Call;
  readonly known: Known;
}

async function refresh<User, Login>(
  world: World<User, Login>,
  session: StoredSession<User>,
  { end, lease, stored, known }: RefreshScope,
  send: Send,
): Promise<void> {
  const { calls, settings } = world;
  const { server } = settings;
  const call = calls.refresh(session, end);
  const { issuedAt } = call;
  try {
    const granted = await call.result;
    if (isAnotherUser(server, session.user, granted.user)) {
      // Cookies are those of the other user's own session.
      if (server.cookies === undefined) void calls.logout(renewSession(session, granted, issuedAt));
      throw new VerdictError('subjectMismatch');
    }
    await take(world, session, issuedAt, granted, send);
  } catch (error) {
    await refuse(world, session, { error, answer: call.answer(), lease, stored, known }, send);
  }
}

/** Stores what was granted, unless the session has ended or moved on in the meantime. */
async function take<User, Login>(
  world: World<User, Login>,
  session: StoredSession<User>,
  issuedAt: number,
  granted: CheckedGrant<User>,
  send: Send,
): Promise<void> {
  const { credentials, keeper, settings } = world;
  const now = settings.environment.clock.now();
  const next = renewSession(session, granted, startOfLifetime(granted, issuedAt, now));
  const look: { found: StoredRecord<User> | null; isNews: boolean } = { found: null, isNews: false };
  await keeper.update((found) => {
    if (!credentials.isCurrent(session)) return null;
    look.found = found;
    look.isNews = tellNews(world, session, found, send);
    return look.isNews ? null : next;
  });
  if (look.isNews || !credentials.isCurrent(session)) {
    discard(world, next, look.isNews ? look.found : null);
    return;
  }
  credentials.stage(next);
  world.tell(newsOf(next));
  send({ type: 'grant.stored', ...factsOf(next, settings), issuedAt });
}

/** A grant that came too late is not stored. It is revoked where its session is over, and only there. */
function discard<User, Login>(
  world: World<User, Login>,
  late: StoredSession<User>,
  found: StoredRecord<User> | null = null,
): void {
  const isOver =
    found === null
      ? world.credentials.current()?.sessionId !== late.sessionId
      : isEnded(found) || found.sessionId !== late.sessionId;
  if (isOver) void world.calls.logout(late);
}

interface Refused {
  readonly error: unknown;
  readonly answer: Answer | null;
  readonly lease: Lease;
  readonly stored: Call;
  readonly known: Known;
}

/** Tells the machine why the call failed. The loser of a race looks into the store before it believes it. */
async function refuse<User, Login>(
  world: World<User, Login>,
  session: StoredSession<User>,
  { error, answer, lease, stored, known }: Refused,
  send: Send,
): Promise<void> {
  const { credentials, settings } = world;
  const { clock } = settings.environment;
  if (!credentials.isCurrent(session)) return;
  const { server, refresh } = settings;
  const failure = judgeFailure(error, answer, { server, refusedBy: refresh.refusedBy });
  const { verdict, status, code } = failure;
  let event: SessionEvent;
  if (verdict === 'rateLimited' || verdict === 'unavailable') {
    event = await shareFailure(world, session, { failure: { ...failure, verdict }, stored, known });
  } else if (verdict === 'none') {
    await endCall(world, session, stored);
    const errorCode = isMalformedGrantError(error) ? error.code : 'ERR_REFRESH_UNAVAILABLE';
    event = {
      type: 'refresh.failed',
      at: clock.now(),
      failure: { code: errorCode, status, serverCode: code },
    };
  } else {
    if (await isOvertaken(world, session, lease, send)) return;
    event = { type: `server.${verdict}`, ...stampOf(session), at: clock.now(), status, code };
  }
  if (!credentials.isCurrent(session)) return;
  world.lastError.refresh = redact(error, 'server.refresh');
  send(event);
}

interface Failed {
  readonly failure: CallFailure & { readonly verdict: 'rateLimited' | 'unavailable' };
  readonly stored: Call;
  readonly known: Known;
}

/** A failure is the session's, not the tab's: the store says until when to stay away from the endpoint. */
async function shareFailure<User, Login>(
  world: World<User, Login>,
  session: StoredSession<User>,
  { failure: { verdict, ...details }, stored, known }: Failed,
): Promise<SessionEvent> {
  const { environment, refresh } = world.settings;
  const { clock, random } = environment;
  const { retryAfter, answerLost, status, code } = details;
  const at = clock.now();
  const part = random();
  const failureAfter = (before: number): FailedRefresh & { readonly pause: number } => {
    const pause = fullJitter(() => part, before + 1);
    const retryAt = at + Math.max(pause, retryAfter ?? 0);
    const isAsked = retryAfter !== null && retryAfter > 0;
    return { at, retryAt, isAsked, failures: before + 1, status, code, pause };
  };
  let failed = failureAfter(known.failures);
  await storeFailure(world, session, stored, {
    answerLost,
    failureIn(found) {
      failed = failureAfter(
        Math.max(known.failures, failedRefreshIn(found, at, refresh.maxRetryAfter)?.failures ?? 0),
      );
      const { pause: _pause, ...failedRefresh } = failed;
      return failedRefresh;
    },
  });
  world.tell({ type: 'refreshFailed', ...stampOf(session) });
  return {
    type: `server.${verdict}`,
    ...stampOf(session),
    ...details,
    at,
    pause: failed.pause,
    failures: failed.failures,
    neededFor: world.neededFor(),
  };
}

function stampOf({ sessionId, generation }: Stamp): Stamp {
  return { sessionId, generation };
}
