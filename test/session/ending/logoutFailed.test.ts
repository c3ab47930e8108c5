import { describe, expect, test } from 'vitest';
import { createGate } from '../../referenceServer/authorities.ts';
import { answers, exhaust, logouts, signedIn } from './logouts.ts';
import {
  ada,
  grace,
  inState,
  openWorld,
  outcome,
  quiet,
  stateOf,
  withoutLogout,
  type AppSession,
} from './world.ts';

describe('A logout that the server refuses', () => {
  test.each([
    [401, 401],
    [403, null],
    [404, null],
  ])('with %i is reported with its status, and not repeated', async (status, code) => {
    await using world = await openWorld();
    const { session, told, stamp } = await signedIn(world);
    world.server.intercept('logout', answers(status));
    await session.logout();
    await exhaust(world, session);

    const explanation: unknown = status === 401 ? undefined : expect.stringMatching(/^POST http\S+\/logout/);
    expect(told).toEqual([
      { type: 'session.logoutFailed', ...stamp, at: world.clock.now(), status, code, explanation },
    ]);
    expect(logouts(world)).toBe(1);
    expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null, error: null });
  });

  test('with a code that the contract knows is reported with the code', async () => {
    await using world = await openWorld();
    const { session, told } = await signedIn(world);
    world.server.intercept('logout', () => Response.json({ error: 'revoked' }, { status: 403 }));
    await session.logout();

    expect(told).toEqual([expect.objectContaining({ status: 403, code: 'revoked' })]);
  });
});

describe('A logout that does not reach the server', () => {
  test.each([
    ['is down', () => Response.error(), null],
    ['answers 503', answers(503), 503],
    ['answers 429', answers(429), 429],
    ['answers with a proxy’s page', () => new Response('<html>', { status: 502 }), 502],
  ] as const)(
    'because the server %s is repeated, and reported once the attempts are used up',
    async (_, answer, status) => {
      await using world = await openWorld();
      const { session, told } = await signedIn(world);
      world.server.intercept('logout', answer);
      await session.logout();
      expect(stateOf(session)).toBe('loggedOut.backingOff');
      expect(told).toEqual([]);
      await exhaust(world, session);

      expect(logouts(world)).toBe(4);
      expect(told).toEqual([expect.objectContaining({ type: 'session.logoutFailed', status })]);
    },
  );

  test('waits for `Retry-After`, and reports nothing if the server then accepts', async () => {
    await using world = await openWorld();
    const { session, told } = await signedIn(world);
    world.server.intercept('logout', answers(503, { 'retry-after': '60' }), { times: 1 });
    await session.logout();
    await world.clock.advance(59_000);
    await quiet(world);
    expect(logouts(world)).toBe(1);
    await world.clock.advance(1_000);
    await inState(session, 'loggedOut.idle');

    expect(logouts(world)).toBe(2);
    expect(told).toEqual([]);
  });

  test('because it is not answered in time is repeated', async () => {
    await using world = await openWorld();
    const { session } = await signedIn(world);
    const dam = world.dam('logout');
    const leaving = session.logout();
    await dam.reached;
    await world.clock.advance(8_000);
    await leaving;
    dam.open();
    await exhaust(world, session);

    expect(logouts(world)).toBe(2);
  });

  test('because the network is lost is repeated when the network is back', async () => {
    await using world = await openWorld();
    const { session, told } = await signedIn(world);
    const undo = world.server.intercept('logout', () => Response.error());
    world.signals.setOnline(false);
    await session.logout();
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await world.clock.advance(8_000);
      await quiet(world);
    }
    undo();
    world.signals.setOnline(true);
    await inState(session, 'loggedOut.idle');

    expect(told).toEqual([]);
  });

  test('of an earlier session is reported even if the user has signed in again', async () => {
    await using world = await openWorld();
    const { session, told, stamp } = await signedIn(world);
    const reached = createGate();
    const released = createGate();
    world.server.intercept('logout', async () => {
      reached.open();
      await released.opened;
      return new Response(null, { status: 503 });
    });
    void session.logout();
    await reached.opened;
    await session.login(grace);
    released.open();
    await expect.poll(() => told).toEqual([expect.objectContaining({ ...stamp, status: 503 })]);

    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'grace' } });
    expect(logouts(world)).toBe(1);
  });
});

describe('A sign-in after a logout', () => {
  test('does not cancel the call that tells the server', async () => {
    await using world = await openWorld();
    const { session, told } = await signedIn(world);
    const dam = world.dam('logout');
    const leaving = session.logout();
    const login = session.login(grace);
    await dam.reached;
    await login;
    dam.open();
    await leaving;

    expect(world.server.requests.filter(({ kind }) => kind === 'logout')).toMatchObject([{ status: 204 }]);
    expect(told).toEqual([]);
    expect(session.getSnapshot()).toMatchObject({ user: { username: 'grace' } });
  });

  test.each([
    ['a login', (session: AppSession) => session.login(grace)],
    ['an adopt', (session: AppSession) => session.adopt({ accessToken: 'new', user: { username: 'grace' } })],
  ] as const)('by %s during the pause tells the server once more', async (_, signIn) => {
    await using world = await openWorld();
    const { session, told } = await signedIn(world);
    world.server.intercept('logout', answers(503), { times: 1 });
    await session.logout();
    expect(stateOf(session)).toBe('loggedOut.backingOff');
    await signIn(session);
    await expect.poll(() => logouts(world)).toBe(2);
    await quiet(world);

    expect(told).toEqual([]);
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'grace' } });
  });
});

test('Tokens that come after a logout and cannot be revoked are reported', async () => {
  await using world = await openWorld();
  const session = world.start();
  const told: unknown[] = [];
  session.on('session.logoutFailed', (event) => told.push(event));
  world.server.intercept('logout', answers(500));
  const dam = world.dam('login');
  const login = outcome(session.login(ada));
  await dam.reached;
  await session.logout();
  dam.open();

  expect(await login).toMatchObject({ code: 'ERR_LOGGED_OUT' });
  await expect.poll(() => told).toEqual([expect.objectContaining({ status: 500 })]);
});

test('A session without a `logout` in its contract makes no call and reports nothing', async () => {
  await using world = await openWorld({ server: withoutLogout });
  const { session, told } = await signedIn(world);
  await session.logout();

  expect(stateOf(session)).toBe('loggedOut.idle');
  expect(told).toEqual([]);
});
