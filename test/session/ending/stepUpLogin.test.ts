import { describe, expect, test } from 'vitest';
import { cookieContract, loginChallenge, type SessionOptions } from '../../../src/index.ts';
import {
  ada,
  grace,
  openWorld,
  outcome,
  quiet,
  withLogout,
  type AppSession,
  type Credentials,
  type User,
  type World,
} from './world.ts';

const challenge = 'Bearer error="insufficient_user_authentication", max_age="300"';

/** Makes the server accept a transfer only with tokens of a sign-in that follows. */
function askForFreshSignIns({ server }: World): void {
  const strong = new Set<string>();
  server.intercept('login', async (_request, next) => {
    const response = await next();
    const [, token] = /"accessToken":"([^"]+)"/.exec(await response.clone().text()) ?? [];
    if (token !== undefined) strong.add(token);
    return response;
  });
  server.intercept('api', (request, next) => {
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
    const isTransfer = new URL(request.url).pathname === '/api/echo';
    return !isTransfer || strong.has(token)
      ? next()
      : new Response(null, { status: 401, headers: { 'www-authenticate': challenge } });
  });
}

const transfer = (session: AppSession) =>
  session.fetch('api/echo', { method: 'POST', body: JSON.stringify({ amount: 7 }) });

const untilAsked = (session: AppSession) =>
  expect.poll(() => session.getSnapshot().stepUp).toEqual({ acrValues: null, maxAge: 300 });

/** Ada is signed in, and a transfer of hers waits until she signs in again. */
async function asked(world: World, options: Partial<SessionOptions<User, Credentials>> = {}) {
  const session = world.start({
    refresh: { proactive: false, cooldown: 0 },
    hold: { whileStepUp: 60_000 },
    ...options,
  });
  await session.login(ada);
  askForFreshSignIns(world);
  const held = outcome(transfer(session));
  await untilAsked(session);
  return { session, held };
}

async function status(held: Promise<unknown>): Promise<unknown> {
  const settled = await held;
  return settled instanceof Response ? settled.status : settled;
}

describe('A user who signs in again because the server asks for it', () => {
  test('continues the session, and the request that waited is sent', async () => {
    await using world = await openWorld();
    const { session, held } = await asked(world);
    const before = session.getSnapshot();
    const { sessionId } = session.actor.getSnapshot().context;
    const told: string[] = [];
    session.on('*', ({ type }) => told.push(type));

    expect(await session.login(ada)).toEqual({ username: 'ada' });
    expect(await status(held)).toBe(200);
    expect(session.actor.getSnapshot().context).toMatchObject({ sessionId, generation: 2 });
    expect(session.getSnapshot()).toMatchObject({ identity: before.identity, stepUp: null, error: null });
    expect(session.getSnapshot().user).toBe(before.user);
    expect(told).toEqual(['session.refreshed']);
    expect(world.server.counts().logout).toBe(0);
  });

  test('can go on working while the server checks the password, even if the tokens are refreshed', async () => {
    await using world = await openWorld();
    const { session, held } = await asked(world);
    const dam = world.dam('login');
    const login = session.login(ada);
    await dam.reached;
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', isSigningIn: true });
    await session.refresh();
    expect((await session.fetch('api/me')).status).toBe(200);
    expect(session.getSnapshot()).toMatchObject({ isSigningIn: true, stepUp: { maxAge: 300 } });
    dam.open();
    await login;

    expect(await status(held)).toBe(200);
    expect(session.getSnapshot()).toMatchObject({ isSigningIn: false, stepUp: null });
  });

  test('can try again after a wrong password, which leaves the session as it was', async () => {
    await using world = await openWorld();
    const { session, held } = await asked(world);
    const token = await session.accessToken();
    const wrong = outcome(session.login({ ...ada, password: 'byron' }));

    expect(await wrong).toMatchObject({ code: 'ERR_LOGIN_FAILED', status: 401 });
    expect(session.getSnapshot()).toMatchObject({
      status: 'authenticated',
      isSigningIn: false,
      error: { code: 'ERR_LOGIN_FAILED', status: 401 },
      stepUp: { maxAge: 300 },
    });
    expect(await session.accessToken()).toBe(token);
    await session.login(ada);
    expect(await status(held)).toBe(200);
    expect(session.getSnapshot().error).toBeNull();
  });

  test('cannot sign in as another user: the new tokens are revoked, and the session stays', async () => {
    await using world = await openWorld();
    const { session, held } = await asked(world);
    const token = await session.accessToken();
    const stored = await world.store.text();

    expect(await outcome(session.login(grace))).toMatchObject({
      code: 'ERR_LOGIN_FAILED',
      verdict: 'subjectMismatch',
      message: 'Signing in failed: expected the user who is signed in, got another user or none',
    });
    await expect.poll(() => world.server.counts().logout).toBe(1);
    expect(session.getSnapshot()).toMatchObject({
      status: 'authenticated',
      user: { username: 'ada' },
      error: { verdict: 'subjectMismatch' },
    });
    expect(await session.accessToken()).toBe(token);
    expect(await world.store.text()).toBe(stored);
    expect(world.asked('/api/echo')).toBe(1);
    session.cancelStepUp();
    expect(await status(held)).toBe(401);
  });

  test('may have to take a second step, with the ticket of the first', async () => {
    const tickets: unknown[] = [];
    const server: typeof withLogout = {
      ...withLogout,
      login(call) {
        const isFirst = call.challenge === null && world.server.counts().login > 0 && tickets.length < 3;
        tickets.push(call.challenge);
        if (isFirst && tickets.length > 1) return Promise.resolve(loginChallenge(null, 'the ticket'));
        return withLogout.login?.(call) ?? Promise.reject(new Error('There is no `login`'));
      },
    };
    await using world = await openWorld({ server });
    const { session, held } = await asked(world);

    expect(await outcome(session.login(ada))).toMatchObject({ code: 'ERR_LOGIN_CHALLENGE' });
    expect(session.getSnapshot()).toMatchObject({ isSignedIn: true, isChallenged: true, isSigningIn: false });
    await session.refresh();
    expect(session.getSnapshot().isChallenged).toBe(true);
    await session.login(ada);
    expect(await status(held)).toBe(200);
    expect(tickets).toEqual([null, null, 'the ticket']);
    expect(session.getSnapshot().isChallenged).toBe(false);
  });

  test('is signed out if the password of another user has replaced the cookies of the session', async () => {
    const server = cookieContract<User, Credentials>({ login: 'login', refresh: 'token', logout: 'logout' });
    await using world = await openWorld({ server });
    world.server.intercept('login', async (request) => {
      const { username } = (await request.json()) as Credentials;
      return Response.json({ user: { username } });
    });
    world.server.intercept('logout', () => new Response(null, { status: 204 }));
    world.server.intercept(
      'api',
      () => new Response(null, { status: 401, headers: { 'www-authenticate': challenge } }),
    );
    const session = world.start({ hold: { whileStepUp: 60_000 } });
    await session.login(ada);
    const held = outcome(transfer(session));
    await untilAsked(session);

    expect(await outcome(session.login(grace))).toMatchObject({ verdict: 'subjectMismatch' });
    expect(await held).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
    await expect.poll(() => world.server.counts().logout).toBe(1);
  });
});

describe('A sign-in while a user is signed in', () => {
  test('is refused unless the server has asked for it', async () => {
    await using world = await openWorld();
    const { session, held } = await asked(world);
    session.cancelStepUp();

    expect(await status(held)).toBe(401);
    expect(await outcome(session.login(ada))).toMatchObject({ code: 'ERR_ALREADY_AUTHENTICATED' });
  });

  test('is overtaken by a logout, and its tokens are revoked', async () => {
    await using world = await openWorld();
    const { session, held } = await asked(world);
    const dam = world.dam('login');
    const login = outcome(session.login(ada));
    await dam.reached;
    await session.logout();
    dam.open();

    expect(await login).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    expect(await held).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    await expect.poll(() => world.server.counts().logout).toBe(2);
    expect(session.getSnapshot().status).toBe('loggedOut');
  });

  test('continues after `cancelStepUp()`, since its new tokens are as good as the old ones', async () => {
    await using world = await openWorld();
    const { session, held } = await asked(world);
    const dam = world.dam('login');
    const login = session.login(ada);
    await dam.reached;
    session.cancelStepUp();
    expect(await status(held)).toBe(401);
    dam.open();

    expect(await login).toEqual({ username: 'ada' });
    expect((await transfer(session)).status).toBe(200);
  });
});

describe('Two tabs with requests that wait for the same sign-in', () => {
  async function twoTabs(world: World) {
    const store = { ...world.store, isPrivate: false };
    const one = await asked(world, { store });
    const session = world.start({ store, hold: { whileStepUp: 60_000 }, refresh: { proactive: false } });
    const other = { session, held: outcome(transfer(session)) };
    await untilAsked(session);
    return { one, other };
  }

  test('are both sent when the user signs in again in one of them', async () => {
    await using world = await openWorld();
    const { one, other } = await twoTabs(world);
    await one.session.login(ada);
    await other.session.fetch('api/me');

    expect(await status(one.held)).toBe(200);
    expect(await status(other.held)).toBe(200);
    expect(world.asked('/api/echo')).toBe(4);
    expect(other.session.getSnapshot().stepUp).toBeNull();
  });

  test('are not sent when one of them refreshes, which is no sign-in', async () => {
    await using world = await openWorld();
    const { one, other } = await twoTabs(world);
    const before = await one.session.accessToken();
    await one.session.refresh();
    expect(await other.session.accessToken()).not.toBe(before);
    await quiet(world);

    expect(world.asked('/api/echo')).toBe(2);
    expect(other.session.getSnapshot().stepUp).toEqual({ acrValues: null, maxAge: 300 });
    await other.session.login(ada);
    expect(await status(other.held)).toBe(200);
  });
});
