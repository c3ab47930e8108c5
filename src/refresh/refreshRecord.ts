import { isNewer, type SessionEvent } from '../../machines/index.ts';
import { factsOf } from '../store/credentials.ts';
import { failedRefreshIn, isEnded, isOlder, newsIn } from '../store/storedRecord.ts';
import type { StoredRecord, StoredSession, Attempt, FailedRefresh } from '../store/recordTypes.ts';
import type { RefreshParts } from './refreshParts.ts';
import { pause } from '../platform/pause.ts';
import type { Lease } from '../store/sessionStore.ts';
import type { EndSignal } from '../platform/abort.ts';
import { StoreUnavailableError } from './underLock.ts';

type Send = (event: SessionEvent) => void;

/** The pause before the second read after a refusal, in milliseconds. It doubles with each read. */
const firstDelay = 100;

/** Reads the store again, for its news. If the store shows writes late, it is read repeatedly for that long. */
export async function rereads<User, Login>(
  {
    boundedStore,
    settings,
    disposal,
  }: Pick<RefreshParts<User, Login>, 'boundedStore' | 'disposal' | 'settings'>,
  { lateness }: Lease,
  isNews: (found: StoredRecord<User> | null) => boolean,
): Promise<void> {
  for (let waited = 0, delay = firstDelay; ; waited += delay, delay *= 2) {
    if (isNews(await boundedStore.read()) || waited + delay > lateness) return;
    await pause(settings.environment.clock, delay, disposal);
  }
}

/** Tells the machine if the store has newer information than this session. Returns whether it has. */
export function tellNews<User, Login>(
  { credentials, boundedStore, settings }: RefreshParts<User, Login>,
  session: StoredSession<User>,
  found: StoredRecord<User> | null,
  send: Send,
): boolean {
  if (found === null) return false;
  const { sessionId } = session;
  if (isEnded(found)) {
    const ended = boundedStore.endOf(sessionId, found);
    if (ended === null) return false;
    send({ type: `peer.${ended}`, sessionId, at: settings.environment.clock.now() });
    return true;
  }
  const news = newsIn(found, session);
  if (news === null) return false;
  credentials.stage(news);
  send({ type: 'peer.adopted', ...factsOf(news, settings) });
  return true;
}

/** The known failures when an attempt starts. */
export interface Known {
  readonly failures: number;
  /** When the last one failed, in milliseconds since the epoch. */
  readonly failedAt: number;
  /** When the attempt began. */
  readonly startedAt: number;
}

/** Tells the machine if the store contains a failure that is new to it. Returns whether it does. */
export function tellFailure<User, Login>(
  { settings, neededFor }: RefreshParts<User, Login>,
  session: StoredSession<User>,
  { found, known }: { readonly found: StoredRecord<User> | null; readonly known: Known },
  send: Send,
): boolean {
  const failed = failedRefreshIn(found, settings.environment.clock.now(), settings.refresh.maxRetryAfter);
  if (failed?.generation !== session.generation) return false;
  const isOver = failed.retryAt <= failed.at && failed.failedAt < known.startedAt;
  if (isOver || !isNewer(failed, known.failedAt)) return false;
  send({ type: 'peer.refreshFailed', ...failed, neededFor: neededFor() });
  return true;
}

/** A call to the refresh endpoint that is noted in the store. */
export interface Call extends Attempt {
  /** An earlier call with this refresh token whose response was not stored. */
  readonly before: Attempt | null;
  /** Whether another session, or an earlier run of the application, made that call. */
  readonly answerLost: boolean;
}

export interface CallUnderLock {
  readonly call: Call;
  readonly lease: Lease;
}

export interface BeginOptions<User> extends Pick<Call, 'id'> {
  readonly lease: Lease;
  readonly stop: EndSignal;
  /** Whether the store has newer information than the session. Then no call is made. */
  readonly isNews: (found: StoredRecord<User> | null) => boolean;
}

type Parts<User, Login> = Pick<RefreshParts<User, Login>, 'boundedStore' | 'settings'>;

/**
 * Notes in the store that a call is about to be made. If its response is lost and the server then refuses the refresh
 * token, the next session knows why.
 *
 * The note also proves that the store can be written. A store that requires its lock is shared by processes that would all
 * lose the session if new tokens could not be stored: they would use the old refresh token a second time.
 *
 * @returns `null` if no call is needed any more
 * @throws {StoreUnavailableError} the store requires its lock and has these tokens, and cannot be written
 */
export async function beginCall<User, Login>(
  parts: Parts<User, Login>,
  session: StoredSession<User>,
  { id, lease, stop, isNews }: BeginOptions<User>,
): Promise<Call | null> {
  const { boundedStore, settings } = parts;
  const seen: { before: Attempt | null; isOver: boolean } = { before: null, isOver: false };
  const attempt = { id, at: settings.environment.clock.now() };
  const outcome = await boundedStore.update((found) => {
    seen.isOver = stop.aborted || isNews(found);
    if (seen.isOver || !isSame(found, session)) return null;
    seen.before = found.attempt ?? null;
    return { ...found, attempt };
  }, lease);
  if (seen.isOver) return null;
  if (outcome !== 'done' && settings.store.requiresLock === true && !boundedStore.hasUnsaved())
    throw new StoreUnavailableError();
  return { ...attempt, before: seen.before, answerLost: seen.before !== null && seen.before.id !== id };
}

/** Removes the note: no call was made, or the server has responded without using up the refresh token. */
export async function endCall<User, Login>(
  { boundedStore }: Parts<User, Login>,
  session: StoredSession<User>,
  { call, lease }: CallUnderLock,
): Promise<void> {
  await boundedStore.update((found) => (isSame(found, session) ? withoutCall(found, call) : null), lease);
}

interface Failing<User> {
  /** Returns the failure to store, given the stored session with its previous failures. */
  readonly failureIn: (found: StoredSession<User>) => FailedRefresh;
  readonly answerLost: boolean;
}

/** Notes in the store that the call has failed, so that all tabs pause together. The note of a lost response stays. */
export async function storeFailure<User, Login>(
  { boundedStore }: Parts<User, Login>,
  session: StoredSession<User>,
  { call, lease }: CallUnderLock,
  { failureIn, answerLost }: Failing<User>,
): Promise<void> {
  await boundedStore.update((found) => {
    if (!isSame(found, session)) return null;
    const failedRefresh = failureIn(found);
    // Without a lock, another session's write may have removed the note.
    if (answerLost) return { attempt: { id: call.id, at: call.at }, ...found, failedRefresh };
    return { ...withoutCall(found, call), failedRefresh };
  }, lease);
}

/** The record without the note of a call. The note of another session stays. */
function withoutCall<User>(found: StoredSession<User>, { id, before }: Call): StoredSession<User> {
  const { attempt, ...rest } = found;
  if (attempt?.id !== id) return found;
  return before === null ? rest : { ...rest, attempt: before };
}

/** Whether a record has the tokens of a session. */
function isSame<User>(
  found: StoredRecord<User> | null,
  session: StoredSession<User>,
): found is StoredSession<User> {
  return found !== null && !isEnded(found) && newsIn(found, session) === null && !isOlder(found, session);
}
