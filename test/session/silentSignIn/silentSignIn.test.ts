import { describe, expect, test } from 'vitest';
import { memoryStore, restContract, tokensInMemory, type SessionStore } from '../../../src/index.ts';
import { createGate } from '../../referenceServer/authorities.ts';
import { ada, createWorld, type User } from './world.ts';

describe('A session whose refresh token is in a cookie', () => {
  test('is signed in again after a reload, with an empty store and before the first request', async () => {
    await using world = await createWorld();
    await world.signInElsewhere();
    const { session, facts, whoAmI } = world.open();
    expect(session.getSnapshot()).toMatchObject({ status: 'anonymous', isRestoring: true });
    const name = whoAmI();
    await session.ready();

    expect(session.getSnapshot()).toMatchObject({
      status: 'authenticated',
      isRestoring: false,
      user: { username: 'ada' },
    });
    expect(await name).toBe('ada');
    expect(facts).toEqual(['session.authenticated']);
    expect(world.server.counts()).toEqual({ login: 1, refresh: 1, logout: 0, api: 1, refused: 0 });
  });

  test('has its tokens only in memory', async () => {
    await using world = await createWorld();
    const { session } = world.open();
    await session.login(ada);
    const accessToken = await session.accessToken();
    await session.refresh();
    const tokens = [accessToken, await session.accessToken(), ...(await world.cookie())];

    const stored = JSON.stringify(await world.stored());
    expect(stored).toContain('ada');
    for (const token of tokens) expect(stored).not.toContain(token);
  });

  test('is anonymous without a cookie, which is neither a failure nor an event', async () => {
    await using world = await createWorld();
    const { session, facts, state } = world.open();
    await session.ready();

    expect(session.getSnapshot()).toMatchObject({ status: 'anonymous', error: null, reason: null });
    expect(state()).toBe('anonymous.idle');
    expect(facts).toEqual([]);
    expect(world.server.counts()).toMatchObject({ refresh: 1 });
    expect(await session.login(ada)).toMatchObject({ username: 'ada' });
  });

  test('sends no field for the refresh token that no script has', async () => {
    await using world = await createWorld();
    const bodies: string[] = [];
    world.server.intercept('refresh', async (request, next) => {
      bodies.push(await request.clone().text());
      return next();
    });
    const { refresh } = restContract<User>({ refresh: 'auth/refresh' });
    const { session } = world.open({ contract: { ...(refresh !== undefined && { refresh }) } });
    await session.ready();

    expect(bodies).toEqual(['{}']);
  });

  test('asks the server only if the contract says `silentSignIn`', async () => {
    await using world = await createWorld();
    await world.signInElsewhere();
    const { session } = world.open({ contract: { silentSignIn: false } });
    await session.ready();

    expect(session.getSnapshot()).toMatchObject({ status: 'anonymous' });
    expect(world.server.counts()).toMatchObject({ refresh: 0 });
  });

  test('retries while the server cannot answer, and requests wait', async () => {
    await using world = await createWorld();
    await world.signInElsewhere();
    world.server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 2 });
    const { facts, session, state, whoAmI } = world.open();
    const name = whoAmI();
    for (const [calls, pause] of [
      [1, 250],
      [2, 500],
    ] as const) {
      await expect.poll(() => world.server.counts().refresh).toBe(calls);
      await expect.poll(state).toBe('anonymous.restoring.backingOff');
      expect(session.getSnapshot()).toMatchObject({ isRestoring: true, error: { status: 503 } });
      await world.clock.advance(pause);
    }

    expect(await name).toBe('ada');
    expect(facts).toEqual(['session.authenticated']);
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', error: null });
  });

  test('retries at once when the network is back', async () => {
    await using world = await createWorld();
    await world.signInElsewhere();
    world.server.intercept('refresh', () => Response.error(), { times: 1 });
    world.signals.setOnline(false);
    const { session, state } = world.open();
    await expect.poll(state).toBe('anonymous.restoring.backingOff');
    world.signals.setOnline(true);
    await session.ready();

    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated' });
  });

  test('gives up after `hold.timeout`, and reports the failure', async () => {
    await using world = await createWorld();
    await world.signInElsewhere();
    world.server.intercept('refresh', () => new Response(null, { status: 503 }));
    const { facts, session, state } = world.open({ hold: { timeout: 2_000 } });
    await expect.poll(state).toBe('anonymous.restoring.backingOff');
    await expect
      .poll(async () => {
        await world.clock.advance(100);
        return state();
      })
      .toBe('anonymous.idle');

    expect(session.getSnapshot()).toMatchObject({ isRestoring: false, error: { status: 503 } });
    expect(facts).toEqual(['session.refreshFailed']);
  });

  test('reports a path that does not exist, and does not repeat the call', async () => {
    await using world = await createWorld();
    world.server.intercept('refresh', () => Response.json({ message: 'Not found' }, { status: 404 }));
    const { facts, session } = world.open();
    await session.ready();

    expect(session.getSnapshot()).toMatchObject({ status: 'anonymous', error: { status: 404 } });
    expect(facts).toEqual(['session.refreshFailed']);
    expect(world.server.counts()).toMatchObject({ refresh: 1 });
  });

  test('ends with a logout while it is being restored, and the server revokes the cookie', async () => {
    await using world = await createWorld();
    await world.signInElsewhere();
    const gate = createGate();
    world.server.intercept('refresh', async (_request, next) => {
      await gate.opened;
      return next();
    });
    const { session } = world.open();
    await expect.poll(() => world.server.counts().refresh).toBe(1);
    const loggedOut = session.logout();
    expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
    gate.open();
    await loggedOut;

    expect(world.server.counts()).toMatchObject({ logout: 1 });
    expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut' });
    expect(await world.stored()).toMatchObject({ ended: 'loggedOut' });
    expect(await world.stored()).not.toHaveProperty('isPending');
    const { session: reloaded } = world.open();
    await reloaded.ready();
    expect(reloaded.getSnapshot()).toMatchObject({ status: 'anonymous' });
  });

  test('is not signed in again if the server does not know of the logout', async () => {
    await using world = await createWorld();
    const { session, state } = world.open();
    await session.login(ada);
    world.server.intercept('logout', () => new Response(null, { status: 503 }));
    await session.logout();
    expect(state()).toBe('loggedOut.backingOff');
    expect(await world.stored()).toMatchObject({ ended: 'loggedOut', isPending: true });
    const { session: reloaded, state: reloadedState } = world.open();
    await reloaded.ready();

    expect(reloadedState()).toBe('anonymous.idle');
    expect(world.server.counts()).toMatchObject({ refresh: 1 });
    await reloaded.login(ada);
    expect(reloaded.getSnapshot()).toMatchObject({ status: 'authenticated' });
  });

  test('is told to the server even if the user was not known here', async () => {
    await using world = await createWorld();
    await world.signInElsewhere();
    world.server.intercept('refresh', () => Response.json({}, { status: 404 }), { times: 1 });
    const { session, state } = world.open();
    await session.ready();
    expect(state()).toBe('anonymous.idle');
    await session.logout();

    expect(world.server.counts()).toMatchObject({ logout: 1 });
    expect(await world.stored()).not.toHaveProperty('isPending');
    expect(await world.cookie()).toEqual([]);
  });

  test('finds the user of a sign-in on another page, also after a logout here', async () => {
    await using world = await createWorld();
    const { session } = world.open();
    await session.login(ada);
    await session.logout();
    await world.signInElsewhere({ username: 'grace', password: 'hopper' });
    const { session: reloaded } = world.open();
    await reloaded.ready();

    expect(reloaded.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'grace' } });
  });
});

describe('Ten tabs that are opened at once', () => {
  test('sign in with one call, and each gets an access token of its own, one after another', async () => {
    await using world = await createWorld();
    await world.signInElsewhere();
    const tabs = Array.from({ length: 10 }, () => world.open());
    await Promise.all(tabs.map(({ session }) => session.ready()));
    expect(world.server.counts()).toMatchObject({ refresh: 1 });
    const ids = tabs.map(({ session }) => session.actor.getSnapshot().context.sessionId);
    expect(new Set(ids).size).toBe(1);

    expect(await Promise.all(tabs.map(({ whoAmI }) => whoAmI()))).toEqual(tabs.map(() => 'ada'));
    expect(world.server.counts()).toMatchObject({ refresh: 10, refused: 0 });
    expect(world.refusals()).toEqual([]);
    expect(new Set(await Promise.all(tabs.map(({ session }) => session.accessToken()))).size).toBe(10);
  });

  test('survive that all access tokens expire, many times', async () => {
    await using world = await createWorld();
    await world.signInElsewhere();
    const tabs = Array.from({ length: 10 }, () => world.open());
    for (let round = 0; round < 3; round += 1) {
      expect(await Promise.all(tabs.map(({ whoAmI }) => whoAmI()))).toEqual(tabs.map(() => 'ada'));
      await world.clock.advance(10_000);
      world.server.expireAccessTokens();
    }

    expect(world.server.counts()).toMatchObject({ refresh: 30 });
    expect(world.refusals().filter((code) => code !== 'accessTokenExpired')).toEqual([]);
  });

  test('learn of a sign-out in one of them, and of the next sign-in', async () => {
    await using world = await createWorld();
    await world.signInElsewhere();
    const tabs = Array.from({ length: 10 }, () => world.open());
    await Promise.all(tabs.map(({ whoAmI }) => whoAmI()));
    await tabs[3]?.session.logout();
    for (const { session } of tabs) {
      await expect.poll(() => session.getSnapshot().status).toBe('loggedOut');
    }
    expect(world.server.counts()).toMatchObject({ logout: 1 });

    await tabs[7]?.session.login({ username: 'grace', password: 'hopper' });
    for (const { session } of tabs) {
      await expect.poll(() => session.getSnapshot()).toMatchObject({ user: { username: 'grace' } });
    }
    expect(new Set(await Promise.all(tabs.map(({ whoAmI }) => whoAmI())))).toEqual(new Set(['grace']));
    expect(world.refusals()).toEqual([]);
  });
});

test('two tabs refresh one after another although the storage that they share was cleared', async () => {
  await using world = await createWorld();
  await world.signInElsewhere();
  let place = memoryStore<User>();
  const shared: SessionStore<User> = {
    ...place,
    isPrivate: false,
    read: (key) => place.read(key),
    update: (key, decide) => place.update(key, decide),
  };
  const tabs = [1, 2].map(() => world.open({ store: tokensInMemory(shared), refresh: { proactive: false } }));
  expect(await Promise.all(tabs.map(({ whoAmI }) => whoAmI()))).toEqual(['ada', 'ada']);
  await world.clock.advance(3_600_000);
  place = memoryStore();

  expect(await Promise.all(tabs.reverse().map(({ whoAmI }) => whoAmI()))).toEqual(['ada', 'ada']);
});
