import { describe, expect, test } from 'vitest';
import {
  cookieContract,
  cookieRequests,
  createSession,
  jwtExpiresAt,
  memoryStore,
  restContract,
} from '../../../src/index.ts';
import { api, createWorld, outcomeOf, type User } from './world.ts';

describe('A session without tokens', () => {
  test('contains, stores and sends none', async () => {
    using world = createWorld();
    expect(await world.session.login(null)).toEqual({ id: '1' });
    await world.session.fetch('/orders');

    expect(await world.stored()).toMatchObject({
      generation: 1,
      accessToken: null,
      refreshToken: null,
      expiresAt: world.clock.now() + 60_000,
      user: { id: '1' },
    });
    expect(world.sent.map(({ authorization }) => authorization)).toEqual([null, null]);
  });

  test('has no access token to return', async () => {
    using world = createWorld();
    expect(await outcomeOf(world.session.accessToken())).toMatchObject({ code: 'ERR_NOT_AUTHENTICATED' });
    await world.session.login(null);

    expect(await outcomeOf(world.session.accessToken())).toMatchObject({
      code: 'ERR_ACCESS_TOKEN_UNAVAILABLE',
      name: 'AccessTokenUnavailableError',
    });
  });

  test('is refreshed by an empty call with an empty response', async () => {
    using world = createWorld();
    await world.session.login(null);
    const bodies: unknown[] = [];
    world.answer('POST /refresh', async (request) => {
      bodies.push(request.headers.get('content-type'), await request.text());
      return new Response(null, { status: 204 });
    });
    world.answer('GET /orders');

    expect((await world.session.fetch('/orders')).status).toBe(200);
    expect(bodies).toEqual([null, '']);
    expect(await world.stored()).toMatchObject({ generation: 2, expiresAt: null, user: { id: '1' } });
  });

  test('is refreshed before its expiry if a response contains the lifetime', async () => {
    using world = createWorld();
    await world.session.login(null);
    world.answer('POST /refresh', () => Response.json({ expiresIn: 120 }));
    await world.clock.advance(60_000);

    expect(world.calls()).toEqual(['POST /login', 'POST /refresh']);
    expect(world.session.getSnapshot().expiresAt).toBeGreaterThan(world.clock.now() + 100_000);
  });

  test('ends if the cookies belong to another user, whose session is left alone', async () => {
    using world = createWorld({ contract: { isSameUser: (before, now) => before.id === now.id } });
    await world.session.login(null);
    world.answer('POST /refresh', () => Response.json({ user: { id: '2' }, expiresIn: 60 }));
    world.answer('GET /orders');

    expect(await outcomeOf(world.session.fetch('/orders'))).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    expect(world.session.getSnapshot()).toMatchObject({
      status: 'loggedOut',
      reason: { type: 'server.subjectMismatch', status: 200 },
    });
    await world.clock.advance(60_000);
    expect(world.calls()).toEqual(['POST /login', 'GET /orders', 'POST /refresh']);
  });

  test('accepts a response without the expected fields', async () => {
    using world = createWorld();
    await world.session.login(null);
    world.answer('POST /refresh', () => new Response('OK'));
    await world.session.refresh();

    expect(await world.stored()).toMatchObject({ generation: 2 });
  });

  test('finds lifetime and user in the fields that the contract names', async () => {
    using world = createWorld({
      contract: { grant: { expiresAt: 'session.end', user: ({ me }: { me?: { id: string } }) => me } },
    });
    const end = world.clock.now() / 1000 + 90;
    world.answer('POST /login', () => Response.json({ me: { id: '7' }, session: { end } }));

    expect(await world.session.login(null)).toEqual({ id: '7' });
    expect(world.session.getSnapshot().expiresAt).toBe(end * 1000);
  });

  test('expires if a refresh is refused, and remembers the user', async () => {
    using world = createWorld();
    await world.session.login(null);
    world.answer('GET /orders');
    world.answer('POST /refresh');

    expect(await outcomeOf(world.session.fetch('/orders'))).toMatchObject({
      code: 'ERR_SESSION_EXPIRED',
      reason: { type: 'server.refreshTokenInvalid', status: 401 },
    });
    expect(world.session.getSnapshot()).toMatchObject({ status: 'expired', user: { id: '1' } });
  });

  test('can be restored from the store, and started by adopt()', async () => {
    const store = memoryStore<{ id: string }>();
    using first = createWorld({ session: { store } });
    await first.session.adopt({ accessToken: null, user: { id: '9' } });
    using second = createWorld({ session: { store } });
    await second.session.ready();

    expect(second.session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { id: '9' } });
    expect((await second.session.fetch('/orders')).status).toBe(200);
  });

  test('needs a contract with cookies: otherwise a token of null is rejected', async () => {
    using session = createSession({ baseUrl: api, server: {} });

    expect(await outcomeOf(session.adopt({ accessToken: null }))).toMatchObject({
      code: 'ERR_MALFORMED_GRANT',
      field: 'accessToken',
    });
  });
});

describe('Credentials', () => {
  test.each([
    [undefined, 'same-origin'],
    ['same-origin', 'same-origin'],
    ['include', 'include'],
  ] as const)('of %s give each request %s', async (credentials, expected) => {
    using world = createWorld({ contract: credentials === undefined ? {} : { credentials } });
    await world.session.login(null);
    await world.session.fetch('/orders');
    await world.session.api.post('orders');
    await world.session.refresh();
    await world.session.logout();

    expect(world.sent.map((sent) => `${sent.call} ${sent.credentials}`)).toEqual(
      ['POST /login', 'GET /orders', 'POST /orders', 'POST /refresh', 'POST /logout'].map(
        (call) => `${call} ${expected}`,
      ),
    );
  });

  test('that a request sets itself are kept', async () => {
    using world = createWorld();
    await world.session.login(null);
    await world.session.fetch('/orders', { credentials: 'include' });

    expect(world.sent.at(-1)).toMatchObject({ credentials: 'include' });
  });

  test('are not sent to another origin', async () => {
    using world = createWorld({ contract: { credentials: 'include' } });
    await world.session.login(null);
    await world.session.fetch('https://elsewhere.example.org/orders');

    expect(world.sent.at(-1)).toMatchObject({ credentials: 'same-origin' });
  });
});

describe('A server that keeps only the refresh token', () => {
  const server = restContract<{ id: string }, null>({
    login: 'login',
    refresh: { path: 'refresh', body: () => undefined },
    grant: { expiresAt: jwtExpiresAt },
    cookies: cookieRequests({
      credentials: 'include',
      csrf: { header: 'X-CSRF-Token', value: () => 'a-value' },
    }),
  });

  test('receives the cookie with its own calls, and the token with requests', async () => {
    using world = createWorld({ server });
    world.answer('POST /login', () => Response.json({ accessToken: 'first' }));
    world.answer('POST /refresh', () => Response.json({ accessToken: 'second' }));
    world.answer('POST /orders');
    await world.session.login(null);
    await world.session.fetch('/orders', { method: 'POST' });

    const contractCall = { credentials: 'include', csrf: 'a-value', authorization: null };
    const request = { call: 'POST /orders', credentials: 'same-origin', csrf: null };
    expect(world.sent).toMatchObject([
      { call: 'POST /login', ...contractCall },
      { ...request, authorization: 'Bearer first' },
      { call: 'POST /refresh', ...contractCall },
      { ...request, authorization: 'Bearer second' },
    ]);
    expect(await world.session.accessToken()).toBe('second');
  });
});

describe('The option `cookies`', () => {
  const header = 'X-CSRF-Token';

  test.each([
    ['credentials', { credentials: 'omit' }],
    ['credentials', { credentials: true }],
    ['csrf', { csrf: 'csrf' }],
    ['csrf.header', { csrf: { cookie: 'csrf' } }],
    ['csrf.header', { csrf: { header: 'X CSRF', cookie: 'csrf' } }],
    ['csrf.cookie', { csrf: { header } }],
    ['csrf.cookie', { csrf: { header, cookie: '' } }],
    ['csrf.value', { csrf: { header, value: 's3cret' } }],
    ['csrf.value', { csrf: { header, value: () => null, cookie: 'csrf' } }],
  ])('is checked: %s of %o', (option, cookies) => {
    // @ts-expect-error: JavaScript code can pass this
    const contract = () => cookieContract(cookies);
    // @ts-expect-error: the same
    const requests = () => cookieRequests(cookies);

    for (const build of [contract, requests]) {
      expect(build).toThrow(new RegExp(`^Expected \`${option}\` to be ((?!s3cret).)*$`));
    }
  });

  test.each([
    ['options', undefined],
    ['login', { login: 5 }],
    ['refresh.path', { refresh: {} }],
    ['grant', { grant: 'user' }],
    ['grant.expiresIn', { grant: { expiresIn: 60 } }],
    ['grant.expiresAt', { grant: { expiresAt: 60 } }],
    ['grant.expiresAt', { grant: { expiresAt: () => 60 } }],
    ['grant.user', { grant: { user: 'user' } }],
  ])('is checked like any contract: %s of %o', (option, options) => {
    // @ts-expect-error: JavaScript code can pass this
    expect(() => cookieContract(options)).toThrow(new RegExp(`^Expected \`${option}\` to be`));
  });
});

describe('A sign-out that the server has not confirmed', () => {
  const down = () => new Response(null, { status: 503 });

  async function signedOut(answer = down) {
    const store = memoryStore<User>();
    using world = createWorld({ session: { store } });
    await world.session.login(null);
    world.answer('POST /logout', answer);
    await world.session.logout();
    return store;
  }

  test('is told to the server again after a reload, until the server confirms it', async () => {
    const store = await signedOut();
    using first = createWorld({ session: { store } });
    first.answer('POST /logout', down);
    await expect.poll(() => first.calls()).toEqual(['POST /logout']);
    first.session.dispose();
    using second = createWorld({ session: { store } });
    expect(second.session.getSnapshot()).toMatchObject({ status: 'anonymous', user: null });
    await expect.poll(() => second.calls()).toEqual(['POST /logout']);
    await expect.poll(() => store.read('session')).not.toHaveProperty('isPending');

    using third = createWorld({ session: { store } });
    await third.session.login(null);
    expect(third.calls()).toEqual(['POST /login']);
  });

  test('is told before the user signs in again', async () => {
    const store = await signedOut();
    using world = createWorld({ session: { store } });
    await world.session.login(null);

    expect(world.calls()).toEqual(['POST /logout', 'POST /login']);
    expect(world.session.getSnapshot().isSignedIn).toBe(true);
  });

  test('is not repeated if the server has confirmed it', async () => {
    const store = await signedOut(() => new Response(null, { status: 204 }));
    using world = createWorld({ session: { store } });
    await world.session.login(null);

    expect(world.calls()).toEqual(['POST /login']);
  });
});

test('A refresh that sets cookies of another user ends the session, and does not end that of the other user', async () => {
  using world = createWorld();
  await world.session.login(null);
  world.answer('POST /refresh', () => Response.json({ user: { id: '2' } }));
  await expect(world.session.refresh()).rejects.toMatchObject({ code: 'ERR_LOGGED_OUT' });

  expect(world.session.getSnapshot()).toMatchObject({ reason: { type: 'server.subjectMismatch' } });
  expect(world.calls()).toEqual(['POST /login', 'POST /refresh']);
});
