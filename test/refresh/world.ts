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

/** The contract for the dialect `rotating`: every refresh replaces both tokens. */
export const rotating: Contract = restContract<User, Login>({
  login: 'auth/login',
  refresh: 'auth/refresh',
  grant: { user: readUser },
});

/** The contract for the dialect `express`: it has a logout, and its grants have no lifetime. */
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

/** A server on a port, a manual clock, and the sessions that the test opens. */
export interface World {
  readonly clock: ManualClock;
  readonly server: RunningServer;
  /** The first session, in which no user is signed in. */
  readonly session: TestSession;
  /** Opens another session on the same server. */
  readonly open: (options?: Partial<SessionOptions<User, Login>>) => TestSession;
  /** Intercepts calls of the refresh endpoint. */
  readonly answerRefresh: (handler: InterceptHandler, options?: InterceptOptions) => () => void;
  /** When the refresh endpoint was called, in milliseconds since the start. */
  refreshTimes(): number[];
  /** Advances the time step by step, and waits for the network at each step. */
  live(milliseconds: number): Promise<void>;
  /** Advances the time whenever a session pauses between two calls, until the promise has settled. */
  follow<Value>(promise: Promise<Value>): Promise<Value>;
  readonly signals: SignalsControl;
  [Symbol.asyncDispose](): Promise<void>;
}

/** In seconds. */
const year = 365 * 86_400;

/** `random` is 0.5: each pause is half of the longest. */
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

/** A world in which Ada is signed in. */
export async function openSignedIn(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  await world.session.login(ada);
  return world;
}

/** The outcome of a request: the status of its response, or its error. */
export async function outcomeOf(answer: Promise<Response>): Promise<unknown> {
  try {
    const response = await answer;
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    return error;
  }
}

/** The code of an error of this library, otherwise `undefined`. */
export function codeOf(error: unknown): string | undefined {
  return isSessionError(error) ? error.code : undefined;
}

/** Makes the access token expire at the server, and sends a request. */
export function requestWithExpiredToken({ server, session }: World): Promise<unknown> {
  server.expireAccessTokens();
  return outcomeOf(session.fetch('/api/me'));
}

/** Resolves when the session's state meets a condition. */
export async function reaches(
  { actor }: Pick<TestSession, 'actor'>,
  isThere: (snapshot: ReturnType<TestSession['actor']['getSnapshot']>) => boolean,
): Promise<void> {
  await waitFor(actor, isThere, { timeout: 30_000 });
}

/** Waits in real time until a condition is met, for effects of the network. */
export async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`The condition was never met: ${isSo.toString()}`);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
