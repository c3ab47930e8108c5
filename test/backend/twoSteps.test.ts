import { describe, expect, test } from 'vitest';
import {
  cookieContract,
  isLoginChallengeError,
  memoryStore,
  restContract,
  twoStepLogin,
} from '../../src/index.ts';
import { webCookies } from '../../src/backend/index.ts';
import type { InterceptHandler } from '../../src/testing/index.ts';
import { ada, cookieHeader, fetchWith, openWorld, type Jar, type Step, type User } from './world.ts';

const code = { code: '482913' };

const apiContract = restContract<User, Step>({
  login: twoStepLogin({
    first: '/auth/login',
    second: '/auth/code',
    ticket: 'ticket',
    info: () => 'Enter the code from your app',
  }),
  refresh: '/auth/refresh',
  logout: '/auth/logout',
});

const isChallenge = (body: unknown): body is { readonly challenge: unknown } =>
  typeof body === 'object' && body !== null && 'challenge' in body;

const pageContract = cookieContract<User, Step>({
  login: twoStepLogin({
    first: 'auth/login',
    second: 'auth/login/second',
    ticket: 'isChallenged',
    info: (body) => (isChallenge(body) ? body.challenge : null),
  }),
  refresh: 'auth/refresh',
  logout: 'auth/logout',
  errorCodes: { login_challenge_expired: 'sessionRevoked' },
});

/** An API that requires a code, and an instance whose sessions are in cookies or in a store. */
async function openTwoSteps(options: Parameters<typeof openWorld>[0] = {}) {
  const world = await openWorld({ server: apiContract, ...options });
  world.api.requireCode(code.code);
  const jar: Jar = new Map();
  const url = await world.startInstance();
  const post = (path: string, body: unknown) =>
    fetchWith(jar)(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  const page = world.openPage(url, jar, pageContract);
  return { world, jar, url, post, page, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

/** Makes the first step, and returns what the form shows. */
async function challengeOf(login: Promise<unknown>): Promise<unknown> {
  const error = await login.catch((reason: unknown) => reason);
  return isLoginChallengeError(error) ? error.challenge : expect.fail(String(error));
}

describe.each([
  ['in the cookie', () => ({})],
  ['in a store', () => ({ store: memoryStore<User>() })],
])('A sign-in with two steps through a backend that keeps the session %s', (_, options) => {
  test('tells the page what to ask for, and signs in with the code', async () => {
    await using steps = await openTwoSteps(options());
    const { jar, page, world } = steps;
    const challenge = await challengeOf(page.login(ada));
    expect(challenge).toBe('Enter the code from your app');
    expect(page.getSnapshot()).toMatchObject({ isSignedIn: false, isChallenged: true });
    expect([...jar.keys()]).toEqual(['__Host-session-challenge']);

    expect(await page.login(code)).toMatchObject({ username: 'ada' });
    expect([...jar.keys()]).toEqual(['__Host-session']);
    expect(await page.api.get('api/me').json()).toMatchObject({ username: 'ada' });
    expect(world.api.requests.map(({ path }) => path)).toEqual(['/auth/login', '/auth/code', '/api/me']);
  });

  test('goes on in another instance', async () => {
    await using steps = await openTwoSteps(options());
    const { jar, post, world } = steps;
    await post('/auth/login', ada);
    const other = await world.startInstance();
    const second = await fetchWith(jar)(`${other}/auth/login/second`, {
      method: 'POST',
      body: JSON.stringify(code),
    });

    expect([second.status, await second.json()]).toMatchObject([200, { user: { username: 'ada' } }]);
  });
});

describe('The ticket of a sign-in with two steps', () => {
  test('does not reach the page, also not in an error', async () => {
    await using steps = await openTwoSteps();
    const { post, world } = steps;
    let ticket = '';
    const record: InterceptHandler = async (_request, next) => {
      const answer = await next();
      ticket = /"ticket":"([^"]+)"/.exec(await answer.clone().text())?.[1] ?? ticket;
      return answer;
    };
    world.api.intercept('login', record);
    const quote = () => Response.json({ error: ticket, message: ticket }, { status: 400 });
    const responses = [await post('/auth/login', ada)];
    world.api.intercept('login', quote);
    responses.push(await post('/auth/login/second', { code: '000000' }));

    expect(ticket).not.toBe('');
    for (const response of responses) {
      expect(await response.text()).not.toContain(ticket);
      expect(JSON.stringify([...response.headers])).not.toContain(ticket);
    }
  });

  test('stays after a wrong code, so that the user can enter another one', async () => {
    await using steps = await openTwoSteps();
    const { page } = steps;
    await challengeOf(page.login(ada));
    await expect(page.login({ code: '000000' })).rejects.toMatchObject({ verdict: 'invalidCredentials' });

    expect(await page.login(code)).toMatchObject({ username: 'ada' });
  });

  test('is kept for ten minutes; then the sign-in begins again', async () => {
    await using steps = await openTwoSteps();
    const { page, world } = steps;
    await challengeOf(page.login(ada));
    await world.clock.advance(10 * 60_000);
    await expect(page.login(code)).rejects.toMatchObject({
      status: 401,
      serverCode: 'login_challenge_expired',
    });
    expect(page.getSnapshot().isChallenged).toBe(false);
    await challengeOf(page.login(ada));

    expect(await page.login(code)).toMatchObject({ username: 'ada' });
  });

  test('is not used for another first step', async () => {
    await using steps = await openTwoSteps();
    const { jar, page, post, world } = steps;
    await challengeOf(page.login(ada));
    page.cancelLogin();
    world.api.requireCode(null);
    expect((await post('/auth/login', ada)).status).toBe(200);

    expect([...jar.keys()]).toEqual(['__Host-session']);
  });

  test.each([
    ['missing', () => undefined],
    ['that of a session', (jar: Jar) => jar.get('__Host-session')],
    ['changed', (jar: Jar) => `${jar.get('__Host-session-challenge')?.slice(0, -4)}AAAA`],
  ])('counts as expired if its cookie is %s', async (_, spoil) => {
    await using steps = await openTwoSteps();
    const { jar, post, world } = steps;
    world.api.requireCode(null);
    await post('/auth/login', ada);
    world.api.requireCode(code.code);
    await post('/auth/login', ada);
    const value = spoil(jar);
    if (value === undefined) jar.delete('__Host-session-challenge');
    else jar.set('__Host-session-challenge', value);
    const before = world.api.requests.length;

    expect((await post('/auth/login/second', code)).status).toBe(401);
    expect(world.api.requests).toHaveLength(before);
  });
});

test('Your own routes sign in with two steps, and the session before stays until the second one', async () => {
  await using steps = await openTwoSteps();
  const { jar, post, world } = steps;
  const sessions = world.createSessions();
  const run = async <Result>(task: (cookies: ReturnType<typeof webCookies>) => Promise<Result>) => {
    const cookies = webCookies(
      new Request('https://app.example.com', { headers: { cookie: cookieHeader(jar) } }),
    );
    const result = await task(cookies).catch((error: unknown) => error);
    return { result, response: cookies.applyTo(new Response()) };
  };
  world.api.requireCode(null);
  await post('/auth/login', ada);
  world.api.requireCode(code.code);
  const first = await run((cookies) => sessions.login(cookies, ada));
  expect(isLoginChallengeError(first.result)).toBe(true);
  expect(world.logouts()).toBe(0);
  const [header = ''] = first.response.headers.getSetCookie();
  expect(header).toMatch(
    /^__Host-session-challenge=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  jar.set('__Host-session-challenge', /=([^;]+)/.exec(header)?.[1] ?? '');
  const second = await run((cookies) => sessions.continueLogin(cookies, code));

  expect(second.result).toMatchObject({ username: 'ada' });
  expect(world.logouts()).toBe(1);
});
