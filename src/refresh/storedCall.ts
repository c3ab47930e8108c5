import type { Stamp } from '../../machines/index.ts';
import type { EndSignal } from '../platform/abort.ts';
import { isEnded } from '../store/storedRecord.ts';
import type { Attempt, FailedRefresh, StoredRecord, StoredSession } from '../store/tokenStore.ts';
import type { RefreshParts } from './refreshParts.ts';

/** A call to the refresh endpoint that the store knows of. */
export interface Call {
  /** An earlier call with this refresh token whose answer was not stored. */
  readonly before: Attempt | null;
  /** Whether another session, or an earlier run of the program, made that call. */
  readonly answerLost: boolean;
}

export interface BeginOptions<User> {
  readonly stop: EndSignal;
  /** Whether the store knows more than the session; then no call is made. */
  readonly isNews: (found: StoredRecord<User> | null) => boolean;
}

type Parts<User, Login> = Pick<RefreshParts<User, Login>, 'id' | 'keeper' | 'settings'>;

/**
 * Writes into the store that a call is about to be made. If its answer is lost, the next session that calls knows why the
 * server refuses the refresh token.
 *
 * @returns `null` where no call is needed any more
 */
export async function beginCall<User, Login>(
  parts: Parts<User, Login>,
  session: StoredSession<User>,
  { stop, isNews }: BeginOptions<User>,
): Promise<Call | null> {
  const { id, keeper, settings } = parts;
  const seen: { before: Attempt | null; isOver: boolean } = { before: null, isOver: false };
  await keeper.update((found) => {
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

/** Takes that back: no call was made, or the server has answered, and the refresh token is not spent by it. */
export async function endCall<User, Login>(
  { id, keeper }: Parts<User, Login>,
  session: StoredSession<User>,
  call: Call,
): Promise<void> {
  await keeper.update((found) =>
    isSame(found, session) && found.attempt?.id === id ? withoutCall(found, call) : null,
  );
}

interface Failing<User> {
  /** What the record is to say, by what it says of the calls before. */
  readonly failureIn: (found: StoredSession<User>) => FailedRefresh;
  readonly answerLost: boolean;
}

/** Writes into the store that the call has failed, so that all tabs pause together. A lost answer stays noted. */
export async function storeFailure<User, Login>(
  { id, keeper }: Parts<User, Login>,
  session: StoredSession<User>,
  call: Call,
  { failureIn, answerLost }: Failing<User>,
): Promise<void> {
  await keeper.update((found) => {
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
