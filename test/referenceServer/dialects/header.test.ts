import { describe, expect, test } from 'vitest';
import { authorities } from '../authorities.ts';
import { anyToken, createWorld } from './world.ts';

describe.each(authorities)('header with $name', ({ open }) => {
  test('an expired token has its own message', async () => {
    await using world = await createWorld(open, 'header');
    const { accessToken } = await world.tokens();
    const others = [
      await world.get('/api/me', 'made-up'),
      await world.get('/api/me'),
      await world.get('/api/forbidden', accessToken),
    ];
    world.server.expireAccessTokens();

    const expired = { message: '토큰이 만료되었습니다.' };
    expect(await world.get('/api/me', accessToken)).toMatchObject({ status: 401, body: expired });
    for (const { status, body } of others) {
      expect(status).toBe(401);
      expect(body).not.toEqual(expired);
    }
  });

  test('a refresh returns the access token in a header, without a body', async () => {
    await using world = await createWorld(open, 'header');
    const { refreshToken } = await world.tokens();
    const { status, headers, body } = await world.refresh(refreshToken);
    const accessToken = headers.get('Authorization')?.replace('Bearer ', '');

    expect(status).toBe(200);
    expect(body).toBe('');
    expect(accessToken).toEqual(anyToken);
    expect(await world.get('/api/me', accessToken)).toMatchObject({ status: 200 });
    expect(await world.refresh(refreshToken)).toMatchObject({ status: 200 });
  });

  test('a refresh token that is expired, revoked or unknown is refused with 401', async () => {
    await using world = await createWorld(open, 'header');
    const { refreshToken } = await world.tokens();
    world.clock.advance(604_800);

    expect(await world.refresh(refreshToken)).toMatchObject({ status: 401 });
    expect(await world.refresh('made-up')).toMatchObject({ status: 401 });
    const later = await world.tokens();
    world.server.revokeSessions();
    expect(await world.refresh(later.refreshToken)).toMatchObject({ status: 401 });
  });
});
