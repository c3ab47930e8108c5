import { describe, expect, test } from 'vitest';
import { createSession, isMalformedGrantError, type Grant } from '../../src/index.ts';
import { createManualClock } from '../clock.ts';

const baseUrl = 'https://api.example.com';

function createWorld(grant: unknown) {
  const clock = createManualClock();
  const session = createSession<{ id: string }, null>({
    baseUrl,
    // What a server sends is whatever it sends.
    server: { login: () => Promise.resolve(grant as Grant<{ id: string }>) },
    environment: { clock },
  });
  return { session, clock, [Symbol.dispose]: () => session.dispose() };
}

/** A secret in each of the shapes in which a server might send one by mistake. */
const malformed: readonly (readonly [string, unknown, string])[] = [
  ['nothing', undefined, 'grant'],
  ['null', null, 'grant'],
  ['a bare token', 's3cret', 'grant'],
  ['an empty object', {}, 'accessToken'],
  ['a list', ['s3cret'], 'accessToken'],
  ['no access token', { refreshToken: 's3cret' }, 'accessToken'],
  ['an access token that is null', { accessToken: null }, 'accessToken'],
  ['an empty access token', { accessToken: '' }, 'accessToken'],
  ['an access token of spaces', { accessToken: '   ' }, 'accessToken'],
  ['an access token that is a number', { accessToken: 8675309 }, 'accessToken'],
  ['an access token that is a large number', { accessToken: 8675309n }, 'accessToken'],
  ['an access token that is an object', { accessToken: { value: 's3cret' } }, 'accessToken'],
  ['an access token on two lines', { accessToken: 's3cret\r\nx-admin: true' }, 'accessToken'],
  ['an access token with a zero in it', { accessToken: 's3cret\0' }, 'accessToken'],
  ['an access token outside of Latin-1', { accessToken: 's3cret토큰' }, 'accessToken'],
  ['a refresh token that is a number', { accessToken: 'good', refreshToken: 8675309 }, 'refreshToken'],
  ['an empty refresh token', { accessToken: 'good', refreshToken: '' }, 'refreshToken'],
  ['a refresh token that is a list', { accessToken: 'good', refreshToken: ['s3cret'] }, 'refreshToken'],
];

describe('A grant that is none', () => {
  test.each(malformed)(
    '%s is refused by login() and adopt(), with the field named',
    async (_, grant, field) => {
      using world = createWorld(grant);
      // @ts-expect-error: what a program without types might pass
      const adopted = await world.session.adopt(grant).catch((error: unknown) => error);
      const signedIn = await world.session.login(null).catch((error: unknown) => error);

      for (const error of [adopted, signedIn]) {
        expect(error).toMatchObject({ code: 'ERR_MALFORMED_GRANT', name: 'MalformedGrantError', field });
      }
      expect(world.session.getSnapshot()).toMatchObject({ status: 'anonymous', isSigningIn: false });
      expect(world.session.getSnapshot().error).toMatchObject({ code: 'ERR_MALFORMED_GRANT' });
    },
  );

  test.each(malformed)('%s is never quoted', async (_, grant) => {
    using world = createWorld(grant);
    const error = await world.session.login(null).catch((caught: unknown) => caught);

    if (!isMalformedGrantError(error)) throw new Error('The grant was taken', { cause: error });
    expect(error.message).toContain(`Expected \`${error.field}\``);
    for (const secret of ['s3cret', '8675309']) {
      expect(`${error.message} ${String(error.stack)} ${JSON.stringify(error)}`).not.toContain(secret);
    }
  });
});

describe('A lifetime', () => {
  test.each<[string, Grant['expiresIn'], number | null]>([
    ['a number of seconds', 60, 60_000],
    ['a fraction', 0.5, 500],
    ['a numeric text', '3600', 3_600_000],
    ['thirty days', 2_592_000, 2_592_000_000],
    ['missing', undefined, null],
    ['null', null, null],
    ['not a number', Number.NaN, null],
    ['infinite', Infinity, null],
    ['negative', -60, null],
    ['absurd: a moment in milliseconds', Date.UTC(2030, 0, 1), null],
    ['an empty text', '', null],
    ['a text of words', 'one hour', null],
  ])('that is %s means what it can mean', async (_, expiresIn, lifetime) => {
    using world = createWorld({ accessToken: 'a-token', expiresIn });
    await world.session.login(null);

    expect(world.session.getSnapshot()).toMatchObject({
      status: 'authenticated',
      expiresAt: lifetime === null ? null : world.clock.now() + lifetime,
    });
  });

  test('of 0 is over at once: without a refresh the session has expired', async () => {
    using world = createWorld({ accessToken: 'a-token', expiresIn: 0 });
    await world.session.login(null);

    expect(world.session.getSnapshot().status).toBe('expired');
  });
});
