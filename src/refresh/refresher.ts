import type { SessionEvent, Stamp } from '../../machines/index.ts';
import { factsOf, renewSession } from '../credentials.ts';
import { anySignal, createEnd, type EndSignal } from '../abort.ts';
import { newsOf } from '../peers/peerMessage.ts';
import { readGrant, type CheckedGrant } from '../grant.ts';
import { redact } from '../redact.ts';
import { isAnotherUser } from '../sameUser.ts';
import { isEnded } from '../stores/storedRecord.ts';
import type { StoredRecord, StoredSession } from '../stores/tokenStore.ts';
import { VerdictError } from '../verdict.ts';
import type { World } from '../world.ts';
import { judgeRefusal, type Refusal } from './refusal.ts';
import { revoke } from './revoke.ts';
import type { Answer } from './answer.ts';
import { callServer, endOfGrant } from './serverCall.ts';
import { pause } from './pause.ts';
import { endTurn, goOnUnlocked, takeTurn, type Turn } from './turn.ts';
import { underLock, type Lease } from './underLock.ts';

type Send = (event: SessionEvent) => void;

interface RefresherScope {
  readonly input: Stamp;
  readonly sendBack: Send;
  readonly receive: (listener: () => void) => void;
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
    receive(() => {
      // The one before has failed, or waits for the lock still: this one waits in its place.
      wait.abort(new Error('The next attempt has begun'));
      wait = createEnd();
      const ends = { wait: anySignal([stop.signal, wait.signal]), call: call.signal };
      // The call of the one before may be with the server still, and there may be no lock to keep the two apart.
      last = last
        .then(() => attempt(world, input, ends, sendBack))
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

/** What ends an attempt: while it waits for its turn, and while its call is with the server. */
interface Ends {
  readonly wait: EndSignal;
  readonly call: EndSignal;
}

async function attempt<User, Login>(world: World<User, Login>, stamp: Stamp, ends: Ends, send: Send) {
  const task = async (lease: Lease): Promise<void> => {
    await world.keeper.catchUp();
    const session = world.credentials.current();
    if (session === null || !world.credentials.isCurrent(stamp)) return;
    const turn = await takeTurn(world, session, {
      lease,
      stop: ends.wait,
      isNews: (found) => tellNews(world, session, found, send),
    });
    if (turn === null) return;
    const at = world.settings.environment.clock.now();
    send({ type: 'lock.acquired', at, answerLost: turn.answerLost });
    // Whoever heard of it may have ended the session.
    if (ends.wait.aborted) return endTurn(world, session, turn);
    await refresh(world, session, { end: ends.call, lease, turn }, send);
  };
  await underLock(world, ends.wait, { task, onLost: () => goOnUnlocked(world, stamp) });
}

interface RefreshScope {
  readonly end: EndSignal;
  readonly lease: Lease;
  readonly turn: Turn;
}

async function refresh<User, Login>(
  world: World<User, Login>,
  session: StoredSession<User>,
  { end, lease, turn }: RefreshScope,
  send: Send,
): Promise<void> {
  const { server, refresh, environment } = world.settings;
  const issuedAt = environment.clock.now();
  const call = callServer(
    world,
    ({ http, signal }) => {
      if (server.refresh === undefined) throw new Error('The contract has no `refresh`');
      const { refreshToken, accessToken, user } = session;
      return server.refresh({ refreshToken, accessToken, user, http, signal });
    },
    { purpose: 'refresh', timeout: refresh.timeout, signals: [endOfGrant(server, end)] },
  );
  try {
    const granted = readGrant(await call.result, { server, issuedAt, serverTime: call.answer()?.date });
    if (isAnotherUser(server, session.user, granted.user)) {
      // Cookies are those of the other user's own session.
      if (server.cookies === undefined) void revoke(world, renewSession(session, granted, issuedAt));
      throw new VerdictError('subjectMismatch');
    }
    await take(world, session, issuedAt, granted, send);
  } catch (error) {
    await refuse(world, session, { error, answer: call.answer(), lease, turn }, send);
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
  const { credentials, keeper } = world;
  const next = renewSession(session, granted, issuedAt);
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
  credentials.offer(next);
  world.tell(newsOf(next));
  send({ type: 'grant.stored', ...factsOf(next, world.settings) });
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
  if (isOver) void revoke(world, late);
}

interface Refused {
  readonly error: unknown;
  readonly answer: Answer | null;
  readonly lease: Lease;
  readonly turn: Turn;
}

/** Tells the machine why the call failed. The loser of a race looks into the store before it believes it. */
async function refuse<User, Login>(
  world: World<User, Login>,
  session: StoredSession<User>,
  { error, answer, lease, turn }: Refused,
  send: Send,
): Promise<void> {
  if (!world.credentials.isCurrent(session)) return;
  const refusal = judgeRefusal(world.settings, error, answer);
  if (refusal.kind === 'refused') {
    if (await isOvertaken(world, session, lease, send)) return;
  } else if (refusal.kind === 'misconfigured' || !refusal.answerLost) {
    await endTurn(world, session, turn);
    if (!world.credentials.isCurrent(session)) return;
  }
  world.lastError.refresh = redact(error, 'server.refresh');
  send(verdictOf(refusal, { ...stampOf(session), at: world.settings.environment.clock.now() }));
}

function verdictOf(refusal: Refusal, about: Stamp & { readonly at: number }): SessionEvent {
  if (refusal.kind === 'misconfigured') {
    return { type: 'refresh.failed', at: about.at, failure: refusal.failure };
  }
  if (refusal.kind === 'refused') {
    const { verdict, status, code } = refusal;
    return { type: `server.${verdict}`, ...about, status, code };
  }
  const { verdict, kind: _, ...details } = refusal;
  return { type: `server.${verdict}`, ...about, ...details };
}

function stampOf({ sessionId, generation }: Stamp): Stamp {
  return { sessionId, generation };
}

/** Milliseconds between the looks of whoever may have lost a race: the winner's answer is on its way. */
const looks = [100, 200, 400, 800, 1_600];

/**
 * How many of them where the lock keeps the others away: the tab that won may have been closed right after its write, so
 * that the store cannot tell that the write is yet to show.
 */
const looksUnderLock = 2;

/** Whether somebody else has refreshed or ended the session meanwhile. That may take a while to show. */
async function isOvertaken<User, Login>(
  world: World<User, Login>,
  session: StoredSession<User>,
  { isExclusive }: Lease,
  send: Send,
): Promise<boolean> {
  const { credentials, keeper, settings, disposal } = world;
  const count = settings.isShared ? looksUnderLock : 0;
  for (const delay of [0, ...looks.slice(0, isExclusive ? count : looks.length)]) {
    if (delay > 0) await pause(settings.environment.clock, delay, disposal);
    await keeper.catchUp();
    if (!credentials.isCurrent(session)) return true;
    const found = await keeper.read();
    if (!credentials.isCurrent(session) || tellNews(world, session, found, send)) return true;
  }
  return false;
}

/** Whether the store knows more than this session does; if so, the machine is told. */
function tellNews<User, Login>(
  { credentials, keeper, settings }: World<User, Login>,
  session: StoredSession<User>,
  found: StoredRecord<User> | null,
  send: Send,
): boolean {
  if (found === null) return false;
  const { sessionId } = session;
  if (isEnded(found)) {
    const ended = keeper.endOf(sessionId, found);
    if (ended === null) return false;
    send({ type: `peer.${ended}`, sessionId, at: settings.environment.clock.now() });
    return true;
  }
  if (found.sessionId === sessionId && found.generation <= session.generation) return false;
  credentials.offer(found);
  send({ type: 'peer.adopted', ...factsOf(found, settings) });
  return true;
}
