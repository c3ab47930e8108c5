import { describe, expect, test, vi } from 'vitest';
import {
  createSession,
  isMalformedGrantError,
  jwtExpiresAt,
  restContract,
  type Grant,
  type GrantFields,
} from '../../src/index.ts';
import { createManualClock } from '../clock.ts';

const baseUrl = 'https://api.example.com';

function createWorld(grant: unknown) {
  const clock = createManualClock();
  const session = createSession<{ id: string }, null>({
    baseUrl,
    // A server can send anything.
    server: { login: () => Promise.resolve(grant as Grant<{ id: string }>) },
    environment: { clock },
  });
  return { session, clock, [Symbol.dispose]: () => session.dispose() };
}

/** Invalid grants with a secret in them, such as a server might send by mistake. */
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
  ['an access token with a null character', { accessToken: 's3cret\0' }, 'accessToken'],
  ['an access token outside of Latin-1', { accessToken: 's3cret토큰' }, 'accessToken'],
  ['a refresh token that is a number', { accessToken: 'good', refreshToken: 8675309 }, 'refreshToken'],
  ['an empty refresh token', { accessToken: 'good', refreshToken: '' }, 'refreshToken'],
  ['a refresh token that is a list', { accessToken: 'good', refreshToken: ['s3cret'] }, 'refreshToken'],
];

describe('An invalid grant', () => {
  test.each(malformed)(
    '%s is rejected by login() and adopt(), with the name of the field',
    async (_, grant, field) => {
      using world = createWorld(grant);
      // @ts-expect-error: JavaScript code can pass this
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

describe('An invalid token in a response', () => {
  test.each<[GrantFields<unknown>, object, string]>([
    [{}, { accessToken: '' }, 'accessToken'],
    [{ accessToken: 'data.token' }, { data: { token: 's3cret\r\n' } }, 'data.token'],
    [{ refreshToken: 'data.refresh' }, { accessToken: 'good', data: { refresh: '' } }, 'data.refresh'],
    [{ accessTokenHeader: 'x-token' }, {}, 'x-token'],
  ])('is rejected with the name of the field that the contract reads: %o', async (grant, body, field) => {
    using session = createSession<unknown, null>({
      baseUrl,
      server: restContract({ login: 'login', grant }),
      ky: { fetch: async () => Response.json(body) },
    });
    const error = await session.login(null).catch((caught: unknown) => caught);

    expect(error).toMatchObject({ code: 'ERR_MALFORMED_GRANT', field });
    expect(String(error)).not.toContain('s3cret');
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
  ])('that is %s is interpreted correctly', async (_, expiresIn, lifetime) => {
    using world = createWorld({ accessToken: 'a-token', expiresIn });
    await world.session.login(null);

    expect(world.session.getSnapshot()).toMatchObject({
      status: 'authenticated',
      expiresAt: lifetime === null ? null : world.clock.now() + lifetime,
    });
  });

  test('of 0 has ended at once: without a refresh the session has expired', async () => {
    using world = createWorld({ accessToken: 'a-token', expiresIn: 0 });
    await world.session.login(null);

    expect(world.session.getSnapshot().status).toBe('expired');
  });

  test('of a minute ends after a minute and not before, without a refresh', async () => {
    using world = createWorld({ accessToken: 'a-token', expiresIn: 60 });
    await world.session.login(null);
    await world.clock.advance(59_999);
    expect(await world.session.accessToken()).toBe('a-token');
    await world.clock.advance(1);

    expect(world.session.getSnapshot().status).toBe('expired');
  });
});

/** The claims in the form of a JWT (RFC 7519, section 3), unsigned. */
function jwtOf(claims: unknown): string {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'none' })}.${encode(claims)}.`;
}

interface Answered {
  readonly grant?: GrantFields<unknown>;
  readonly body: object;
  readonly headers?: HeadersInit;
}

/** The remaining lifetime of the token as the session knows it, in milliseconds, or `null` if unknown. */
async function lifetimeOf({ grant = {}, body, headers = {} }: Answered): Promise<number | null> {
  const clock = createManualClock();
  using session = createSession<unknown, null>({
    baseUrl,
    server: restContract({ login: 'login', refresh: 'refresh', grant }),
    ky: { fetch: async () => Response.json(body, { headers }) },
    environment: { clock },
  });
  await session.login(null);
  const { expiresAt } = session.getSnapshot();
  return expiresAt === null ? null : expiresAt - clock.now();
}

const start = Date.UTC(2030, 0, 1);
const now = start / 1000;
const dateOf = (milliseconds: number) => ({ Date: new Date(milliseconds).toUTCString() });

describe('An expiry by the server’s clock', () => {
  test.each<[string, unknown, number | null]>([
    ['a minute away', now + 60, 60_000],
    ['a numeric text', String(now + 60), 60_000],
    ['a fraction', now + 0.5, 500],
    ['now', now, null],
    ['expired on arrival', now - 60, null],
    ['in milliseconds', start + 60_000, 60_000],
    ['a text in ISO 8601', new Date(start + 60_000).toISOString(), 60_000],
    ['absurd: in the year 5138', 1e11 - 1, null],
    ['absurd: in the year 1970', 60, null],
    ['null', null, null],
    ['a text of words', 'tomorrow', null],
    ['infinite', 'Infinity', null],
    ['a list', [now + 60], null],
  ])('that is %s is interpreted correctly', async (_, end, lifetime) => {
    const grant = { expiresAt: 'session.end' };

    expect(await lifetimeOf({ grant, body: { accessToken: 'a-token', session: { end } } })).toBe(lifetime);
  });

  test.each([
    ['agrees', 0],
    ['is an hour behind the server', 3_600_000],
    ['is an hour ahead of it', -3_600_000],
  ])('is calculated with the Date of the response if the device’s clock %s', async (_, skew) => {
    const end = (start + skew) / 1000 + 60;
    const accessToken = jwtOf({ exp: end });

    expect(
      await lifetimeOf({
        grant: { expiresAt: jwtExpiresAt },
        body: { accessToken },
        headers: dateOf(start + skew),
      }),
    ).toBe(60_000);
  });

  test('is calculated with the device’s clock if the response has no readable Date', async () => {
    const grant = { expiresAt: jwtExpiresAt };
    const body = { accessToken: jwtOf({ exp: now + 60 }) };

    expect(await lifetimeOf({ grant, body })).toBe(60_000);
    expect(await lifetimeOf({ grant, body, headers: { Date: 'yesterday' } })).toBe(60_000);
  });

  test('is used only if the response contains no lifetime', async () => {
    const accessToken = jwtOf({ exp: now + 60 });
    const grant = { expiresAt: jwtExpiresAt };

    expect(await lifetimeOf({ grant, body: { accessToken, expiresIn: 300 } })).toBe(300_000);
    expect(await lifetimeOf({ grant, body: { accessToken, expiresIn: 'soon' } })).toBe(60_000);
  });

  test('is read from an access token that is a JWT if the response names no lifetime', async () => {
    expect(await lifetimeOf({ body: { accessToken: jwtOf({ exp: now + 60 }) } })).toBe(60_000);
    expect(await lifetimeOf({ body: { accessToken: jwtOf({ exp: now + 60 }), expiresIn: 30 } })).toBe(30_000);
    expect(await lifetimeOf({ body: { accessToken: 'opaque' } })).toBeNull();
  });

  test('can be passed to adopt()', async () => {
    using world = createWorld(null);
    await world.session.adopt({ accessToken: 'a-token', expiresAt: world.clock.now() / 1000 + 60 });

    expect(world.session.getSnapshot().expiresAt).toBe(world.clock.now() + 60_000);
  });

  test('does not fail the grant if it cannot be read: the error is reported without the token', async () => {
    const reported: unknown[] = [];
    vi.spyOn(console, 'error').mockImplementation((error) => void reported.push(error));
    const expiresAt = (accessToken: string) => {
      throw new RangeError(`What is ${accessToken}?`);
    };

    expect(await lifetimeOf({ grant: { expiresAt }, body: { accessToken: 's3cret' } })).toBeNull();
    expect(reported).toMatchObject([{ name: 'RangeError' }]);
    expect(reported.map((error) => (error instanceof Error ? error.stack : error)).join()).not.toContain(
      's3cret',
    );
  });
});

describe('jwtExpiresAt', () => {
  test.each([
    ['the `exp` of a JWT', jwtOf({ exp: now }), now],
    ['a fraction', jwtOf({ exp: 1.5 }), 1.5],
    ['undefined for a JWT without one', jwtOf({ sub: 'ada' }), undefined],
    ['nothing of an `exp` that is a text', jwtOf({ exp: '60' }), undefined],
    ['undefined for claims that are not an object', jwtOf(null), undefined],
    ['undefined for a token that is not a JWT', 'opaque', undefined],
    ['undefined for a text that only looks like a JWT', 'a.b.c', undefined],
    ['undefined for an empty text', '', undefined],
  ])('reads %s', (_, token, expected) => {
    expect(jwtExpiresAt(token)).toBe(expected);
  });
});
