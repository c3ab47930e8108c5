import { describe, expect, test } from 'vitest';
import { isRefreshUnavailableError } from '../../src/index.ts';
import { answer, granted, json } from './answers.ts';
import { openSignedIn, outcomeOf, requestWithExpiredToken } from './world.ts';

const statuses = [404, 405, 415] as const;

/** Invalid grants, and the invalid field. */
const malformed = [
  ['{}', answer(200, {}), 'accessToken'],
  ['null', answer(200, 'null', json), 'accessToken'],
  ['a text', answer(200, '"OK"', json), 'accessToken'],
  ['a list', answer(200, [{ accessToken: 'a' }]), 'accessToken'],
  ['an empty body', answer(200), 'accessToken'],
  ['an empty body with 204', answer(204), 'accessToken'],
  ['an empty access token', granted((grant) => ({ ...grant, accessToken: '' })), 'accessToken'],
  ['an access token of spaces', granted((grant) => ({ ...grant, accessToken: '  ' })), 'accessToken'],
  ['a number for an access token', granted((grant) => ({ ...grant, accessToken: 42 })), 'accessToken'],
  ['an access token that is null', granted((grant) => ({ ...grant, accessToken: null })), 'accessToken'],
  [
    'a control character in the access token',
    granted((grant) => ({ ...grant, accessToken: 'a\u0000b' })),
    'accessToken',
  ],
  [
    'a newline in the access token',
    granted((grant) => ({ ...grant, accessToken: 'a\r\nX-Admin: 1' })),
    'accessToken',
  ],
  [
    'an access token that is not valid in a header',
    granted((grant) => ({ ...grant, accessToken: '토큰' })),
    'accessToken',
  ],
  ['an empty refresh token', granted((grant) => ({ ...grant, refreshToken: '' })), 'refreshToken'],
  ['a number for a refresh token', granted((grant) => ({ ...grant, refreshToken: 42 })), 'refreshToken'],
] as const;

describe('a refresh with a configuration error', () => {
  test.each(statuses)(
    'returns %i to the caller, is not retried, and does not end the session',
    async (status) => {
      await using world = await openSignedIn();
      world.answerRefresh(answer(status, { message: 'no' }));

      expect(await requestWithExpiredToken(world)).toMatchObject({ name: 'RefreshUnavailableError', status });
      expect(world.session.getSnapshot()).toMatchObject({
        status: 'authenticated',
        reason: null,
        error: { code: 'ERR_REFRESH_UNAVAILABLE', status },
      });
      await world.live(24 * 3_600_000);
      expect(world.refreshTimes()).toEqual([0]);
    },
  );

  test.each(malformed)(
    'returns an error for a grant with %s, is not retried, and does not end the session',
    async (_name, handler, field) => {
      await using world = await openSignedIn();
      world.answerRefresh(handler);
      const error = await requestWithExpiredToken(world);

      expect(isRefreshUnavailableError(error) && error.cause).toMatchObject({
        name: 'MalformedGrantError',
        field,
      });
      expect(world.session.getSnapshot()).toMatchObject({
        status: 'authenticated',
        reason: null,
        error: { code: 'ERR_MALFORMED_GRANT' },
      });
      await world.live(24 * 3_600_000);
      expect(world.refreshTimes()).toEqual([0]);
    },
  );

  test('is tried again by the next request', async () => {
    await using world = await openSignedIn();
    const repair = world.answerRefresh(answer(404));
    await requestWithExpiredToken(world);

    expect(await outcomeOf(world.session.fetch('/api/me'))).toMatchObject({ status: 404 });
    expect(world.refreshTimes()).toHaveLength(2);
    repair();
    expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
    expect(world.refreshTimes()).toHaveLength(3);
  });

  test.each([
    ['404', answer(404)],
    ['an invalid grant', answer(200, {})],
  ])('is not called repeatedly while the token is valid (%s)', async (_name, handler) => {
    await using world = await openSignedIn({ accessTokenLifetime: 600 });
    world.answerRefresh(handler);
    await world.live(24 * 3_600_000);

    // One before the expiry, and one when the token has expired.
    expect(world.refreshTimes().length).toBeLessThanOrEqual(2);
    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
  });
});
