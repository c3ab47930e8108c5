import type { Stamp } from '../../machines/index.ts';
import type { EndSignal } from '../platform/abort.ts';
import { isEnded } from '../store/storedRecord.ts';
import type { Attempt, FailedRefresh, StoredRecord, StoredSession } from '../store/recordTypes.ts';
import type { RefreshParts } from './refreshParts.ts';

/** A call to the refresh endpoint that is noted in the store. */
export interface Call {
  /** An earlier call with this refresh token whose response was not stored. */
  readonly before: Attempt | null;
  /** Whether another session, or an earlier run of the application, made that call. */
  readonly answerLost: boolean;
}

export interface BeginOptions<User> {
  readonly stop: EndSignal;
  /** Whether the store has newer information than the session. Then no call is made. */
  readonly isNews: (found: StoredRecord<User> | null) => boolean;
}

type Parts<User, Login> = Pick<RefreshParts<User, Login>, 'id' | 'boundedStore' | 'settings'>;

/**
 * Notes in the store that a call is about to be made. If its response is lost and the server then refuses the refresh
 * token, the next session knows why.
 *
 * @returns `null` if no call is needed any more
 */
export async function beginCall<User, Login>(
  parts: Parts<User, Login>,
  session: StoredSession<User>,
  { stop, isNews }: BeginOptions<User>,
): Promise<Call | null> {
  const { id, boundedStore, settings } = parts;
  const seen: { before: Attempt | null; isOver: boolean } = { before: null, isOver: false };
  await boundedStore.update((found) => {
    seen.isOver = stop.aborted || isNews(found);
    if (seen.isOver || !isSame(found, session)) return null;
    seen.before = found.attempt ?? null;
    return { ...found, attempt: { id, at: settings.environment.clock.now() } };
  });
  if (seen.isOver) return null;
  const call = { before: seen.before, answerLost: seen.before !== null && seen.before.id !== id };
  if (!stop.aborted) return call;
  await endCall(parts, session, call);
  return null;
}

/** Removes the note: no call was made, or the server has responded without using up the refresh token. */
export async function endCall<User, Login>(
  { id, boundedStore }: Parts<User, Login>,
  session: StoredSession<User>,
  call: Call,
): Promise<void> {
  await boundedStore.update((found) =>
    isSame(found, session) && found.attempt?.id === id ? withoutCall(found, call) : null,
  );
}

interface Failing<User> {
  /** Returns the failure to store, given the stored session with its previous failures. */
  readonly failureIn: (found: StoredSession<User>) => FailedRefresh;
  readonly answerLost: boolean;
}

/** Notes in the store that the call has failed, so that all tabs pause together. The note of a lost response stays. */
export async function storeFailure<User, Login>(
  { id, boundedStore }: Parts<User, Login>,
  session: StoredSession<User>,
  call: Call,
  { failureIn, answerLost }: Failing<User>,
): Promise<void> {
  await boundedStore.update((found) => {
    if (!isSame(found, session)) return null;
    const failedRefresh = failureIn(found);
    const isMarked = answerLost || found.attempt?.id !== id;
    return { ...(isMarked ? found : withoutCall(found, call)), failedRefresh };
  });
}

function withoutCall<User>(found: StoredSession<User>, { before }: Call): StoredSession<User> {
  const { attempt: _, ...rest } = found;
  return before === null ? rest : { ...rest, attempt: before };
}

function isSame<User>(
  found: StoredRecord<User> | null,
  { sessionId, generation }: Stamp,
): found is StoredSession<User> {
  return (
    found !== null && !isEnded(found) && found.sessionId === sessionId && found.generation === generation
  );
}
