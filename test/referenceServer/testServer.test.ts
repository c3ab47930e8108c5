import { describe, expect, test } from 'vitest';
import { memoryAccounts } from '../../src/testing/memoryAccounts.ts';
import { createTestServer } from '../../src/testing/server.ts';
import { createClock, createGate } from './authorities.ts';
import { bearer, refresh, signIn } from './inMemory.ts';
import { readTokens } from './tokens.ts';

describe('the server by default', () => {
  test('uses the rotating dialect and two users', async () => {
    const server = createTestServer();
    const { accessToken } = await signIn(server);
    const me = await server.fetch('/api/me', { headers: bearer(accessToken) });

    expect(server.dialect).toBe('rotating');
    expect(await me.json()).toEqual({ id: '1', username: 'ada', email: 'ada@example.com' });
  });

  test('tokens live for a minute, refresh tokens for seven days', () => {
    expect(createTestServer().accounts.lifetimes).toEqual({
      accessTokenLifetime: 60,
      refreshTokenLifetime: 604_800,
    });
  });

  test('an unknown path is a 404 that needs no token outside of the API', async () => {
    const server = createTestServer();

    expect((await server.fetch('/nowhere')).status).toBe(404);
    expect((await server.fetch('/api/nowhere')).status).toBe(401);
  });

  test('a hundred refreshes in a row keep one family alive', async () => {
    const server = createTestServer();
    let { refreshToken } = await signIn(server);
    for (let n = 0; n < 100; n += 1) {
      ({ refreshToken } = await readTokens(await refresh(server, refreshToken)));
    }

    expect(server.counts()).toEqual({ login: 1, refresh: 100, logout: 0, api: 0, refused: 0 });
  });
});

describe('the log', () => {
  test('lists every request in the order of arrival, with the time of the given clock', async () => {
    const clock = createClock();
    const server = createTestServer({ dialect: 'coded', now: clock.now });
    const start = clock.now();
    const { accessToken } = await signIn(server);
    clock.advance(60);
    await server.fetch('/api/items/1?secret=1', { headers: bearer(accessToken) });

    expect(server.requests).toEqual([
      { at: start, method: 'POST', path: '/member/login', kind: 'login', status: 200, username: 'ada' },
      {
        at: start + 60_000,
        method: 'GET',
        path: '/api/items/1',
        kind: 'api',
        status: 401,
        code: 'accessTokenExpired',
      },
    ]);
  });

  test('never contains a token or a password', async () => {
    const server = createTestServer({ dialect: 'express' });
    const { accessToken, refreshToken } = await signIn(server);
    await refresh(server, refreshToken);
    await server.fetch('/api/me', { headers: bearer(accessToken) });
    const log = JSON.stringify(server.requests);

    for (const secret of [accessToken, refreshToken, 'lovelace']) expect(log).not.toContain(secret);
  });

  test('shows a pending request with status 0', async () => {
    const server = createTestServer();
    const { refreshToken } = await signIn(server);
    const gate = createGate();
    server.intercept('refresh', async (_request, next) => {
      await gate.opened;
      return next();
    });
    const answer = refresh(server, refreshToken);

    expect(server.counts().refresh).toBe(1);
    expect(server.requests.at(-1)).toMatchObject({ kind: 'refresh', status: 0 });
    gate.open();
    await answer;
    expect(server.requests.at(-1)).toMatchObject({ kind: 'refresh', status: 200, username: 'ada' });
  });
});

describe('controls', () => {
  test('tokens can be expired and revoked', async () => {
    const server = createTestServer({ dialect: 'coded' });
    const { accessToken } = await signIn(server);
    const me = async (): Promise<unknown> =>
      (await server.fetch('/api/me', { headers: bearer(accessToken) })).json();

    expect(await me()).toEqual({ id: '1', username: 'ada', email: 'ada@example.com' });
    server.expireAccessTokens();
    expect(await me()).toMatchObject({ code: 'T-002' });
    server.revokeSessions('ada');
    expect(await me()).toMatchObject({ code: 'T-001' });
  });

  test('a reset restores the initial state', async () => {
    const server = createTestServer();
    const { accessToken } = await signIn(server);
    server.intercept('api', () => Response.error());
    server.setLifetimes({ accessTokenLifetime: 1 });
    server.reset();

    expect(server.requests).toEqual([]);
    expect(server.accounts.lifetimes.accessTokenLifetime).toBe(60);
    expect((await server.fetch('/api/me', { headers: bearer(accessToken) })).status).toBe(401);
  });

  test('servers with the same accounts accept each other’s tokens', async () => {
    const accounts = memoryAccounts();
    const { accessToken } = await signIn(createTestServer({ accounts }));
    const other = createTestServer({ accounts, dialect: 'express' });

    expect((await other.fetch('/api/me', { headers: bearer(accessToken) })).status).toBe(200);
  });
});

describe('options', () => {
  test.each([
    [
      { dialect: 'oauth' },
      TypeError,
      '`dialect` to be one of rotating, coded, express, message, header, got "oauth"',
    ],
    [{ dialect: 'toString' }, TypeError, 'got "toString"'],
    [{ now: 5 }, TypeError, '`now` to be a function that returns milliseconds, got 5'],
    [{ users: 'ada' }, TypeError, '`users` to be an array of at least one user, got "ada"'],
    [{ accessTokenLifetime: '60' }, TypeError, '`accessTokenLifetime` to be a number of seconds, got "60"'],
    [
      { refreshTokenLifetime: -1 },
      RangeError,
      '`refreshTokenLifetime` to be finite and at least 0 seconds, got -1',
    ],
    [{ accounts: memoryAccounts(), users: [] }, TypeError, '`users` to be omitted: `accounts` has its own'],
  ])('%o is refused with an error that names the option', (options, type, message) => {
    // @ts-expect-error: JavaScript code can pass this
    expect(() => createTestServer(options)).toThrow(type);
    // @ts-expect-error: JavaScript code can pass this
    expect(() => createTestServer(options)).toThrow(message);
  });

  test('an error about a user never shows a password', () => {
    const users = [1, 2].map(() => ({
      id: '1',
      username: 'ada',
      email: 'a@example.com',
      password: 'hush-hush',
    }));

    expect(() => createTestServer({ users })).toThrow(/^((?!hush).)*$/);
  });

  test('the caller’s users are copied', async () => {
    const user = { id: '1', username: 'ada', email: 'ada@example.com', password: 'lovelace' };
    const server = createTestServer({ users: [user] });
    user.password = 'changed';

    expect(await signIn(server)).toHaveProperty('accessToken');
  });
});
