import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../src/index.ts';
import { answer, cutAfter } from '../refresh/answers.ts';
import {
  ada,
  codeOf,
  grace,
  openWorld,
  outcomeOf,
  reaches,
  until,
  type TestSession,
  type User,
  type World,
  type WorldOptions,
} from '../refresh/world.ts';

interface Pair {
  readonly world: World;
  readonly one: TestSession;
  readonly other: TestSession;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Two sessions with one name on one store. Ada has signed in with the first. */
async function openPair(options: WorldOptions = {}): Promise<Pair> {
  const store = memoryStore<User>();
  const world = await openWorld({ store, refresh: { proactive: false }, ...options });
  const other = world.open();
  await world.session.login(ada);
  await isSignedIn(other);
  return { world, one: world.session, other, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

function isSignedIn(session: TestSession): Promise<void> {
  return reaches(session, (snapshot) => snapshot.matches({ signedIn: 'authenticated' }));
}

function statuses(...sessions: TestSession[]): string[] {
  return sessions.map((session) => session.getSnapshot().status);
}

describe('two sessions with one name on one store', () => {
  test('are both signed in when one signs in, with the same user and token', async () => {
    await using pair = await openPair();
    const { one, other } = pair;

    expect(other.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'ada' } });
    expect(await other.accessToken()).toBe(await one.accessToken());
    expect(await outcomeOf(other.fetch('/api/me'))).toBe(200);
  });

  test('make one refresh, and send all their requests', async () => {
    await using pair = await openPair();
    const { world, one, other } = pair;
    await world.clock.advance(60_000);
    const requests = [one, other, other, one, other].map((session, n) => session.fetch(`/api/items/${n}`));

    expect(await Promise.all(requests.map(outcomeOf))).toEqual([200, 200, 200, 200, 200]);
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 5, refused: 0 });
    expect(await other.accessToken()).toBe(await one.accessToken());
  });

  test('make one refresh if both timers fire together', async () => {
    await using pair = await openPair({ refresh: { proactive: true } });
    const { world, one, other } = pair;
    await world.live(60_000);

    expect(world.refreshTimes()).toHaveLength(1);
    expect(await Promise.all([outcomeOf(one.fetch('/api/me')), outcomeOf(other.fetch('/api/me'))])).toEqual([
      200, 200,
    ]);
  });

  test('take turns to refresh, each with the other’s token', async () => {
    await using pair = await openPair();
    const { world, one, other } = pair;
    for (const session of [one, other, one, other]) {
      await world.clock.advance(60_000);
      expect(await outcomeOf(session.fetch('/api/me'))).toBe(200);
      await until(() => one.getSnapshot().expiresAt === other.getSnapshot().expiresAt);
    }

    expect(world.refreshTimes()).toHaveLength(4);
    expect(world.server.counts().refused).toBe(0);
  });

  test('end together when one signs out, and requests of the other are refused', async () => {
    await using pair = await openPair();
    const { world, one, other } = pair;
    const inFlight = outcomeOf(
      other.fetch('/api/me', { signal: AbortSignal.timeout(30_000), context: { auth: 'required' } }),
    );
    world.server.intercept('api', () => new Promise(() => undefined), { times: 1 });
    await one.logout();
    await reaches(other, (snapshot) => snapshot.matches('loggedOut'));

    expect(statuses(one, other)).toEqual(['loggedOut', 'loggedOut']);
    expect(other.getSnapshot()).toMatchObject({ user: null, reason: { type: 'peer.loggedOut' } });
    expect(await inFlight).toMatchObject({ name: 'LoggedOutError' });
    expect(await outcomeOf(other.fetch('/api/me', { context: { auth: 'required' } }))).toMatchObject({
      name: 'NotAuthenticatedError',
    });
  });

  test('expire together, after one call, and remember the user', async () => {
    await using pair = await openPair();
    const { world, one, other } = pair;
    world.server.expireRefreshTokens();
    await world.clock.advance(60_000);
    await outcomeOf(one.fetch('/api/me'));
    await reaches(other, (snapshot) => snapshot.matches('expired'));

    expect(await outcomeOf(other.fetch('/api/me'))).toMatchObject({ name: 'SessionExpiredError' });
    expect(other.getSnapshot()).toMatchObject({
      user: { username: 'ada' },
      reason: { type: 'peer.expired' },
    });
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test('are both signed in again when one of them signs in afterwards', async () => {
    await using pair = await openPair();
    const { world, one, other } = pair;
    world.server.expireRefreshTokens();
    await world.clock.advance(60_000);
    await outcomeOf(one.fetch('/api/me'));
    await reaches(other, (snapshot) => snapshot.matches('expired'));
    await other.login(ada);
    await isSignedIn(one);

    expect(await outcomeOf(one.fetch('/api/me'))).toBe(200);
  });

  test('change the user together, and no request of the first user is sent as the second', async () => {
    await using pair = await openPair();
    const { world, one, other } = pair;
    world.answerRefresh(() => new Promise(() => undefined), { times: 1 });
    await world.clock.advance(60_000);
    const held = outcomeOf(other.fetch('/api/me'));
    await until(() => world.refreshTimes().length === 1);
    await one.logout();
    await one.login(grace);
    await isSignedIn(other);

    expect(codeOf(await held)).toMatch(/^ERR_(?:LOGGED_OUT|IDENTITY_CHANGED)$/);
    expect(other.getSnapshot().user).toMatchObject({ username: 'grace' });
    expect(world.server.requests.filter(({ path }) => path === '/api/me')).toEqual([]);
  });

  test('drop and revoke a late grant if the other one has signed out', async () => {
    await using pair = await openPair({ dialect: 'express' });
    const { world, one, other } = pair;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    world.answerRefresh(async (_request, next) => {
      await released;
      return next();
    });
    const refreshed = other.refresh().catch((error: unknown) => error);
    await until(() => world.refreshTimes().length === 1);
    await one.logout();
    release();

    expect(codeOf(await refreshed)).toMatch(/^ERR_(?:LOGGED_OUT|NOT_AUTHENTICATED)$/);
    await world.live(60_000);
    expect(statuses(one, other)).toEqual(['loggedOut', 'loggedOut']);
    expect(await outcomeOf(other.fetch('/api/me', { context: { auth: 'required' } }))).toMatchObject({
      name: 'NotAuthenticatedError',
    });
  });

  test('are independent of each other’s end: the remaining one continues to refresh', async () => {
    await using pair = await openPair();
    const { world, one, other } = pair;
    one.dispose();
    await world.clock.advance(60_000);

    expect(await outcomeOf(other.fetch('/api/me'))).toBe(200);
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test('lose nothing if the one that refreshes is disposed of: its response is still stored', async () => {
    await using pair = await openPair();
    const { world, one, other } = pair;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    world.answerRefresh(async (_request, next) => {
      await released;
      return next();
    });
    await world.clock.advance(60_000);
    const lost = outcomeOf(one.fetch('/api/me'));
    await until(() => world.refreshTimes().length === 1);
    const held = outcomeOf(other.fetch('/api/me'));
    one.dispose();
    expect(await lost).toMatchObject({ name: 'SessionDisposedError' });
    release();

    expect(await held).toBe(200);
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test('repeat the refresh if the one that refreshes is disposed of without a response', async () => {
    await using pair = await openPair();
    const { world, one, other } = pair;
    world.answerRefresh(() => new Promise(() => undefined), { times: 1 });
    await world.clock.advance(60_000);
    const lost = outcomeOf(one.fetch('/api/me'));
    await until(() => world.refreshTimes().length === 1);
    const held = outcomeOf(other.fetch('/api/me'));
    one.dispose();
    expect(await lost).toMatchObject({ name: 'SessionDisposedError' });
    await world.clock.advance(10_000);

    expect(await held).toBe(200);
    const [lostAt, repeatedAt, ...more] = world.refreshTimes();
    expect([lostAt, more]).toEqual([60_000, []]);
    // Time passes while the call is in flight.
    expect(repeatedAt).toBeGreaterThanOrEqual(68_000);
  });

  test('share their retries if the server is down, and both stay signed in', async () => {
    await using pair = await openPair();
    const { world, one, other } = pair;
    world.answerRefresh(answer(503));
    await world.clock.advance(60_000);
    const held = Promise.all([outcomeOf(one.fetch('/api/me')), outcomeOf(other.fetch('/api/me'))]);

    for (const outcome of await world.follow(held))
      expect(outcome).toMatchObject({ name: 'RefreshUnavailableError' });
    // As many calls as one session makes within the 30 s of `hold.timeout`.
    expect(world.refreshTimes().length).toBeLessThanOrEqual(11);
    expect(statuses(one, other)).toEqual(['authenticated', 'authenticated']);
  });

  test('each know only of their own lost response, and end together', async () => {
    await using pair = await openPair();
    const { world, one, other } = pair;
    world.answerRefresh(cutAfter, { times: 1 });
    await world.clock.advance(60_000);
    await world.follow(outcomeOf(one.fetch('/api/me')));
    await reaches(other, (snapshot) => snapshot.matches('expired'));

    expect(one.getSnapshot().reason).toMatchObject({ answerLost: true });
    expect(other.getSnapshot().reason).toMatchObject({ type: 'peer.expired' });
  });
});
