import type { AttemptStart, SessionEvent, Stamp } from '../../machines/index.ts';
import { redact } from '../errors/redact.ts';
import { anySignal, createEnd, type EndSignal } from '../platform/abort.ts';
import { randomId } from '../platform/randomId.ts';
import type { GrantCall } from '../server/calls.ts';
import type { CheckedGrant } from '../server/grant.ts';
import type { CallFailure } from '../server/judgeFailure.ts';
import { isAnotherUser } from '../server/sameUser.ts';
import { usesCookies } from '../server/usesCookies.ts';
import { VerdictError } from '../server/verdict.ts';
import { factsOf, renewSession, startOfLifetime, withNewerUser } from '../store/credentials.ts';
import { failedRefreshIn } from '../store/storedRecord.ts';
import type { Lease } from '../store/sessionStore.ts';
import type { FailedRefresh, StoredSession } from '../store/recordTypes.ts';
import { fullJitter } from './backoff.ts';
import { failureEvent } from './failureEvent.ts';
import {
  rereads,
  tellFailure,
  tellNews,
  beginCall,
  endCall,
  storeFailure,
  type Known,
  type Call,
} from './refreshRecord.ts';
import type { RefreshParts } from './refreshParts.ts';
import { StoreUnavailableError, underLock, type LockedTask } from './underLock.ts';

type Send = (event: SessionEvent) => void;

interface RefresherScope {
  readonly input: Stamp;
  readonly sendBack: Send;
  readonly receive: (listener: (event: AttemptStart) => void) => void;
}

/** One attempt to refresh the tokens of a session. */
interface Attempt extends Pick<Call, 'id'> {
  readonly stamp: Stamp;
  readonly known: Known;
  /** Ends the attempt while it waits for the lock. */
  readonly wait: EndSignal;
  /** Ends the call to the server. */
  readonly end: EndSignal;
  readonly send: Send;
}

/** An attempt that has the lock and has noted its call in the store. */
interface LockedAttempt<User> extends Attempt {
  readonly session: StoredSession<User>;
  readonly lease: Lease;
  readonly stored: Call;
}

/**
 * The actor behind `refreshing`: one attempt for each `attempt.start`, and never two at a time. An attempt takes the lock,
 * reads the store, calls the server, stores the new tokens, and tells the machine.
 */
export function createRefresher<User, Login>(parts: RefreshParts<User, Login>) {
  const { clock } = parts.settings.environment;
  // Created on first use: Cloudflare Workers refuse random values while a module is loaded.
  let id: string | null = null;
  return ({ sendBack: send, receive, input: stamp }: RefresherScope): (() => void) => {
    const stop = createEnd();
    const end = createEnd();
    let wait = createEnd();
    let last = Promise.resolve();
    receive(({ failures, failedAt }) => {
      const known = { failures, failedAt, startedAt: clock.now() };
      // If the previous attempt still waits for the lock, this one replaces it.
      wait.abort();
      wait = createEnd();
      const ends = { wait: anySignal([stop.signal, wait.signal]), end: end.signal };
      // The machine decides which attempt runs. The queue only keeps a call that is still in flight apart from the next one:
      // without a lock, nothing else would.
      last = last
        .then(() => refreshUnderLock(parts, { id: (id ??= randomId()), stamp, known, send, ...ends }))
        .catch((error: unknown) => {
          if (ends.wait.aborted) return;
          parts.lastError.refresh = redact(error);
          send(failureEvent(error, clock.now()));
        });
    });
    return () => {
      stop.abort();
      // After `dispose()` the stored session stays, so the response of a call in flight must still be stored.
      if (!parts.disposal.aborted) end.abort();
    };
  };
}

async function refreshUnderLock<User, Login>(
  parts: RefreshParts<User, Login>,
  attempt: Attempt,
): Promise<void> {
  const { credentials, settings, held } = parts;
  const { id, known, wait, send } = attempt;
  const task: LockedTask = async (lease) => {
    const session = credentials.current();
    if (session === null) return undefined;
    const stored = await beginCall(parts, session, {
      id,
      lease,
      stop: wait,
      isNews: (found) =>
        tellNews(parts, session, found, send) || tellFailure(parts, session, { found, known }, send),
    });
    if (stored === null) return undefined;
    // A listener may end the session, or block the thread until another session has got the lock.
    const isOver = () => wait.aborted || lease.isLost;
    if (!isOver()) {
      const at = settings.environment.clock.now();
      send({ type: 'lock.acquired', at, answerLost: stored.answerLost });
      if (!isOver()) {
        held.lease = lease;
        await refresh(parts, { ...attempt, session, lease, stored }).finally(() => {
          held.lease = null;
        });
        return undefined;
      }
    }
    await endCall(parts, session, { call: stored, lease });
    return lease.isLost ? 'again' : undefined;
  };
  try {
    await underLock(parts, wait, task);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    postpone(parts, attempt, error);
  }
}

/** Tells the machine that no new tokens are available for now: the lock or the store cannot be had. */
function postpone<User, Login>(
  { credentials, lastError, neededFor, settings }: RefreshParts<User, Login>,
  { stamp, known, send }: Attempt,
  error: Error,
): void {
  if (!credentials.isCurrent(stamp)) return;
  const { clock, random } = settings.environment;
  const failures = known.failures + 1;
  lastError.refresh = error;
  send({
    type: 'server.unavailable',
    ...stampOf(stamp),
    at: clock.now(),
    status: null,
    code: null,
    retryAfter: null,
    answerLost: false,
    pause: fullJitter(random, failures),
    failures,
    neededFor: neededFor(),
  });
}

async function refresh<User, Login>(
  parts: RefreshParts<User, Login>,
  attempt: LockedAttempt<User>,
): Promise<void> {
  const { calls, revoke, settings } = parts;
  const { session } = attempt;
  const call = calls.refresh(session, attempt.end);
  try {
    const granted = await call.result;
    if (isAnotherUser(settings.server, session.user, granted.user)) {
      // With cookies, revoking would end the other user's own session.
      if (!usesCookies(settings.server)) void revoke(renewSession(session, granted, call.issuedAt));
      throw new VerdictError('subjectMismatch');
    }
    await storeGrant(parts, attempt, granted, call.issuedAt);
  } catch (error) {
    await fail(parts, attempt, error, call);
  }
}

/** Stores the granted tokens, unless the session has ended or has newer tokens. */
async function storeGrant<User, Login>(
  parts: RefreshParts<User, Login>,
  attempt: LockedAttempt<User>,
  granted: CheckedGrant<User>,
  issuedAt: number,
): Promise<void> {
  const { credentials, boundedStore, settings } = parts;
  const { lease, session, send } = attempt;
  const now = settings.environment.clock.now();
  let next = renewSession(session, granted, startOfLifetime(granted, issuedAt, now));
  await boundedStore.update((found) => {
    if (!credentials.isCurrent(session) || tellNews(parts, session, found, send)) return null;
    // `updateUser` may have been called while the request was in flight.
    return (next = withNewerUser(withNewerUser(next, found), credentials.current()));
  }, lease);
  if (lease.isSuperseded === true) {
    postpone(parts, attempt, new StoreUnavailableError());
    return;
  }
  if (credentials.isCurrent(session)) {
    credentials.stage(next);
    send({ type: 'grant.stored', ...factsOf(next, settings), issuedAt });
  } else if (credentials.current()?.sessionId !== session.sessionId) {
    // The session has ended meanwhile. If it has newer tokens instead, those of this late grant stay valid.
    void parts.revoke(next);
  }
}

/** Tells the machine why the call failed. A refusal counts only if another tab has not stored newer tokens meanwhile. */
async function fail<User, Login>(
  parts: RefreshParts<User, Login>,
  attempt: LockedAttempt<User>,
  error: unknown,
  call: GrantCall<User, CallFailure>,
): Promise<void> {
  const { credentials, settings } = parts;
  const { session, send } = attempt;
  if (!credentials.isCurrent(session)) return;
  const { environment } = settings;
  const failure = call.judge(error);
  const { verdict, status, code, explanation } = failure;
  let event: SessionEvent;
  if (verdict === 'rateLimited' || verdict === 'unavailable') {
    event = await shareFailure(parts, attempt, { ...failure, verdict });
  } else if (verdict === 'none') {
    await endCall(parts, session, { call: attempt.stored, lease: attempt.lease });
    event = failureEvent(error, environment.clock.now(), failure);
  } else {
    await rereads(parts, attempt.lease, (found) => tellNews(parts, session, found, send));
    // Another session has the lock, and may have got the tokens that this one was refused.
    await parts.boundedStore.update((found) => {
      if (credentials.isCurrent(session)) tellNews(parts, session, found, send);
      return null;
    }, attempt.lease);
    if (attempt.lease.isSuperseded === true) {
      postpone(parts, attempt, new StoreUnavailableError());
      return;
    }
    const at = environment.clock.now();
    event = { type: `server.${verdict}`, ...stampOf(session), at, status, code, explanation };
  }
  if (!credentials.isCurrent(session)) return;
  parts.lastError.refresh = redact(error, 'server.refresh');
  send(event);
}

/** Stores the failure and its pause, which apply to all tabs. */
async function shareFailure<User, Login>(
  parts: RefreshParts<User, Login>,
  { session, lease, stored, known }: LockedAttempt<User>,
  { verdict, ...details }: CallFailure & { readonly verdict: 'rateLimited' | 'unavailable' },
): Promise<SessionEvent> {
  const { environment, refresh } = parts.settings;
  const { clock, random } = environment;
  const { answerLost, status, code } = details;
  const asked = details.retryAfter ?? 0;
  const at = clock.now();
  const part = random();
  const pauseAfter = (failures: number): number => fullJitter(() => part, failures);
  const failureAfter = (failures: number): FailedRefresh => ({
    at,
    retryAt: at + Math.max(pauseAfter(failures), asked),
    isAsked: asked > 0,
    failures,
    status,
    code,
  });
  let failures = known.failures + 1;
  await storeFailure(
    parts,
    session,
    { call: stored, lease },
    {
      answerLost,
      failureIn(found) {
        const before = failedRefreshIn(found, at, refresh.maxRetryAfter)?.failures ?? 0;
        failures = Math.max(known.failures, before) + 1;
        return failureAfter(failures);
      },
    },
  );
  return {
    type: `server.${verdict}`,
    ...stampOf(session),
    ...details,
    at,
    pause: pauseAfter(failures),
    failures,
    neededFor: parts.neededFor(),
  };
}

function stampOf({ sessionId, generation }: Stamp): Stamp {
  return { sessionId, generation };
}
