import { describe, expect, test } from 'vitest';
import { memoryStore, restContract, type StoredRecord } from '../../src/index.ts';
import { fieldsOf, granted } from './answers.ts';
import { ada, openSignedIn, openWorld, requestWithExpiredToken, type Login, type User } from './world.ts';

describe('a successful refresh', () => {
  test.each([
    ['status 200', granted((grant) => grant)],
    ['status 201', granted((grant) => grant, { status: 201 })],
    ['a body without the content type of JSON', granted((grant) => JSON.stringify(grant))],
    [
      'fields of OAuth',
      granted(({ accessToken, refreshToken }) => ({
        access_token: accessToken,
        refresh_token: refreshToken,
        expires_in: 60,
        token_type: 'Bearer',
      })),
    ],
  ])('with %s releases the held request, after one call', async (_answer, handler) => {
    await using world = await openSignedIn();
    world.answerRefresh(handler);

    expect(await requestWithExpiredToken(world)).toBe(200);
    expect(world.refreshTimes()).toHaveLength(1);
    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', error: null, reason: null });
  });

  test('with the token in a header needs no body', async () => {
    const server = restContract<User, Login>({
      login: 'auth/login',
      refresh: 'auth/refresh',
      grant: { accessTokenHeader: 'Authorization' },
    });
    await using world = await openWorld({ server });
    world.answerRefresh(tokenInHeader);
    await world.session.login(ada);

    expect(await requestWithExpiredToken(world)).toBe(200);
    expect(world.refreshTimes()).toHaveLength(1);
  });
});

describe('the refresh token', () => {
  test('stays if the response has none', async () => {
    const store = memoryStore<User>();
    await using world = await openSignedIn({ store });
    const before = refreshTokenIn(await store.read('session'));
    world.answerRefresh(granted(({ refreshToken: _, ...grant }) => grant));

    expect(await requestWithExpiredToken(world)).toBe(200);
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(refreshTokenIn(await store.read('session'))).toBe(before);
  });

  test('is replaced by the one in the response, which is used next', async () => {
    await using world = await openSignedIn();

    expect(await requestWithExpiredToken(world)).toBe(200);
    await world.clock.advance(10_000);
    expect(await requestWithExpiredToken(world)).toBe(200);
    expect(world.server.requests.filter(({ kind }) => kind === 'refresh')).toMatchObject([
      { status: 200, username: 'ada' },
      { status: 200, username: 'ada' },
    ]);
  });

  test('is removed if the response contains null, and the next call has none', async () => {
    const bodies: unknown[] = [];
    await using world = await openSignedIn();
    world.answerRefresh(
      granted((grant) => ({ ...grant, refreshToken: null })),
      { times: 1 },
    );

    expect(await requestWithExpiredToken(world)).toBe(200);
    await world.clock.advance(10_000);
    world.answerRefresh(async (request) => {
      bodies.push(await request.json());
      return new Response(null, { status: 401 });
    });
    expect(await requestWithExpiredToken(world)).toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
    expect(bodies).toEqual([{}]);
  });
});

async function tokenInHeader(_request: Request, next: () => Promise<Response>): Promise<Response> {
  const { accessToken } = await fieldsOf(await next());
  return new Response(null, { headers: { authorization: `Bearer ${String(accessToken)}` } });
}

function refreshTokenIn(record: StoredRecord<User> | null): string | null {
  return record === null || 'ended' in record ? null : record.refreshToken;
}
