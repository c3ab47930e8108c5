import {
  createSession,
  memoryStore,
  type Session,
  type StoredRecord,
  type SessionStore,
} from '../../src/index.ts';
import { createTestServer, type TestServer } from '../../src/testing/index.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import { createSimpleStore } from '../../src/store/simpleStore.ts';
import { createWatchers } from '../../src/store/watchers.ts';
import { createManualClock, type ManualClock } from '../clock.ts';
import { put } from '../store/put.ts';

export interface User {
  id: string;
  username: string;
}

export interface Credentials {
  username: string;
  password: string;
}

export const ada: Credentials = { username: 'ada', password: 'lovelace' };
export const grace: Credentials = { username: 'grace', password: 'hopper' };

/** Delivers a response, at once or late. */
export type Deliver = <Answer>(answer: Promise<Answer>) => Promise<Answer>;

/** One request and its outcome. */
export interface Sent {
  /** The user who was signed in when it was sent, as the session showed it. */
  readonly as: string | null;
  readonly outcome: Promise<void>;
  answer: { readonly status: number; readonly user: string | null } | null;
  error: unknown;
}

/** Sessions that share a store and a server, and a network that delays responses. */
export interface World {
  readonly server: TestServer;
  readonly clock: ManualClock;
  readonly sessions: readonly Session<User, Credentials>[];
  readonly sent: readonly Sent[];
  /** The highest number of refresh calls that were at the server at the same time. */
  readonly mostRefreshesAtOnce: () => number;
  /** Returns the record in the store. */
  stored(): Promise<StoredRecord<User> | null>;
  request(session: number, client: 'ky' | 'fetch'): void;
  attempt(what: Promise<unknown>): void;
  /** Waits until everything has settled. */
  drain(): Promise<void>;
  dispose(): void;
}

export function createWorld(deliver: Deliver, { isStoreSlow }: { isStoreSlow: boolean }): World {
  const clock = createManualClock();
  const server = createTestServer({ dialect: 'rotating', now: () => clock.now() });
  let refreshing = 0;
  let most = 0;
  server.intercept('refresh', async (_request, next) => {
    refreshing += 1;
    most = Math.max(most, refreshing);
    try {
      return await deliver(next());
    } finally {
      refreshing -= 1;
    }
  });
  const kept = memoryStore<User>();
  const store = isStoreSlow ? slowStore(kept, deliver) : kept;
  const sessions = Array.from({ length: 2 }, () =>
    createSession({
      baseUrl: server.url,
      server: { ...rotating, logout: ({ http }) => http.get('api/public').then(() => undefined) },
      store,
      ky: { fetch: (input, init) => deliver(server.fetch(input, init)), retry: 0, timeout: false },
      environment: { clock, random: () => 0.5 },
      refresh: { cooldown: 0 },
    }),
  );
  const sent: Sent[] = [];
  const attempts: Promise<unknown>[] = [];

  async function send(record: Sent, index: number, client: 'ky' | 'fetch'): Promise<void> {
    const session = sessions[index];
    if (session === undefined) throw new Error('There is no such session');
    try {
      const path = `/api/items/${sent.length}`;
      const response =
        client === 'fetch'
          ? await session.fetch(path)
          : await session.api.get(path, { throwHttpErrors: false });
      const body: unknown = await response.json();
      const user = typeof body === 'object' && body !== null && 'user' in body ? String(body.user) : null;
      record.answer = { status: response.status, user };
    } catch (error) {
      record.error = error;
    }
  }

  return {
    server,
    clock,
    sessions,
    sent,
    mostRefreshesAtOnce: () => most,
    async stored() {
      return kept.read('session');
    },
    request(index, client) {
      const as = sessions[index]?.getSnapshot().user?.username ?? null;
      const record: Sent = { as, outcome: Promise.resolve(), answer: null, error: null };
      sent.push(Object.assign(record, { outcome: send(record, index, client) }));
    },
    attempt(what) {
      attempts.push(what.catch(() => undefined));
    },
    async drain() {
      for (let turn = 0; turn < 20; turn += 1) await clock.advance(10_000);
      await Promise.all([...sent.map(({ outcome }) => outcome), ...attempts]);
    },
    dispose() {
      for (const session of sessions) session.dispose();
    },
  };
}

/** A slow store that runs one operation after another. */
function slowStore(kept: SessionStore<User>, deliver: Deliver): SessionStore<User> {
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(operation: () => Result | PromiseLike<Result>): Promise<Result> => {
    const done = turn.then(() => deliver(Promise.resolve())).then(operation);
    turn = done;
    return done;
  };
  return createSimpleStore<User>(
    {
      read: (key) => inTurn(() => kept.read(key)),
      write: (key, record) => inTurn(() => put(kept, key, record)),
    },
    () => ({ ...createWatchers(), lock: kept.lock }),
  );
}
