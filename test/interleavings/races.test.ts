import { describe, expect, test } from 'vitest';
import {
  createSession,
  memoryStore,
  simpleStore,
  type Grant,
  type ServerContract,
  type SessionOptions,
  type StoredRecord,
  type SessionStore,
} from '../../src/index.ts';
import { createTestServer } from '../../src/testing/index.ts';
import { createManualClock } from '../clock.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import { ada, grace, type Credentials, type User } from './world.ts';

/** Sessions that get no messages from each other: they learn of changes only from the store. */
function openWorld(server: Partial<ServerContract<User, Credentials>> = {}) {
  const clock = createManualClock();
  const remote = createTestServer({ dialect: 'rotating', now: () => clock.now() });
  const store: SessionStore<User> = { ...memoryStore<User>(), watch: () => () => undefined };
  const start = (options: Partial<SessionOptions<User, Credentials>> = {}) =>
    createSession<User, Credentials>({
      baseUrl: remote.url,
      server: { ...rotating, ...server },
      store,
      ky: { fetch: remote.fetch, retry: 0 },
      environment: {
        clock,
        random: () => 0.5,
      },
      ...options,
    });
  const signIn = async (credentials: Credentials): Promise<Grant<User>> => {
    const answer = await remote.fetch('/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    });
    const grant: unknown = await answer.json();
    return grant as Grant<User>;
  };
  return { clock, remote, store, start, signIn };
}

const stored = async (store: SessionStore<User>): Promise<StoredRecord<User> | null> => store.read('session');

describe('Changes between two reads of the store', () => {
  test('a released request is not sent as a user who is adopted at the same moment', async () => {
    const world = openWorld();
    const session = world.start({ refresh: { proactive: false } });
    await session.login(ada);
    const other = await world.signIn(grace);
    await world.clock.advance(61_000);
    let before = session.getSnapshot().status;
    session.subscribe(({ status }) => {
      if (before === 'refreshing' && status === 'authenticated') void session.adopt(other);
      before = status;
    });

    await expect(session.fetch('/api/me')).rejects.toMatchObject({ code: 'ERR_IDENTITY_CHANGED' });
    expect(world.remote.requests.filter(({ kind }) => kind === 'api')).toEqual([]);
  });

  test('a logout in one tab keeps the next user of another tab in the store', async () => {
    const world = openWorld();
    const [one, two] = [world.start(), world.start()];
    await one.login(ada);
    await two.adopt({ accessToken: 'of-grace', user: { id: '2', username: 'grace' } });
    await one.logout();

    expect(await stored(world.store)).toMatchObject({ user: { username: 'grace' } });
  });

  test('a refresh whose session another tab has ended is dropped and not stored', async () => {
    const world = openWorld();
    const one = world.start();
    await one.login(ada);
    const two = world.start();
    world.remote.intercept('refresh', async (_request, next) => {
      const answer = await next();
      await two.logout();
      return answer;
    });

    await expect(one.refresh()).rejects.toMatchObject({ code: 'ERR_LOGGED_OUT' });
    expect(one.getSnapshot().status).toBe('loggedOut');
    expect(await stored(world.store)).toMatchObject({ ended: 'loggedOut' });
  });

  test('a logout right before the call stops it', async () => {
    const world = openWorld({ logout: () => Promise.resolve() });
    const session = world.start();
    await session.login(ada);
    session.actor.subscribe((snapshot) => {
      if (snapshot.matches({ signedIn: { refreshing: 'requesting' } })) void session.logout();
    });
    await expect(session.refresh()).rejects.toThrow();

    expect(session.getSnapshot().status).toBe('loggedOut');
    expect(world.remote.counts().refresh).toBe(0);
  });

  test('a write that completes after the logout is overwritten', async () => {
    const world = openWorld();
    const late: (() => void)[] = [];
    let isSlow = false;
    const slow = simpleStore<User>({
      clock: world.clock,
      read: (key) => world.store.read(key),
      write: (key, record) => {
        if (!isSlow) return world.store.update(key, () => record);
        isSlow = false;
        return new Promise((resolve) => late.push(() => resolve(world.store.update(key, () => record))));
      },
    });
    const session = world.start({ store: slow });
    await session.login(ada);
    isSlow = true;
    const refreshed = session.refresh();
    await world.clock.advance(10_000);
    await refreshed;
    const out = session.logout();
    await world.clock.advance(10_000);
    await out;
    for (const land of late) land();
    await world.clock.advance(0);

    expect(await stored(world.store)).toMatchObject({ ended: 'loggedOut' });
  });

  test('a refresh that is refused with status 200 expires the session if the contract knows the code', async () => {
    const world = openWorld({
      refresh: async ({ http }) => http.post('graphql').json(),
      errorCode: ({ body }) => (body as { errors?: { code: string }[] } | undefined)?.errors?.[0]?.code,
      errorCodes: { REFRESH_EXPIRED: 'refreshTokenExpired' },
    });
    const answer = () => Response.json({ errors: [{ code: 'REFRESH_EXPIRED' }] });
    const session = world.start({
      ky: {
        fetch: (input, init) =>
          (input instanceof Request ? input.url : input.toString()).endsWith('/graphql')
            ? Promise.resolve(answer())
            : world.remote.fetch(input, init),
      },
    });
    await session.login(ada);

    await expect(session.refresh()).rejects.toMatchObject({
      code: 'ERR_SESSION_EXPIRED',
      reason: { type: 'server.refreshTokenExpired', code: 'REFRESH_EXPIRED', status: 200 },
    });
  });
});
