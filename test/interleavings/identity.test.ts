import { setImmediate } from 'node:timers/promises';
import ky from 'ky';
import { describe, expect, test } from 'vitest';
import {
  createSession,
  sessionErrorOf,
  memoryStore,
  VerdictError,
  type Session,
  type SessionOptions,
  type SessionStore,
} from '../../src/index.ts';
import { createManualClock } from '../clock.ts';
import { testsEverything } from '../everything.ts';
import { createSimpleStore } from '../../src/store/simpleStore.ts';
import { createWatchers } from '../../src/store/watchers.ts';
import { put } from '../store/put.ts';

interface User {
  readonly id: string;
}

type AppSession = Session<User, string>;

/** The numbers of microtasks to try: a request reaches `fetch` within about ten, and ten more follow. */
const moments = Array.from({ length: 21 }, (_, microtasks) => microtasks);

/** A server that identifies users by their tokens and accepts every request. */
function openWorld(options: Partial<SessionOptions<User, string>> = {}) {
  const clock = createManualClock();
  const kept = memoryStore<User>();
  const requests: { readonly as: string; readonly after: string | null }[] = [];
  const waiting: (() => void)[] = [];
  const sessions: AppSession[] = [];
  const now = { happened: null as string | null, isSpent: false, isStoreSlow: false };
  let grants = 0;
  const later = async <Value>(value: () => Value): Promise<Awaited<Value>> => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return await value();
  };
  const grantOf = (id: string) => ({ accessToken: `${id}.${(grants += 1)}`, expiresIn: 60, user: { id } });
  const store: SessionStore<User> = createSimpleStore<User>(
    {
      read: (key) => (now.isStoreSlow ? later(async () => kept.read(key)) : kept.read(key)),
      write: (key, record) =>
        now.isStoreSlow ? later(() => put(kept, key, record)) : kept.update(key, () => record),
    },
    () => ({ ...createWatchers(), lock: kept.lock }),
  );
  const platform: typeof fetch = (input, init) => {
    const authorization = new Request(input, init).headers.get('authorization') ?? 'Bearer nobody.0';
    requests.push({ as: authorization.slice(7).split('.')[0] ?? '', after: now.happened });
    return Promise.resolve(Response.json({}));
  };
  const start = () => {
    const session = createSession<User, string>({
      baseUrl: 'https://api.example.com',
      server: {
        login: ({ credentials }) => later(() => grantOf(credentials)),
        async refresh({ user }) {
          if (now.isSpent) throw new VerdictError('refreshTokenExpired');
          return later(() => grantOf(user?.id ?? 'nobody'));
        },
      },
      store,
      ky: { fetch: platform, retry: 0, timeout: false },
      environment: { clock, random: () => 0.5 },
      refresh: { proactive: false },
      ...options,
    });
    sessions.push(session);
    return session;
  };
  /** Lets the store and the server respond to all pending calls. */
  const answer = async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      for (const resolve of waiting.splice(0)) resolve();
      await clock.advance(0);
    }
  };
  return { clock, requests, platform, now, start, answer, grantOf, sessions };
}

type World = ReturnType<typeof openWorld>;

async function signedIn(world: World): Promise<AppSession> {
  const session = world.start();
  await session.adopt(world.grantOf('ada'));
  return session;
}

async function due(world: World): Promise<AppSession> {
  const session = await signedIn(world);
  await world.clock.advance(60_000);
  return session;
}

async function expired(world: World): Promise<AppSession> {
  const session = await due(world);
  world.now.isSpent = true;
  const refresh = session.refresh().catch(() => undefined);
  await world.clock.advance(10_000);
  await refresh;
  world.now.isSpent = false;
  return session;
}

/** The states in which the view shows Ada as the user. */
const states: Readonly<Record<string, (world: World) => Promise<AppSession>>> = {
  authenticated: signedIn,
  due,
  async refreshing(world) {
    const session = await due(world);
    session.refresh().catch(() => undefined);
    return session;
  },
  expired,
  async 'expired.signingIn'(world) {
    const session = await expired(world);
    session.login('grace').catch(() => undefined);
    await Promise.resolve();
    return session;
  },
};

/** The ways to send a request with a session. */
const clients: Readonly<Record<string, (session: AppSession, world: World) => Promise<unknown>>> = {
  'session.fetch': (session) => session.fetch('/orders'),
  'session.api': (session) => session.api.get('orders'),
  'session.api with a slow hook': (session) =>
    session.api
      .extend(({ hooks }) => ({
        hooks: { ...hooks, beforeRequest: [pauseOfHook, ...(hooks?.beforeRequest ?? [])] },
      }))
      .get('orders'),
  'a ky instance of your own': (session, { platform }) =>
    ky.create({ hooks: session.hooks, fetch: platform, retry: 0 }).get('https://api.example.com/orders'),
  async 'session.accessToken'(session, { platform }) {
    const token = await session.accessToken();
    await platform('https://api.example.com/socket', { headers: { authorization: `Bearer ${token}` } });
  },
};

/** Longer than a login takes. */
async function pauseOfHook(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await setImmediate();
}

/** The ways in which another user becomes the user of the session. */
const changes: Readonly<Record<string, (session: AppSession, world: World) => void>> = {
  'adopt(grace)': (session, { grantOf }) => void session.adopt(grantOf('grace')),
  'logout() and adopt(grace)'(session, { grantOf }) {
    void session.logout();
    void session.adopt(grantOf('grace'));
  },
  'logout() and login(grace)'(session) {
    void session.logout();
    session.login('grace').catch(() => undefined);
  },
  'login(grace)': (session) => void session.login('grace').catch(() => undefined),
  'adopt(grace) in another tab': (_, { grantOf, sessions }) => void sessions[0]?.adopt(grantOf('grace')),
};

interface Case {
  readonly reach: (world: World) => Promise<AppSession>;
  readonly send: (session: AppSession, world: World) => Promise<unknown>;
  readonly happen: (session: AppSession, world: World) => void;
  readonly options?: Partial<SessionOptions<User, string>>;
}

/** Sends a request, and makes a change after so many microtasks. */
async function play({ reach, send, happen, options }: Case, microtasks: number) {
  const world = openWorld(options);
  world.start();
  const session = await reach(world);
  const outcome = codeOf(send(session, world));
  for (let turn = 0; turn < microtasks; turn += 1) await Promise.resolve();
  happen(session, world);
  world.now.happened = 'the change';
  await world.answer();
  await world.clock.advance(30_000);
  await world.answer();
  const result = await outcome;
  for (const each of world.sessions) each.dispose();
  return { result, requests: world.requests };
}

const every = (names: Readonly<Record<string, unknown>>) => Object.keys(names);

/** Each state with each client. Otherwise a third of these, such that each state and each client still meets each change. */
function scenesOf(change: string): { readonly state: string; readonly client: string }[] {
  const first = every(changes).indexOf(change);
  return every(states).flatMap((state, row) =>
    every(clients)
      .filter((_, column) => testsEverything || (first + row + column) % 3 === 0)
      .map((client) => ({ state, client })),
  );
}

describe.each(every(changes))('A request that is made while Ada is the user, then %s', (change) => {
  test.each(scenesOf(change))(
    'in $state, with $client, never reaches the server as Grace, whenever the change happens',
    async ({ state, client }) => {
      const reach = states[state] ?? fail;
      const scene = { reach, send: clients[client] ?? fail, happen: changes[change] ?? fail };
      const waits = state.startsWith('expired') ? ([false, 20_000] as const) : ([20_000] as const);
      const plays = waits.flatMap((whileExpired) =>
        moments.map(async (moment) => {
          const { requests } = await play({ ...scene, options: { hold: { whileExpired } } }, moment);
          return { whileExpired, moment, as: requests.map(({ as }) => as) };
        }),
      );

      expect((await Promise.all(plays)).filter(({ as }) => as.includes('grace'))).toEqual([]);
    },
  );
});

describe('A session that is being restored', () => {
  async function restoring(world: World): Promise<AppSession> {
    (await signedIn(world)).dispose();
    world.now.isStoreSlow = true;
    return world.start();
  }

  test.each(every(clients))('refuses requests that %s sent before a logout', async (client) => {
    for (const whileExpired of [false, 20_000] as const) {
      const plays = moments.map((moment) =>
        play(
          {
            reach: restoring,
            send: clients[client] ?? fail,
            happen: (session) => void session.logout(),
            options: { hold: { whileExpired } },
          },
          moment,
        ),
      );

      expect(new Set((await Promise.all(plays)).map(({ result }) => result))).toEqual(
        new Set(['ERR_LOGGED_OUT']),
      );
      expect((await Promise.all(plays)).flatMap(({ requests }) => requests)).toEqual([]);
    }
  });

  test('signs no user in if the store responds after a logout, even if a request reads it too', async () => {
    const world = openWorld();
    const session = await restoring(world);
    const request = codeOf(session.fetch('/orders'));
    await world.clock.advance(0);
    const leaving = session.logout();
    const next = codeOf(session.fetch('/public'));
    await world.answer();
    await world.answer();
    await leaving;

    expect([await request, await next]).toEqual(['ERR_LOGGED_OUT', 'sent']);
    expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
    expect(world.requests).toMatchObject([{ as: 'nobody' }]);
  });
});

describe('After dispose() has returned', () => {
  const places = { ...states, anonymous: (world: World) => Promise.resolve(world.start()) };
  const ways = every(clients).filter((client) => client !== 'session.accessToken');

  test.each(every(places).flatMap((state) => ways.map((client) => ({ state, client }))))(
    'sends no request that was made in $state with $client just before',
    async ({ state, client }) => {
      const plays = moments.map(async (moment) => {
        const { requests } = await play(
          {
            reach: Reflect.get(places, state) as Case['reach'],
            send: clients[client] ?? fail,
            happen: (session) => session.dispose(),
          },
          moment,
        );
        return { moment, late: requests.filter(({ after }) => after !== null) };
      });

      expect((await Promise.all(plays)).filter(({ late }) => late.length > 0)).toEqual([]);
    },
  );
});

/** Returns the code of the error with which a request is refused, or `sent` if it gets a response. */
function codeOf(request: Promise<unknown>): Promise<string> {
  return request.then(
    () => 'sent',
    (error: unknown) => sessionErrorOf(error)?.code ?? String(error),
  );
}

function fail(): never {
  throw new Error('Expected the name of a state, a client or a change');
}
