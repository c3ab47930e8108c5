import { describe, expect, test } from 'vitest';
import { cookieContract, memoryStore } from '../../src/index.ts';
import { serverSessions, webCookies, type CookieAccess } from '../../src/backend/index.ts';
import { ada, fetchWith, openWorld, secret, type Jar, type User } from './world.ts';

const lifetime = 15 * 60_000;

/** The cookies of one request of this browser. */
const cookiesOf = (jar: Jar): CookieAccess => ({
  get: (name) => jar.get(name),
  set(name, value, { maxAge }) {
    if (maxAge === 0) jar.delete(name);
    else jar.set(name, value);
  },
});

const readOnly = (jar: Jar): CookieAccess => ({ get: (name) => jar.get(name) });

describe('Instances that share a store', () => {
  test('refresh once for all requests of a user', async () => {
    await using world = await openWorld({ store: memoryStore<User>() });
    const instances = [world.createSessions(), world.createSessions(), world.createSessions()];
    const jar: Jar = new Map();
    await instances[0]?.login(cookiesOf(jar), ada);
    await world.clock.advance(lifetime);
    const names = await Promise.all(
      [...instances, ...instances].map(async (sessions) => {
        using session = await sessions.open(readOnly(jar));
        return (await session.api.get('me').json<User>()).username;
      }),
    );

    expect(names).toEqual(Array.from({ length: 6 }, () => 'ada'));
    expect(world.api.counts()).toMatchObject({ refresh: 1 });
  });
});

describe('A session in the cookie', () => {
  test('is read by another instance, and goes on there', async () => {
    await using world = await openWorld();
    const jar: Jar = new Map();
    await world.createSessions().login(cookiesOf(jar), ada);
    await world.clock.advance(lifetime);
    using session = await world.createSessions().open(cookiesOf(jar));

    expect(session.getSnapshot()).toMatchObject({ isSignedIn: true, user: { username: 'ada' } });
    expect(await session.api.get('me').json()).toMatchObject({ username: 'ada' });
  });

  test('gives a request with an old cookie the tokens that a later one has refreshed', async () => {
    await using world = await openWorld();
    const sessions = world.createSessions();
    const jar: Jar = new Map();
    await sessions.login(cookiesOf(jar), ada);
    await world.clock.advance(lifetime);
    const old: Jar = new Map(jar);
    using first = await sessions.open(cookiesOf(jar));
    await first.api.get('me');
    using second = await sessions.open(cookiesOf(old));
    await second.api.get('me');

    expect(world.api.counts()).toMatchObject({ refresh: 1, refused: 0 });
    // The response to the first request may have been lost: the second one sets its cookie too.
    using later = await world.createSessions().open(cookiesOf(old));
    expect(await later.api.get('me').json()).toMatchObject({ username: 'ada' });
    expect(world.api.counts()).toMatchObject({ refresh: 1 });
  });

  test('sets no cookie as long as the session is the same', async () => {
    await using world = await openWorld();
    const sessions = world.createSessions();
    const jar: Jar = new Map();
    await sessions.login(cookiesOf(jar), ada);
    const names: string[] = [];
    using session = await sessions.open({ get: (name) => jar.get(name), set: (name) => names.push(name) });
    await session.api.get('me');

    expect(names).toEqual([]);
  });

  test('does not spend its refresh token where the response can set no cookie', async () => {
    await using world = await openWorld();
    const sessions = world.createSessions();
    const jar: Jar = new Map();
    await sessions.login(cookiesOf(jar), ada);
    await world.clock.advance(lifetime);
    using session = await sessions.open(readOnly(jar));
    await expect(session.api.get('me').json()).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });

    expect(world.api.counts()).toMatchObject({ refresh: 0 });
    using later = await sessions.open(cookiesOf(jar));
    expect(await later.api.get('me').json()).toMatchObject({ username: 'ada' });
  });

  test('is ended in this process by a logout, also for a copy of the cookie', async () => {
    await using world = await openWorld();
    const sessions = world.createSessions();
    const jar: Jar = new Map();
    await sessions.login(cookiesOf(jar), ada);
    const copy: Jar = new Map(jar);
    await sessions.logout(cookiesOf(jar));
    using session = await sessions.open(cookiesOf(copy));

    expect(jar.size).toBe(0);
    expect(session.getSnapshot().isSignedIn).toBe(false);
  });

  test('survives a new secret as long as the old one is listed', async () => {
    await using world = await openWorld();
    const next = 'another secret that is long enough for AES';
    const jar: Jar = new Map();
    await world.createSessions().login(cookiesOf(jar), ada);
    using kept = await world.createSessions({ secret: [next, secret] }).open(cookiesOf(new Map(jar)));
    using lost = await world.createSessions({ secret: next }).open(cookiesOf(jar));

    expect(kept.getSnapshot().user).toMatchObject({ username: 'ada' });
    expect(lost.getSnapshot()).toMatchObject({ status: 'anonymous', error: null });
  });

  test.each([
    ['changed', (text: string) => `${text.slice(0, -4)}AAAA`],
    ['cut off', (text: string) => text.slice(0, 80)],
    ['no JWE', () => 'ada'],
  ])('counts as none if the cookie is %s', async (_, spoil) => {
    await using world = await openWorld();
    const jar: Jar = new Map();
    await world.createSessions().login(cookiesOf(jar), ada);
    for (const [name, value] of jar) jar.set(name, spoil(value));
    using session = await world.createSessions().open(cookiesOf(jar));

    expect(session.getSnapshot()).toMatchObject({ status: 'anonymous', error: null });
  });

  test('of several kilobytes is spread over cookies that browsers accept, and deleted with all of them', async () => {
    await using world = await openWorld();
    const sessions = world.createSessions();
    const jar: Jar = new Map();
    const user = { username: 'ada', about: 'x'.repeat(6_000) };
    await sessions.adopt(cookiesOf(jar), { accessToken: 'token', user });
    expect(jar.size).toBeGreaterThan(1);
    for (const [name, value] of jar) expect(name.length + value.length).toBeLessThan(4_000);
    using session = await sessions.open(cookiesOf(jar));
    expect(session.getSnapshot().user).toEqual(user);
    await sessions.logout(cookiesOf(jar));

    expect(jar.size).toBe(0);
  });

  test('opens if the browser has a part of a longer cookie left', async () => {
    await using world = await openWorld();
    const sessions = world.createSessions();
    const jar: Jar = new Map();
    await sessions.adopt(cookiesOf(jar), {
      accessToken: 'token',
      user: { username: 'x'.repeat(6_000) },
    });
    const left: Jar = new Map(jar);
    await sessions.login(cookiesOf(jar), ada);
    using session = await sessions.open(cookiesOf(new Map([...left, ...jar])));

    expect(session.getSnapshot()).toMatchObject({ isSignedIn: true, user: { username: 'ada' } });
  });

  test('that fits into no cookies fails the sign-in with a clear error', async () => {
    await using world = await openWorld();
    const user = { username: 'ada', about: 'x'.repeat(20_000) };

    await expect(
      world.createSessions().adopt(cookiesOf(new Map()), { accessToken: 'token', user }),
    ).rejects.toThrow(/does not fit into cookies.*Give `serverSessions` a `store`/);
  });
});

describe.each([
  ['in the cookie', () => ({})],
  ['in a store', () => ({ store: memoryStore<User>() })],
])('The cookie of a session %s', (_, options) => {
  const maxAge = 3_600;

  test('is set again after half of `maxAge`, and then lasts that long', async () => {
    await using world = await openWorld({ ...options(), cookie: { maxAge } });
    const sessions = world.createSessions();
    const jar: Jar = new Map();
    await sessions.adopt(cookiesOf(jar), { accessToken: 'token', user: { username: 'ada' } });
    const first: Jar = new Map(jar);
    const isSetAfter = async (minutes: number) => {
      await world.clock.advance(minutes * 60_000);
      const before = jar.get('__Host-session');
      using session = await sessions.open(cookiesOf(jar));
      expect(session.getSnapshot().isSignedIn).toBe(true);
      return jar.get('__Host-session') !== before;
    };

    expect(await isSetAfter(29)).toBe(false);
    expect(await isSetAfter(2)).toBe(true);
    expect(await isSetAfter(29)).toBe(false);
    using old = await sessions.open(cookiesOf(first));
    expect(old.getSnapshot().isSignedIn, 'the first cookie, after an hour').toBe(false);
  });

  test('is sealed again with a new secret', async () => {
    await using world = await openWorld(options());
    const next = 'another secret that is long enough for AES';
    const jar: Jar = new Map();
    await world.createSessions().login(cookiesOf(jar), ada);
    using _old = await world.createSessions({ secret: [next, secret] }).open(cookiesOf(jar));
    using session = await world.createSessions({ secret: next }).open(cookiesOf(jar));

    expect(session.getSnapshot().user).toMatchObject({ username: 'ada' });
  });

  test('is not set again after the session has ended', async () => {
    await using world = await openWorld({ ...options(), cookie: { maxAge } });
    const sessions = world.createSessions();
    const jar: Jar = new Map();
    await sessions.login(cookiesOf(jar), ada);
    const copy: Jar = new Map(jar);
    await sessions.logout(cookiesOf(jar));
    await world.clock.advance(31 * 60_000);
    const names: string[] = [];
    using _session = await sessions.open({ get: (name) => copy.get(name), set: (name) => names.push(name) });

    expect(names).toEqual([]);
  });
});

describe('The cookie', () => {
  test('is for this host, HTTPS and HTTP only', async () => {
    await using world = await openWorld();
    const cookies = webCookies(new Request('https://app.example.com'));
    await world.createSessions().login(cookies, ada);
    const [header = ''] = cookies.applyTo(new Response()).headers.getSetCookie();

    expect(header).toMatch(/^__Host-session=[\w.-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  test('lasts as long as `maxAge` says', async () => {
    await using world = await openWorld({
      cookie: { maxAge: 3_600, name: 'own', secure: false, sameSite: 'strict' },
    });
    const cookies = webCookies(new Request('http://localhost'));
    await world.createSessions().login(cookies, ada);
    const [header = ''] = cookies.applyTo(new Response()).headers.getSetCookie();

    expect(header).toMatch(/^own=[\w.-]+; Max-Age=3600; Path=\/; HttpOnly; SameSite=Strict$/);
  });
});

describe('An API request that is passed on', () => {
  test('keeps its body, its query and its own headers, and loses those of the page', async () => {
    await using world = await openWorld();
    const jar: Jar = new Map();
    const url = await world.startInstance();
    const page = fetchWith(jar);
    await page(`${url}/auth/login`, { method: 'POST', body: JSON.stringify(ada) });
    let got: unknown = null;
    world.api.intercept('api', async (request) => {
      const { headers } = request;
      got = {
        path: new URL(request.url).pathname + new URL(request.url).search,
        body: await request.text(),
        own: headers.get('x-own'),
        cookie: headers.get('cookie'),
        isBearer: headers.get('authorization')?.startsWith('Bearer ') === true,
      };
      return new Response('made', { status: 201, headers: { 'x-api': 'yes', 'set-cookie': 'api=1' } });
    });
    const response = await page(`${url}/api/orders?page=2`, {
      method: 'PUT',
      body: 'a body',
      headers: { 'x-own': 'kept', authorization: 'Bearer forged' },
    });

    expect(got).toEqual({
      path: '/api/orders?page=2',
      body: 'a body',
      own: 'kept',
      cookie: null,
      isBearer: true,
    });
    expect([response.status, await response.text()]).toEqual([201, 'made']);
    expect(response.headers.get('x-api')).toBe('yes');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(jar.has('api')).toBe(false);
  });

  test('gets 502 if the API cannot be reached', async () => {
    await using world = await openWorld();
    const jar: Jar = new Map();
    const url = await world.startInstance();
    await fetchWith(jar)(`${url}/auth/login`, { method: 'POST', body: JSON.stringify(ada) });
    await world.api.close();

    expect((await fetchWith(jar)(`${url}/api/me`)).status).toBe(502);
  });
});

test.each([
  [
    'secret',
    { secret: 'short' },
    'Expected `secret` to be a string of at least 32 characters, got a string of 5 characters',
  ],
  [
    'secret',
    { secret: [] },
    'Expected `secret` to be a string of at least 32 characters, got an empty array',
  ],
  ['cookie.maxage', { cookie: { maxage: 1 } }, 'did you mean `cookie.maxAge`'],
  [
    'cookie.sameSite',
    { cookie: { sameSite: 'none' } },
    'Expected `cookie.sameSite` to be one of lax, strict, got `none`',
  ],
  [
    'cookie.maxAge',
    { cookie: { maxAge: 0.5 } },
    'Expected `cookie.maxAge` to be a whole number of at least 0',
  ],
  ['cookie.name', { cookie: { name: 'a b' } }, 'Expected `cookie.name` to be a name of letters, digits and'],
  [
    'cookie.name',
    { cookie: { name: '__Host-own', secure: false } },
    'without `__Host-` or `__Secure-` in front, got a string of 10 characters',
  ],
  [
    'server',
    { server: cookieContract({ login: 'login', refresh: 'refresh', logout: 'logout' }) },
    'Expected `server` to be a contract with tokens in the responses, got one with cookies',
  ],
  ['baseUrl', { baseUrl: 'here' }, 'Expected `baseUrl` to be an absolute `http:` or `https:` URL'],
])('A wrong `%s` is refused by name', (_, wrong, message) => {
  const options = { baseUrl: 'https://api.example.com', server: {}, secret, ...wrong };
  const create = (): unknown => Reflect.apply(serverSessions, undefined, [options]);
  expect(create).toThrow(message);
});
