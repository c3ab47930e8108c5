import { describe, expect, test } from 'vitest';
import { authorities } from '../authorities.ts';
import { tokensOf } from '../tokens.ts';
import { anyToken, createWorld } from './world.ts';

describe.each(authorities)('rotating with $name', ({ open }) => {
  test('a login returns both tokens, their lifetime and the user', async () => {
    await using world = await createWorld(open, 'rotating');

    expect(await world.login()).toMatchObject({
      status: 200,
      body: {
        accessToken: anyToken,
        refreshToken: anyToken,
        expiresIn: 60,
        user: { id: '1', username: 'ada', email: 'ada@example.com' },
      },
    });
    expect(await world.login('ada', 'wrong')).toMatchObject({ status: 401 });
  });

  test('every refusal of the API is a 401 without a code', async () => {
    await using world = await createWorld(open, 'rotating');
    const { accessToken } = await world.tokens();
    const unauthorized = { status: 401, body: { message: 'Unauthorized' } };

    expect(await world.get('/api/me', accessToken)).toMatchObject({ status: 200 });
    world.clock.advance(60);
    expect(await world.get('/api/me', accessToken)).toMatchObject(unauthorized);
    expect(await world.get('/api/me', 'made-up')).toMatchObject(unauthorized);
    expect(await world.get('/api/me')).toMatchObject(unauthorized);
    expect(world.server.requests.slice(-3).map(({ code }) => code)).toEqual([
      'accessTokenExpired',
      'accessTokenInvalid',
      'accessTokenMissing',
    ]);
  });

  test('a refresh replaces both tokens', async () => {
    await using world = await createWorld(open, 'rotating');
    const first = await world.tokens();
    const { status, body } = await world.refresh(first.refreshToken);

    expect(status).toBe(200);
    expect(body).toEqual({ accessToken: anyToken, refreshToken: anyToken, expiresIn: 60 });
    const second = tokensOf(body);
    expect(second.accessToken).not.toBe(first.accessToken);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(await world.get('/api/me', second.accessToken)).toMatchObject({ status: 200 });
  });

  test.each([
    ['unknown', 'refreshTokenInvalid'],
    ['expired', 'refreshTokenExpired'],
    ['reused', 'refreshTokenReused'],
    ['revoked', 'refreshTokenInvalid'],
  ])('a refresh token that is %s is refused with 401', async (why, code) => {
    await using world = await createWorld(open, 'rotating');
    const { refreshToken } = await world.tokens();
    if (why === 'expired') world.clock.advance(604_800);
    if (why === 'reused') await world.refresh(refreshToken);
    if (why === 'revoked') world.server.revokeSessions('ada');

    expect(await world.refresh(why === 'unknown' ? 'made-up' : refreshToken)).toMatchObject({
      status: 401,
    });
    expect(world.server.requests.at(-1)).toMatchObject({ kind: 'refresh', status: 401, code });
  });

  test('of two concurrent refreshes one succeeds, the other is refused, and the family is revoked', async () => {
    await using world = await createWorld(open, 'rotating');
    const { refreshToken } = await world.tokens();
    const both = await Promise.all([world.refresh(refreshToken), world.refresh(refreshToken)]);

    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    const winner = tokensOf(both.find(({ status }) => status === 200)?.body);
    expect(await world.refresh(winner.refreshToken)).toMatchObject({ status: 401 });
  });
});
