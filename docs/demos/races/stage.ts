import type { Session } from '../../../src/index.ts';
import { createSession, memoryStore, restContract } from '../../../src/index.ts';
import {
  createSignals,
  createTestServer,
  testUsers,
  type ManualClock,
  type TestServer,
} from '../../../src/testing/index.ts';
import { createHandWrittenClient, type Tokens } from './handWritten.ts';
import type { Latency, Race } from './races.ts';

/** One client in one tab, as a page uses it. */
interface Client {
  signIn(username: string): Promise<void>;
  signOut(): void;
  get(path: string): Promise<Response>;
  isSignedIn(): boolean;
  dispose(): void;
}

export type Contestant = 'hand-written' | 'sessionchart';

/** A call of the page, or a call to the refresh endpoint, on the timeline. Times are in milliseconds from the start. */
export interface Bar {
  readonly kind: 'request' | 'refresh';
  readonly label: string;
  readonly from: number;
  /** `null` while it is pending. */
  readonly to: number | null;
  readonly outcome: 'pending' | 'answered' | 'refused' | 'wrong';
  readonly note: string;
}

/** Something that the user does at one moment. */
export interface Mark {
  readonly at: number;
  readonly label: string;
}

export interface Play {
  readonly contestant: Contestant;
  readonly bars: readonly Bar[];
  readonly marks: readonly Mark[];
  readonly isSignedIn: boolean;
}

export interface Stage {
  /** Makes a call in a tab. `as` is the user who is in front of the screen, or `null` after a sign-out. */
  get(this: void, label: string, path: string, as: string | null, tab?: number): void;
  signIn(this: void, username: string): void;
  signOut(this: void): void;
}

/** Prepares one side of a race: a server, one or two tabs, and a user whose access token has just expired. */
export async function prepare(race: Race, contestant: Contestant, clock: ManualClock) {
  const server = createTestServer({ now: clock.now });
  const bars: Bar[] = [];
  const marks: Mark[] = [];
  const tabs = createTabs(contestant, race.tabs ?? 1, server, clock);
  await tabs[0]?.signIn('ada');
  await clock.advance(0);
  server.expireAccessTokens();
  race.arrange?.(server);
  addLatency(server, clock, race.latency);
  const start = clock.now();
  const elapsed = (): number => clock.now() - start;
  recordRefreshes(server, bars, elapsed);

  const stage: Stage = {
    get(label, path, as, tab = 0) {
      const row =
        bars.push({ kind: 'request', label, from: elapsed(), to: null, outcome: 'pending', note: '' }) - 1;
      const client = tabs[tab];
      if (client === undefined) throw new RangeError(`There is no tab ${tab}`);
      void outcomeOf(client.get(path), as).then((outcome) =>
        settle(bars, row, { ...outcome, to: elapsed() }),
      );
    },
    signIn(username) {
      marks.push({ at: elapsed(), label: `${username} signs in` });
      void tabs[0]?.signIn(username).catch(() => undefined);
    },
    signOut() {
      marks.push({ at: elapsed(), label: 'ada signs out' });
      tabs[0]?.signOut();
    },
  };
  return {
    stage,
    elapsed,
    play: (): Play => ({
      contestant,
      bars: [...bars],
      marks: [...marks],
      isSignedIn: tabs.every((tab) => tab.isSignedIn()),
    }),
    dispose: () => tabs.forEach((tab) => tab.dispose()),
  };
}

function settle(bars: Bar[], row: number, changes: Partial<Bar>): void {
  const bar = bars[row];
  if (bar !== undefined) bars[row] = { ...bar, ...changes };
}

/** An answer with the data of a user who is not in front of the screen is wrong. */
async function outcomeOf(call: Promise<Response>, as: string | null): Promise<Pick<Bar, 'outcome' | 'note'>> {
  try {
    const response = await call;
    if (!response.ok) return { outcome: 'refused', note: `status ${response.status}` };
    const { username } = (await response.json()) as { username: string };
    if (username === as) return { outcome: 'answered', note: '' };
    return {
      outcome: 'wrong',
      note: `data of ${username}, after ${as === null ? 'the sign-out' : `${as} signed in`}`,
    };
  } catch (error) {
    return { outcome: 'refused', note: error instanceof Error ? reasonOf(error) : 'rejected' };
  }
}

const reasonOf = (error: Error): string =>
  error.name === 'HttpError'
    ? (/\d{3}/.exec(error.message)?.[0] ?? error.name).replace(/^/, 'status ')
    : error.name;

function recordRefreshes(server: TestServer, bars: Bar[], elapsed: () => number): void {
  server.intercept('refresh', async (_request, next) => {
    const row =
      bars.push({
        kind: 'refresh',
        label: 'refresh',
        from: elapsed(),
        to: null,
        outcome: 'pending',
        note: '',
      }) - 1;
    const response = await next();
    settle(bars, row, {
      to: elapsed(),
      outcome: response.ok ? 'answered' : 'refused',
      note: `status ${response.status}`,
    });
    return response;
  });
}

function addLatency(server: TestServer, clock: ManualClock, latency: Latency): void {
  const pause = (time: number): Promise<void> =>
    new Promise((resolve) => clock.schedule(() => resolve(), time));
  const sent = new Map<string, number>();
  server.intercept('api', async (request, next) => {
    const { pathname, search } = new URL(request.url);
    const count = sent.get(pathname + search) ?? 0;
    sent.set(pathname + search, count + 1);
    await pause(latency.api(search, count));
    return next();
  });
  server.intercept('refresh', async (_request, next) => {
    await pause(latency.refresh.there);
    const response = await next();
    await pause(latency.refresh.back);
    return response;
  });
  server.intercept('login', async (_request, next) => {
    await pause(60);
    return next();
  });
}

function createTabs(
  contestant: Contestant,
  count: number,
  server: TestServer,
  clock: ManualClock,
): readonly Client[] {
  const create = contestant === 'sessionchart' ? sessionClients(server, clock) : handWrittenClients(server);
  return Array.from({ length: count }, create);
}

const passwordOf = (name: string): string =>
  testUsers.find(({ username }) => username === name)?.password ?? '';

function handWrittenClients(server: TestServer): () => Client {
  let stored: Tokens | null = null;
  const storage = {
    read: () => stored,
    write: (tokens: Tokens | null) => {
      stored = tokens;
    },
  };
  return () => {
    const client = createHandWrittenClient(server.fetch, storage);
    return {
      signIn: (username) => client.login(username, passwordOf(username)),
      signOut: () => client.logout(),
      get: (path) => client.get(path),
      isSignedIn: () => storage.read() !== null,
      dispose: () => undefined,
    };
  };
}

function sessionClients(server: TestServer, clock: ManualClock): () => Client {
  const store = memoryStore<{ username: string }>();
  return () => {
    const session: Session<{ username: string }, { username: string; password: string }> = createSession({
      baseUrl: server.url,
      server: restContract<{ username: string }, { username: string; password: string }>({
        login: 'auth/login',
        refresh: 'auth/refresh',
      }),
      store,
      ky: { fetch: server.fetch },
      environment: { clock, random: () => 0.5, signals: createSignals() },
    });
    return {
      async signIn(username) {
        await session.login({ username, password: passwordOf(username) });
      },
      signOut: () => void session.logout(),
      get: (path) => session.fetch(path),
      isSignedIn: () => session.getSnapshot().isSignedIn,
      dispose: () => session.dispose(),
    };
  };
}
