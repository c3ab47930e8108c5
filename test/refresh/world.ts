import { waitFor } from 'xstate';
import {
  createSession,
  isSessionError,
  restContract,
  type ServerContract,
  type Session,
  type SessionOptions,
} from '../../src/index.ts';
import {
  createSignals,
  memoryAccounts,
  type InterceptHandler,
  type InterceptOptions,
  type SignalsControl,
  type TokenLifetimes,
} from '../../src/testing/index.ts';
import { createManualClock, type ManualClock } from '../clock.ts';
import { startServer, type RunningServer } from '../referenceServer/server.ts';

export interface User {
  readonly id: string;
  readonly username: string;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

export type TestSession = Session<User, Login>;
type Contract = ServerContract<User, Login>;

export const ada: Login = { username: 'ada', password: 'lovelace' };
export const grace: Login = { username: 'grace', password: 'hopper' };

/** A server of the dialect `rotating`: both tokens are replaced at every refresh. */
export const rotating: Contract = restContract<User, Login>({
  login: 'auth/login',
  refresh: 'auth/refresh',
  grant: { user: readUser },
});

/** A server of the dialect `express`: it has a logout, and grants without a lifetime. */
export const express: Contract = restContract<User, Login>({
  login: 'login',
  refresh: 'token',
  logout: 'logout',
  errorCodes: { 403: 'accessTokenExpired' },
});

function readUser(body: unknown): User | undefined {
  if (typeof body !== 'object' || body === null || !('user' in body)) return undefined;
  const { user } = body;
  if (typeof user !== 'object' || user === null || !('id' in user) || !('username' in user)) return undefined;
  return { id: String(user.id), username: String(user.username) };
}

export interface WorldOptions
  extends Partial<TokenLifetimes>, Partial<Omit<SessionOptions<User, Login>, 'baseUrl'>> {
  readonly dialect?: 'rotating' | 'express';
}

/** A server on a port, time in the test's hand, and as many sessions as the test opens. */
export interface World {
  readonly clock: ManualClock;
  readonly server: RunningServer;
  /** The one that is there from the start; nobody has signed in. */
  readonly session: TestSession;
  /** Another session on the same server. */
  readonly open: (options?: Partial<SessionOptions<User, Login>>) => TestSession;
  /** Stands before the refresh endpoint. */
  readonly answerRefresh: (handler: InterceptHandler, options?: InterceptOptions) => () => void;
  /** When the calls of the refresh endpoint came, in milliseconds since the world began. */
  refreshTimes(): number[];
  /** Lets time pass, and waits for what the sessions do meanwhile. */
  live(milliseconds: number): Promise<void>;
  /** Lets time pass while the sessions pause between two calls, until the promise is settled. */
  follow<Value>(promise: Promise<Value>): Promise<Value>;
  readonly signals: SignalsControl;
  [Symbol.asyncDispose](): Promise<void>;
}

/** In seconds. */
const year = 365 * 86_400;

/** `random` is a half: a pause of full jitter is half as long as it may be. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const { dialect = 'rotating', accessTokenLifetime = 60, refreshTokenLifetime = year, ...given } = options;
  const clock = createManualClock();
  const start = clock.now();
  const now = () => clock.now();
  const signals = createSignals();
  const server = await startServer({
    dialect,
    now,
    accounts: memoryAccounts({ now, accessTokenLifetime, refreshTokenLifetime }),
  });
  const sessions: TestSession[] = [];

  function open(more: Partial<SessionOptions<User, Login>> = {}): TestSession {
    const session = createSession<User, Login>({
      baseUrl: server.url,
      server: dialect === 'rotating' ? rotating : express,
      ...given,
      ...more,
      environment: { clock, random: () => 0.5, signals, ...given.environment, ...more.environment },
    });
    sessions.push(session);
    return session;
  }

  const isCalling = (session: TestSession) => {
    const snapshot = session.actor.getSnapshot();
    return (
      snapshot.matches({ signedIn: { refreshing: 'acquiring' } }) ||
      snapshot.matches({ signedIn: { refreshing: 'requesting' } })
    );
  };
  const settled = () => until(() => !sessions.some(isCalling));
  const session = open();

  return {
    clock,
    server,
    session,
    open,
    answerRefresh: (handler, times) => server.intercept('refresh', handler, times),
    refreshTimes: () => server.requests.filter(({ kind }) => kind === 'refresh').map(({ at }) => at - start),
    async live(milliseconds) {
      const end = clock.now() + milliseconds;
      await settled();
      for (let next = clock.next(); next !== null && clock.now() + next <= end; next = clock.next()) {
        await clock.advance(next);
        await settled();
      }
      await clock.advance(end - clock.now());
    },
    async follow(promise) {
      const progress = { isSettled: false };
      const settle = () => {
        progress.isSettled = true;
      };
      promise.then(settle, settle);
      const isPausing = () =>
        sessions.some(({ actor }) =>
          actor.getSnapshot().matches({ signedIn: { refreshing: 'backingOff' } }),
        ) && !sessions.some(isCalling);
      for (;;) {
        await until(() => progress.isSettled || isPausing());
        if (progress.isSettled) return promise;
        await clock.advance(clock.next() ?? 0);
      }
    },
    signals,
    async [Symbol.asyncDispose]() {
      for (const opened of sessions) opened.dispose();
      await server.close();
    },
  };
}

/** A world in which Ada has signed in. */
export async function openSignedIn(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  await world.session.login(ada);
  return world;
}

/** What a request got: the status of its answer, or the error. */
export async function outcomeOf(answer: Promise<Response>): Promise<unknown> {
  try {
    const response = await answer;
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    return error;
  }
}

/** The code of an error of this library; nothing for whatever else. */
export function codeOf(error: unknown): string | undefined {
  return isSessionError(error) ? error.code : undefined;
}

/** A request of the session that meets a server which calls its access token expired, and waits. */
export function requestWithExpiredToken({ server, session }: World): Promise<unknown> {
  server.expireAccessTokens();
  return outcomeOf(session.fetch('/api/me'));
}

/** Resolves when the session is in a state like this. */
export async function reaches(
  { actor }: Pick<TestSession, 'actor'>,
  isThere: (snapshot: ReturnType<TestSession['actor']['getSnapshot']>) => boolean,
): Promise<void> {
  await waitFor(actor, isThere, { timeout: 30_000 });
}

/** Waits for the network, which keeps its own time. */
export async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`It never came to pass: ${isSo.toString()}`);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
