import { describe, expect, test } from 'vitest';
import { authorities } from '../authorities.ts';
import { anyText, anyToken, bearer, createWorld } from './world.ts';

describe.each(authorities)('coded with $name', ({ open }) => {
  const ada = { id: '1', email: 'ada@example.com' };

  test('a login returns both tokens with id and email', async () => {
    await using world = await createWorld(open, 'coded');

    const { status, body } = await world.login();
    expect(status).toBe(200);
    expect(body).toEqual({ accessToken: anyToken, refreshToken: anyToken, ...ada });
    expect(await world.login('ada', 'wrong')).toMatchObject({ status: 401, body: { code: 'M-001' } });
  });

  test('the API returns a code for the problem with the token', async () => {
    await using world = await createWorld(open, 'coded');
    const { accessToken } = await world.tokens();

    expect(await world.get('/api/me', 'made-up')).toMatchObject({ status: 401, body: { code: 'T-001' } });
    expect(await world.get('/api/me')).toMatchObject({ status: 401, body: { code: 'T-004' } });
    expect(await world.get('/api/forbidden', accessToken)).toMatchObject({
      status: 403,
      body: { code: 'P-001' },
    });
    world.server.expireAccessTokens();
    const expired = await world.get('/api/me', accessToken);
    expect(expired).toMatchObject({ status: 401, body: { code: 'T-002', message: anyText } });
  });

  test('a refresh sends the refresh token as a bearer token and returns only an access token', async () => {
    await using world = await createWorld(open, 'coded');
    const { refreshToken } = await world.tokens();
    const { status, body } = await world.post('/member/token/refresh', ada, bearer(refreshToken));

    expect(status).toBe(200);
    expect(body).toEqual({ accessToken: anyToken });
    const again = await world.post('/member/token/refresh', ada, bearer(refreshToken));
    expect(again).toMatchObject({ status: 200 });
  });

  test.each([
    ['expired', 'T-003', ada],
    ['unknown', 'T-001', ada],
    ['revoked', 'T-001', ada],
    ['missing', 'T-004', ada],
    ['of another id', 'T-005', { ...ada, id: '2' }],
    ['of another email', 'T-005', { ...ada, email: 'grace@example.com' }],
    ['without a user', 'T-005', {}],
  ])('a refresh token that is %s is refused with %s', async (why, code, fields) => {
    await using world = await createWorld(open, 'coded');
    const { refreshToken } = await world.tokens();
    if (why === 'expired') world.server.expireRefreshTokens();
    if (why === 'revoked') world.server.revokeSessions();
    const headers = why === 'missing' ? {} : bearer(why === 'unknown' ? 'made-up' : refreshToken);

    const refused = await world.post('/member/token/refresh', fields, headers);
    expect(refused).toMatchObject({ status: 401, body: { code, message: anyText } });
  });
});
