import type { Stamp } from '../../machines/index.ts';
import type { EndSignal } from '../platform/abort.ts';
import { isEnded } from '../store/storedRecord.ts';
import type { Attempt, FailedRefresh, StoredRecord, StoredSession } from '../store/tokenStore.ts';
import type { World } from '../session/world.ts';
import { pause } from '../platform/pause.ts';
import type { Lease } from './underLock.ts';

/** Milliseconds between two looks at somebody else's call. */
const looking = 200;

/** Milliseconds, and as many again by chance, until what two wrote at one moment has settled in the store. */
const settling = 100;

export interface TurnScope<User> {
  readonly lease: Lease;
  readonly stop: EndSignal;
  /** Whether the store knows more than the session does; then nobody has to call. */
  readonly isNews: (found: StoredRecord<User> | null) => boolean;
}

export interface Turn {
  /** Somebody has called with this refresh token before, and no answer was stored. */
  readonly answerLost: boolean;
  /** The mark that was there before. */
  readonly before: Attempt | null;
}

/**
 * Marks in the store that a call is about to be made: should its answer be lost, whoever comes next knows
 * why the server refuses. Where no lock keeps the others away, the mark does, for as long as a call may take.
 *
 * @returns `null` where there is nothing to call for any more
 */
export async function takeTurn<User, Login>(
  world: World<User, Login>,
  session: StoredSession<User>,
  { lease, stop, isNews }: TurnScope<User>,
): Promise<Turn | null> {
  const { id, keeper, settings } = world;
  const { clock, random } = settings.environment;
  const isOver = (found: StoredRecord<User> | null): boolean => stop.aborted || isNews(found);
  const leave = async (turn: Turn): Promise<null> => {
    await endTurn(world, session, turn);
    return null;
  };
  let missed = 0;
  for (;;) {
    const found = await keeper.read();
    if (isOver(found)) return null;
    const before = attemptIn(found, session);
    const turn = { answerLost: before !== null && before.id !== id, before };
    if (isTaken(before, world, lease)) {
      await pause(clock, looking, stop);
      continue;
    }
    const at = clock.now();
    const made = await mark(world, session, { lease, isOver });
    if (made === 'over') return null;
    if (isOver(null)) return leave(turn);
    if (made === 'taken') continue;
    const took = clock.now() - at;
    // A read and a write take no longer, even if both are given up. So this has slept, and whoever waited for the lock may
    // have gone without it by now.
    const hasSlept = took > 2 * settings.refresh.timeout;
    if (made === 'gone' || (lease.isExclusive && !hasSlept)) return turn;
    // Who saw no mark before this one was there may be as slow, and has made its own by then.
    await pause(clock, Math.max(settling, hasSlept ? 0 : 2 * took) * (1 + random()), stop);
    const settled = await keeper.read();
    if (isOver(settled)) return leave(turn);
    const left = attemptIn(settled, session);
    if (left === null) missed += 1;
    // Somebody else has taken it back with its own, or the store keeps only what it knows: no mark, and nobody's.
    if (left?.id === id || missed > 1) return turn;
  }
}

/** Takes the mark back: no call was made, or the server has answered, and the refresh token is not spent by it. */
export async function endTurn<User, Login>(
  { id, keeper }: World<User, Login>,
  session: StoredSession<User>,
  turn: Turn,
): Promise<void> {
  await keeper.update((found) =>
    isSame(found, session) && found.attempt?.id === id ? withoutMark(found, turn) : null,
  );
}

interface Failing<User> {
  /** What the record is to say, by what it says of the calls before. */
  readonly failureIn: (found: StoredSession<User>) => FailedRefresh;
  readonly answerLost: boolean;
}

/** Says in the store that the call has failed, so that all tabs keep the same pause. The mark of a lost answer stays. */
export async function leaveFailure<User, Login>(
  { id, keeper }: World<User, Login>,
  session: StoredSession<User>,
  turn: Turn,
  { failureIn, answerLost }: Failing<User>,
): Promise<void> {
  await keeper.update((found) => {
    if (!isSame(found, session)) return null;
    const failedRefresh = failureIn(found);
    const isMarked = answerLost || found.attempt?.id !== id;
    return { ...(isMarked ? found : withoutMark(found, turn)), failedRefresh };
  });
}

function withoutMark<User>(found: StoredSession<User>, { before }: Turn): StoredSession<User> {
  const { attempt: _, ...rest } = found;
  return before === null ? rest : { ...rest, attempt: before };
}

/** Says in the store that the call goes on without the lock, so that whoever gets the lock next waits for the answer. */
export async function goOnUnlocked<User, Login>(
  { id, keeper }: World<User, Login>,
  session: Stamp,
): Promise<void> {
  await keeper.update((found) => {
    if (!isSame(found, session) || found.attempt?.id !== id) return null;
    return { ...found, attempt: { ...found.attempt, isUnlocked: true } };
  });
}

type Marking = 'made' | 'taken' | 'over' | 'gone';

interface MarkScope<User> {
  readonly lease: Lease;
  readonly isOver: (found: StoredRecord<User> | null) => boolean;
}

/** Makes the mark: not over somebody else's, and not in a store that was emptied (`gone`) or knows more by now. */
async function mark<User, Login>(
  world: World<User, Login>,
  session: StoredSession<User>,
  { lease, isOver }: MarkScope<User>,
): Promise<Marking> {
  const at = world.settings.environment.clock.now();
  const attempt = { id: world.id, at, ...(!lease.isExclusive && { isUnlocked: true }) };
  let outcome: Marking = 'gone';
  await world.keeper.update((found) => {
    outcome = 'gone';
    if (isOver(found)) outcome = 'over';
    else if (isSame(found, session)) {
      outcome = isTaken(found.attempt ?? null, world, lease) ? 'taken' : 'made';
      if (outcome === 'made') return { ...found, attempt };
    }
    return null;
  });
  return outcome;
}

/**
 * Whether it is somebody else's turn. Whoever holds the lock need not wait for those who held it before, but must wait for
 * one that called without it. A clock that was set back voids the mark.
 */
function isTaken<User, Login>(
  attempt: Attempt | null,
  { id, settings }: World<User, Login>,
  { isExclusive }: Lease,
): boolean {
  if (attempt === null || attempt.id === id) return false;
  if (isExclusive && attempt.isUnlocked !== true) return false;
  const { refresh, environment } = settings;
  const now = environment.clock.now();
  return attempt.at <= now && now < attempt.at + refresh.timeout;
}

function attemptIn<User>(found: StoredRecord<User> | null, session: StoredSession<User>): Attempt | null {
  return isSame(found, session) ? (found.attempt ?? null) : null;
}

function isSame<User>(
  found: StoredRecord<User> | null,
  { sessionId, generation }: Stamp,
): found is StoredSession<User> {
  return (
    found !== null && !isEnded(found) && found.sessionId === sessionId && found.generation === generation
  );
}
