import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../src/index.ts';
import { sessionHandler } from '../../src/backend/index.ts';
import type { InterceptHandler } from '../../src/testing/index.ts';
import { ada, fetchWith, grace, openWorld, type Jar, type User } from './world.ts';

const lifetime = 15 * 60_000;

describe.each([
  ['in the cookie', () => ({})],
  ['in a store', () => ({ store: memoryStore<User>() })],
])('A page of a backend for frontend that keeps the session %s', (_, options) => {
  test('signs in, calls the API as the user, and signs out', async () => {
    await using world = await openWorld(options());
    const jar: Jar = new Map();
    const url = await world.startInstance();
    const page = world.openPage(url, jar);

    expect(await page.login(ada)).toMatchObject({ username: 'ada' });
    expect(await page.api.get('api/me').json()).toMatchObject({ username: 'ada' });
    await page.logout();

    expect(page.getSnapshot().status).toBe('loggedOut');
    expect(jar.size).toBe(0);
    expect(world.logouts()).toBe(1);
    const again = await fetchWith(jar)(`${url}/auth/refresh`, { method: 'POST' });
    expect(again.status).toBe(401);
    expect(await again.json()).toEqual({ error: 'invalid_grant' });
  });

  test('causes one refresh with twenty requests in parallel after an expiry, and stays signed in', async () => {
    await using world = await openWorld(options());
    const jar: Jar = new Map();
    const page = world.openPage(await world.startInstance(), jar);
    await page.login(ada);
    for (let round = 1; round <= 3; round += 1) {
      await world.clock.advance(lifetime);
      const users = await Promise.all(Array.from({ length: 20 }, () => page.api.get('api/me').json<User>()));
      expect(users.map(({ username }) => username)).toEqual(Array.from({ length: 20 }, () => 'ada'));
      expect(world.api.counts()).toMatchObject({ refresh: round });
    }
    expect(page.getSnapshot()).toMatchObject({ status: 'authenticated', error: null });
  });

  test('never gets a token', async () => {
    await using world = await openWorld(options());
    const jar: Jar = new Map();
    const url = await world.startInstance();
    const seen: string[] = [];
    const granted: string[] = [];
    const record: InterceptHandler = async (_request, next) => {
      const answer = await next();
      granted.push(await answer.clone().text());
      return answer;
    };
    world.api.intercept('login', record);
    world.api.intercept('refresh', record);
    const watched: typeof fetch = async (input, init) => {
      const response = await fetchWith(jar)(input, init);
      seen.push(await response.clone().text(), JSON.stringify([...response.headers]));
      return response;
    };
    await watched(`${url}/auth/login`, { method: 'POST', body: JSON.stringify(ada) });
    await world.clock.advance(lifetime);
    await watched(`${url}/api/me`);
    await watched(`${url}/auth/refresh`, { method: 'POST' });
    await watched(`${url}/auth/logout`, { method: 'POST' });

    const tokens = granted.flatMap((text) =>
      [...text.matchAll(/Token":"([^"]+)/g)].map(([, token]) => token),
    );
    expect(tokens).toHaveLength(4);
    for (const token of tokens) expect(seen.join('\n')).not.toContain(token);
  });

  test('expires when the API refuses the refresh token', async () => {
    await using world = await openWorld(options());
    const jar: Jar = new Map();
    const page = world.openPage(await world.startInstance(), jar);
    await page.login(ada);
    world.api.expireRefreshTokens();
    await world.clock.advance(lifetime);

    await expect(page.api.get('api/me').json()).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
    expect(page.getSnapshot().status).toBe('expired');
  });

  test('keeps the session while the refresh endpoint is down', async () => {
    await using world = await openWorld(options());
    const jar: Jar = new Map();
    const url = await world.startInstance();
    const page = fetchWith(jar);
    await page(`${url}/auth/login`, { method: 'POST', body: JSON.stringify(ada) });
    await world.clock.advance(lifetime);
    const undo = world.api.intercept('refresh', () => new Response(null, { status: 503 }));
    let status = 0;
    void page(`${url}/api/me`).then((response) => (status = response.status));
    await expect.poll(() => world.api.counts().refresh).toBeGreaterThan(0);
    undo();
    // In small steps, because a call that is on its way must not reach `refresh.timeout`.
    await expect.poll(() => world.clock.advance(500).then(() => status)).toBe(200);
  });
});

test('A new user gets a new session id, and the tokens of the user before are revoked', async () => {
  await using world = await openWorld({ store: memoryStore<User>() });
  const jar: Jar = new Map();
  const url = await world.startInstance();
  const page = fetchWith(jar);
  const signIn = (credentials: unknown) =>
    page(`${url}/auth/login`, { method: 'POST', body: JSON.stringify(credentials) });
  await signIn(ada);
  const planted = new Map(jar);
  await signIn(grace);

  expect(await (await page(`${url}/api/me`)).json()).toMatchObject({ username: 'grace' });
  const before = await fetchWith(planted)(`${url}/auth/refresh`, { method: 'POST' });
  expect(before.status).toBe(401);
  expect(world.logouts()).toBe(1);
});

test('A login that the API refuses tells the page why, and sets no cookie', async () => {
  await using world = await openWorld();
  const jar: Jar = new Map();
  const page = world.openPage(await world.startInstance(), jar);

  await expect(page.login({ ...ada, password: 'wrong' })).rejects.toMatchObject({
    code: 'ERR_LOGIN_FAILED',
    status: 401,
    verdict: 'invalidCredentials',
  });
  expect(jar.size).toBe(0);
});

test.each([
  ['with its length', (text: string) => text],
  ['in chunks', (text: string) => new Blob([text]).stream()],
])(
  'A login with more than 64 KiB of credentials, sent %s, gets 413 and does not reach the API',
  async (_, bodyOf) => {
    await using world = await openWorld();
    const url = await world.startInstance();
    const login = (size: number) => {
      const text = JSON.stringify({ ...ada, padding: 'x'.repeat(size) });
      const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: bodyOf(text), duplex: 'half' };
      return fetchWith(new Map())(`${url}/auth/login`, init);
    };
    const refused = await login(64 * 1024);

    expect(refused.status).toBe(413);
    expect(await refused.json()).toEqual({ error: 'content_too_large' });
    expect(world.api.requests).toEqual([]);
    expect((await login(60 * 1024)).status).toBe(200);
  },
);

test.each(['', 'no JSON', '{"username":'])('A login with the body %j gets 400', async (body) => {
  await using world = await openWorld();
  const url = await world.startInstance();
  const response = await fetchWith(new Map())(`${url}/auth/login`, { method: 'POST', body });

  expect([response.status, await response.json()]).toEqual([400, { error: 'invalid_request' }]);
});

describe('A request from another site', () => {
  test.each([
    ['by `Sec-Fetch-Site`', { 'sec-fetch-site': 'cross-site' }],
    ['by `Sec-Fetch-Site` of a sibling domain', { 'sec-fetch-site': 'same-site' }],
    ['by `Origin`', { origin: 'https://evil.example' }],
    ['by the missing `Origin` of a `POST`', {}],
  ])('is refused %s, before the session is read', async (_, headers) => {
    await using world = await openWorld();
    const url = await world.startInstance();
    const response = await fetch(`${url}/auth/login`, { method: 'POST', headers, body: JSON.stringify(ada) });

    expect(response.status).toBe(403);
    expect(world.api.requests).toEqual([]);
  });

  test('is accepted if the option `origins` names the site', async () => {
    const origin = 'https://app.example.com';
    await using world = await openWorld({ handler: { origins: [origin] } });
    const url = await world.startInstance();
    const headers = { origin, 'sec-fetch-site': 'same-site' };
    const response = await fetch(`${url}/auth/login`, { method: 'POST', headers, body: JSON.stringify(ada) });

    expect(response.status).toBe(200);
  });

  test.each([
    ['https://app.example.com', 'Expected `origins` to be an array of origins'],
    [['https://app.example.com/'], 'Expected `origins[0]` to be an origin such as `https://app.example.com`'],
    [['*'], 'Expected `origins[0]` to be an origin'],
  ])('cannot be allowed by %j', async (origins, message) => {
    await using world = await openWorld();
    const create = (): unknown =>
      Reflect.apply(sessionHandler, undefined, [world.createSessions(), { origins }]);

    expect(create).toThrow(message);
  });
});
