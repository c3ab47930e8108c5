import { describe, expect, test } from 'vitest';
import { memoryStore, restContract, type SessionStore } from '../../src/index.ts';
import { answer, cutAfter, cutBefore, granted, json } from './answers.ts';
import {
  ada,
  openSignedIn,
  openWorld,
  outcomeOf,
  requestWithExpiredToken,
  type Login,
  type User,
} from './world.ts';

const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' };

describe('a refresh that is refused', () => {
  test.each([
    ['401', answer(401)],
    ['401 with its own message', answer(401, { message: 'Unauthorized' })],
    ['401 that says that the access token has expired', answer(401, { message: 'no' }, challenge)],
    ['403', answer(403, { error: 'Invalid refresh token' })],
    ['400 invalid_grant', answer(400, { error: 'invalid_grant' })],
    ['400 with its own message', answer(400, { error: 'Refresh token expired' })],
    ['422 invalid_grant', answer(422, { error: 'invalid_grant' })],
  ])('with %s expires the session after one call, and the user is remembered', async (name, handler) => {
    await using world = await openSignedIn();
    world.answerRefresh(handler);

    expect(await requestWithExpiredToken(world)).toMatchObject({
      name: 'SessionExpiredError',
      reason: { type: 'server.refreshTokenInvalid', status: Number(name.slice(0, 3)), answerLost: false },
    });
    expect(world.session.getSnapshot()).toMatchObject({ status: 'expired', user: { username: 'ada' } });
    await world.live(3_600_000);
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test('refuses all waiting and later requests, without another call', async () => {
    await using world = await openSignedIn();
    world.server.expireRefreshTokens();
    world.server.expireAccessTokens();
    const waiting = Array.from({ length: 5 }, (_, n) => outcomeOf(world.session.fetch(`/api/items/${n}`)));
    const refused = { code: 'ERR_SESSION_EXPIRED' };

    expect(await Promise.all(waiting)).toMatchObject([refused, refused, refused, refused, refused]);
    expect(await outcomeOf(world.session.fetch('/api/me'))).toMatchObject(refused);
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 5 });
  });

  test.each([
    ['refreshTokenExpired', 'expired'],
    ['refreshTokenReused', 'expired'],
    ['accessTokenInvalid', 'expired'],
    ['subjectMismatch', 'loggedOut'],
    ['sessionRevoked', 'loggedOut'],
    ['accountDisabled', 'loggedOut'],
  ] as const)('with a code that the contract maps to %s leaves the session %s', async (verdict, status) => {
    await using world = await openWorld({
      server: restContract<User, Login>({
        login: 'auth/login',
        refresh: 'auth/refresh',
        errorCodes: { 'T-9': verdict },
      }),
    });
    await world.session.login(ada);
    world.answerRefresh(answer(409, { code: 'T-9', message: 'no' }));
    await requestWithExpiredToken(world);

    const type = verdict === 'accessTokenInvalid' ? 'refreshTokenInvalid' : verdict;
    expect(world.session.getSnapshot()).toMatchObject({
      status,
      reason: { type: `server.${type}`, code: 'T-9', status: 409 },
    });
    expect(world.refreshTimes()).toHaveLength(1);
  });
});

test('A refresh that is refused takes the tokens that another tab stores after the first look at the store', async () => {
  const shared = memoryStore<User>();
  const server = { hasRefused: false };
  const store: SessionStore<User> = {
    ...shared,
    lock: (_key, task) => task({ isLost: false, lateness: 0 }),
    watch: () => () => undefined,
    async read(key) {
      const seen = await shared.read(key);
      if (server.hasRefused)
        await shared.update(key, (found) =>
          found == null || 'ended' in found
            ? undefined
            : { ...found, generation: found.generation + 1, accessToken: 'newer', refreshToken: 'newer' },
        );
      return seen;
    },
  };
  await using world = await openSignedIn({ store, refresh: { proactive: false } });
  world.answerRefresh((request, next) => {
    server.hasRefused = true;
    return answer(401)(request, next);
  });
  await world.session.refresh();

  expect(await world.session.accessToken()).toBe('newer');
  expect(world.refreshTimes()).toHaveLength(1);
});

describe('a lost response', () => {
  test('after the server replaced the token expires the session, and the reason says so', async () => {
    await using world = await openSignedIn();
    world.answerRefresh(cutAfter, { times: 1 });

    expect(await world.follow(requestWithExpiredToken(world))).toMatchObject({
      name: 'SessionExpiredError',
      reason: { type: 'server.refreshTokenInvalid', status: 401, answerLost: true },
    });
    expect(world.server.requests.filter(({ kind }) => kind === 'refresh')).toMatchObject([
      { status: 0, username: 'ada' },
      { status: 401, code: 'refreshTokenReused' },
    ]);
  });

  test('can be a response that was cut off', async () => {
    await using world = await openSignedIn();
    const half = granted((grant) => JSON.stringify(grant).slice(0, -1), { headers: json });
    world.answerRefresh(half, { times: 1 });

    expect(await world.follow(requestWithExpiredToken(world))).toMatchObject({
      reason: { type: 'server.refreshTokenInvalid', status: 401, answerLost: true },
    });
  });

  test('is retried, and a server with a grace period restores the session', async () => {
    await using world = await openSignedIn();
    let grant: unknown = null;
    world.answerRefresh(async (_request, next) => {
      if (grant !== null) return Response.json(grant);
      grant = await (await next()).json();
      return Response.error();
    });

    expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
    expect(world.refreshTimes()).toEqual([0, 250]);
  });

  test('is forgotten after a later refresh succeeds', async () => {
    await using world = await openSignedIn();
    world.answerRefresh(cutBefore, { times: 1 });

    expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
    await world.clock.advance(10_000);
    world.answerRefresh(answer(401));
    expect(await requestWithExpiredToken(world)).toMatchObject({ reason: { answerLost: false } });
  });
});
