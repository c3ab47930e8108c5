import { createTestServer } from '../../../src/testing/index.ts';
import { createSession, jwtExpiresAt, restContract, type SessionOptions } from '../../../src/index.ts';
import { observeRequests } from '../../../src/observe/index.ts';
import { createManualClock } from '../../clock.ts';
import { rotating } from '../../referenceServer/contracts/rotating.ts';
import { cheapArgon2Cost } from '../../referenceServer/authorities.ts';
import { sqliteAccounts } from '../../referenceServer/sqliteAccounts.ts';

export const seconds = 1_000;
export const minutes = 60 * seconds;
export const hours = 60 * minutes;

/** In milliseconds. */
export const lifetime = 9 * minutes;

/** How the client learns the expiry of a token. */
export type Source = 'expiresIn' | 'exp and Date' | 'exp alone';

export interface WorldOptions {
  readonly source: Source;
  /** How far the device's clock is ahead of the server's, in milliseconds. Default is 0. */
  readonly ahead?: number;
}

/** A server with JWTs in this process, and a device whose clock differs from the server's. */
export async function openWorld({ source, ahead = 0 }: WorldOptions) {
  const clock = createManualClock();
  const device = {
    ahead,
    now: () => clock.now() + device.ahead,
    // Setting the wall clock does not affect timers.
    schedule: (callback: () => void, delay: number) => clock.schedule(callback, delay),
  };
  const start = clock.now();
  const stack = new AsyncDisposableStack();
  const accounts = await sqliteAccounts({
    database: ':memory:',
    now: clock.now,
    argon2Cost: cheapArgon2Cost,
    accessTokenLifetime: lifetime / seconds,
  });
  stack.defer(() => accounts.close());
  const server = createTestServer({
    dialect: source === 'expiresIn' ? 'rotating' : 'express',
    now: clock.now,
    accounts,
  });
  if (source === 'exp alone') {
    for (const kind of ['login', 'refresh'] as const) {
      server.intercept(kind, async (_request, next) => {
        const { headers, body, status } = await next();
        // A script cannot read this header of another origin's response unless the server exposes it.
        headers.set('date', 'not for you');
        return new Response(body, { headers, status });
      });
    }
  }
  const contract = restContract({
    login: 'login',
    refresh: 'token',
    grant: { expiresAt: jwtExpiresAt },
    errorCodes: { 403: 'accessTokenExpired' },
  });
  /** Tokens that were sent although the session knew that they had expired. */
  const knownExpired: number[] = [];
  let session = open();

  function open(options: Partial<SessionOptions<unknown, { username: string; password: string }>> = {}) {
    const opened = createSession<unknown, { username: string; password: string }>({
      baseUrl: server.url,
      server: source === 'expiresIn' ? rotating : contract,
      ky: { fetch: server.fetch },
      environment: { clock: device, random: () => 0 },
      ...options,
    });
    observeRequests(opened).subscribe(({ type, purpose, at }) => {
      if (type !== 'request.sent' || purpose !== 'api') return;
      const { expiresAt } = opened.getSnapshot();
      if (expiresAt !== null && expiresAt <= at) knownExpired.push(at - expiresAt);
    });
    stack.defer(() => opened.dispose());
    return opened;
  }

  /** Waits for the network, which runs in real time. */
  async function settle(): Promise<void> {
    const isCalling = () => session.actor.getSnapshot().matches({ signedIn: 'refreshing' });
    const deadline = performance.now() + 30_000;
    while (isCalling()) {
      if (performance.now() > deadline) throw new Error('The refresh does not end');
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  }

  async function live(milliseconds: number): Promise<void> {
    const end = clock.now() + milliseconds;
    await settle();
    for (let next = clock.next(); next !== null && clock.now() + next <= end; next = clock.next()) {
      await clock.advance(next);
      await settle();
    }
    await clock.advance(end - clock.now());
  }

  return {
    clock,
    device,
    server,
    knownExpired,
    get session() {
      return session;
    },
    signIn: () => session.login({ username: 'ada', password: 'lovelace' }),
    /** Replaces the session with a new one. */
    reopen(options: Parameters<typeof open>[0]) {
      session.dispose();
      session = open(options);
    },
    live,
    /** Advances the time with one request per minute, and counts the responses by status. */
    async use(milliseconds: number): Promise<Readonly<Record<number, number>>> {
      const answers: Record<number, number> = {};
      const end = clock.now() + milliseconds;
      while (clock.now() < end) {
        await live(minutes);
        const { status } = await session.fetch('/api/me');
        answers[status] = (answers[status] ?? 0) + 1;
      }
      return answers;
    },
    /** Milliseconds since the start, by the server's clock. */
    refreshTimes: () => server.requests.filter(({ kind }) => kind === 'refresh').map(({ at }) => at - start),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
