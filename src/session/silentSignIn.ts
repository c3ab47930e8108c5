import type { SessionEvent } from '../../machines/index.ts';
import { redact } from '../errors/redact.ts';
import type { EndSignal } from '../platform/abort.ts';
import { fullJitter } from '../refresh/backoff.ts';
import { failureEvent } from '../refresh/failureEvent.ts';
import type { RefreshParts } from '../refresh/refreshParts.ts';
import { rereads } from '../refresh/refreshRecord.ts';
import { underLock } from '../refresh/underLock.ts';
import type { GrantCall } from '../server/calls.ts';
import type { CheckedGrant } from '../server/grant.ts';
import type { CallFailure } from '../server/judgeFailure.ts';
import { VerdictError } from '../server/verdict.ts';
import { beginSession, cookieSession, factsOf, startOfLifetime } from '../store/credentials.ts';
import type { StoredRecord } from '../store/recordTypes.ts';
import type { Lease } from '../store/sessionStore.ts';
import { isEnded, isPendingIn } from '../store/storedRecord.ts';

type Parts<User, Login> = Pick<
  RefreshParts<User, Login>,
  'boundedStore' | 'calls' | 'credentials' | 'disposal' | 'lastError' | 'settings' | 'tellMissing'
>;

/** One attempt to sign in with a refresh token that only the browser has. */
interface Attempt {
  /** The number of failed attempts before this one. */
  readonly failures: number;
  /** Ends the attempt while it waits for the lock. */
  readonly wait: EndSignal;
  /** Ends the call to the server. */
  readonly end: EndSignal;
  readonly send: (event: SessionEvent) => void;
}

/**
 * Asks the server for tokens although the store holds no session. The lock prevents other tabs from sending the same refresh
 * token, so the store is read again under the lock: another tab may have been faster.
 */
export async function signInSilently<User, Login>(
  parts: Parts<User, Login>,
  attempt: Attempt,
): Promise<void> {
  await underLock(parts, attempt.wait, async (lease) => {
    const found = await parts.boundedStore.read();
    if (tellStored(parts, found, attempt)) return undefined;
    if (lease.isLost) return 'again';
    const call = parts.calls.refresh(cookieSession, attempt.end);
    try {
      await storeGrant(parts, attempt, { lease, granted: await call.result, issuedAt: call.issuedAt });
    } catch (error) {
      await fail(parts, attempt, lease, { call, error });
    }
    return undefined;
  });
}

/** What a record means for a session that is being restored. */
export function restoredEvent<User, Login>(
  { credentials, settings }: Pick<Parts<User, Login>, 'credentials' | 'settings'>,
  found: StoredRecord<User> | null,
): SessionEvent {
  if (found === null) return { type: 'store.empty' };
  if (isEnded(found)) return { type: 'store.empty', isLogoutPending: isPendingIn(found) };
  credentials.stage(found);
  return { type: 'store.restored', ...factsOf(found, settings) };
}

/** Whether a record decides what the restored session is, so that the server need not be asked. */
const isDecisive = <User>(found: StoredRecord<User> | null): boolean =>
  found !== null && (!isEnded(found) || isPendingIn(found));

/** Tells the machine if another tab has signed in or out. Returns whether nothing is left to do. */
function tellStored<User, Login>(
  parts: Parts<User, Login>,
  found: StoredRecord<User> | null,
  { end, send }: Attempt,
): boolean {
  if (end.aborted || !isDecisive(found)) return end.aborted;
  send(restoredEvent(parts, found));
  return true;
}

async function storeGrant<User, Login>(
  parts: Parts<User, Login>,
  attempt: Attempt,
  {
    lease,
    granted,
    issuedAt,
  }: { readonly lease: Lease; readonly granted: CheckedGrant<User>; readonly issuedAt: number },
): Promise<void> {
  const { boundedStore, credentials, settings } = parts;
  const now = settings.environment.clock.now();
  const session = beginSession(granted, startOfLifetime(granted, issuedAt, now));
  const news: { found: StoredRecord<User> | null } = { found: null };
  await boundedStore.update((found) => {
    news.found = found;
    return attempt.end.aborted || isDecisive(found) ? null : session;
  }, lease);
  // Another process has got the lock meanwhile, and stores its own tokens.
  if (lease.isSuperseded === true) throw new VerdictError('unavailable');
  if (tellStored(parts, news.found, attempt)) return;
  credentials.stage(session);
  attempt.send({ type: 'grant.stored', ...factsOf(session, settings), issuedAt });
}

/** Tells the machine why the call failed. A refusal counts only if no other tab has signed in meanwhile. */
async function fail<User, Login>(
  parts: Parts<User, Login>,
  attempt: Attempt,
  lease: Lease,
  { call, error }: { readonly call: GrantCall<User, CallFailure>; readonly error: unknown },
): Promise<void> {
  const { lastError, settings } = parts;
  const { end, failures, send } = attempt;
  const { clock, random } = settings.environment;
  if (end.aborted) return;
  const { verdict, ...details } = call.judge(error);
  const { status, code } = details;
  const at = clock.now();
  const verdicted = { sessionId: cookieSession.sessionId, generation: 0, at, status, code };
  if (verdict === 'none') {
    lastError.refresh = redact(error, 'server.refresh');
    send(failureEvent(error, at, details));
  } else if (verdict === 'rateLimited' || verdict === 'unavailable') {
    lastError.refresh = redact(error, 'server.refresh');
    const pause = fullJitter(random, failures + 1);
    send({ type: `server.${verdict}`, ...verdicted, ...details, pause, failures: failures + 1 });
  } else {
    await rereads(parts, lease, (found) => tellStored(parts, found, attempt));
    // If the store had news, the machine no longer waits for this attempt.
    send({ type: `server.${verdict}`, ...verdicted, explanation: details.explanation });
  }
}
