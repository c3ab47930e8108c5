import { describe, expect, test } from 'vitest';
import { authorities } from '../authorities.ts';
import { tokensOf } from '../tokens.ts';
import { anyToken, createWorld } from './world.ts';

describe.each(authorities)('message with $name', ({ open }) => {
  test('only the message of a 401 says whether the token is bad', async () => {
    await using world = await createWorld(open, 'message');
    const { accessToken } = await world.tokens();
    const about = async (path: string, token?: string) => {
      const { status, body } = await world.get(path, token);
      return { status, body };
    };

    expect(await about('/api/me', 'made-up')).toEqual({ status: 401, body: { message: 'invalid JWT' } });
    expect(await about('/api/me')).toEqual({ status: 401, body: { message: 'missing JWT' } });
    expect(await about('/api/forbidden', accessToken)).toEqual({
      status: 401,
      body: { message: 'not allowed' },
    });
    world.server.expireAccessTokens();
    expect(await about('/api/me', accessToken)).toEqual({ status: 401, body: { message: 'invalid JWT' } });
  });

  test('a login and a refresh succeed with 201', async () => {
    await using world = await createWorld(open, 'message');
    const login = await world.login();
    const { refreshToken } = tokensOf(login.body);
    const refresh = await world.refresh(refreshToken);

    expect(login.status).toBe(201);
    expect(login.body).toEqual({ accessToken: anyToken, refreshToken: anyToken });
    expect(refresh.status).toBe(201);
    expect(refresh.body).toEqual({ accessToken: anyToken });
  });

  test('a refresh token that is expired, revoked or unknown is refused with 401', async () => {
    await using world = await createWorld(open, 'message');
    const { refreshToken } = await world.tokens();
    world.server.expireRefreshTokens();

    expect(await world.refresh(refreshToken)).toMatchObject({
      status: 401,
      body: { message: 'invalid JWT' },
    });
    expect(await world.refresh('made-up')).toMatchObject({ status: 401 });
    const later = await world.tokens();
    world.server.revokeSessions('ada');
    expect(await world.refresh(later.refreshToken)).toMatchObject({ status: 401 });
  });
});
