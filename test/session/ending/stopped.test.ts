import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createGate } from '../../referenceServer/authorities.ts';
import { states } from './states.ts';
import { ada, openWorld, outcome, quiet, withLogout, type AppSession, type World } from './world.ts';

const refusal: unknown = expect.objectContaining({
  code: 'ERR_SESSION_STOPPED',
  name: 'SessionStoppedError',
  message: expect.stringContaining('createSession()') as unknown,
});

const calls: readonly (readonly [string, (session: AppSession) => Promise<unknown>])[] = [
  ['login()', (session) => session.login(ada)],
  ['adopt()', (session) => session.adopt({ accessToken: 'got-elsewhere' })],
  ['refresh()', (session) => session.refresh()],
  ['accessToken()', (session) => session.accessToken()],
  ['ready()', (session) => session.ready()],
  ['api', (session) => session.api.get('api/me').json()],
  ['fetch', (session) => session.fetch('api/me')],
];

/** The secret in the error of the clock, and the error that is reported. */
const canary = 'a-secret-of-the-clock';
const failure = {
  name: 'RangeError',
  message: '`session.actor` failed; the message is withheld: it may hold a secret',
};

/** Starts a session with an injected clock that throws once when it is told to. */
async function startWithBrokenClock(world: World): Promise<{ session: AppSession; breakClock: () => void }> {
  const reported = vi.spyOn(console, 'error').mockReturnValue();
  onTestFinished(() => reported.mockRestore());
  let isBroken = false;
  const session = world.start({
    environment: {
      clock: {
        now: () => world.clock.now(),
        schedule(callback, delay) {
          if (!isBroken) return world.clock.schedule(callback, delay);
          isBroken = false;
          throw new RangeError(canary);
        },
      },
    },
  });
  await session.login(ada);
  return {
    session,
    breakClock() {
      isBroken = true;
      session.actor.send({ type: 'clock.woke', at: world.clock.now(), dueAt: world.clock.now() + 1_000 });
      expect(reported).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(failure));
      expect(inspect(reported.mock.calls)).not.toContain(canary);
    },
  };
}

describe('A session whose machine was stopped by the application', () => {
  test.each(states)('in $name refuses waiting and new requests', async ({ reach, holds }) => {
    await using world = await openWorld();
    const { session, call, release } = await reach(world);
    const held =
      holds === true
        ? [
            outcome(session.api.get('api/me').json()),
            outcome(session.fetch('api/me')),
            outcome(session.ready()),
          ]
        : [];
    await quiet(world);
    // `ready()` resolves at once if the store has been read.
    const isRestoring = session.getSnapshot().isRestoring;
    session.actor.stop();

    const results = await Promise.all(held);
    expect(isRestoring ? results : results.slice(0, 2)).toEqual(
      (isRestoring ? held : held.slice(0, 2)).map(() => refusal),
    );
    if (call !== undefined) expect(await call).toEqual(refusal);
    release?.();
    await quiet(world);
    expect(await outcome(session.fetch('api/me'))).toEqual(refusal);
    expect(world.asked('/api/me')).toBe(0);
  });

  test.each(calls)('refuses %s', async (_, call) => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const sent = world.server.requests.length;
    session.actor.stop();

    expect(await outcome(call(session))).toEqual(refusal);
    expect(world.server.requests).toHaveLength(sent);
  });

  test('cuts off requests in flight', async () => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const [reached, aborted] = [createGate(), createGate()];
    world.server.intercept('api', async (request, next) => {
      request.signal.addEventListener('abort', () => aborted.open());
      reached.open();
      await aborted.opened;
      return next();
    });
    const request = outcome(session.fetch('api/me'));
    await reached.opened;
    session.actor.stop();
    await aborted.opened;

    expect(await request).toEqual(refusal);
  });

  test('shows no user, and completes its subscriptions', async () => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const told: unknown[] = [];
    const complete = vi.fn();
    session.subscribe({ next: ({ status, user, error }) => told.push({ status, user, error }), complete });
    told.length = 0;
    session.actor.stop();

    const error = { code: 'ERR_SESSION_STOPPED', status: null, serverCode: null };
    expect(told).toEqual([{ status: 'anonymous', user: null, error }]);
    expect(complete).toHaveBeenCalledOnce();
    expect(world.signals.isListenedTo()).toBe(false);
    const late = vi.fn();
    session.subscribe({ complete: late });
    expect(late).toHaveBeenCalledOnce();
  });

  test.each(states.filter(({ hasTokens }) => hasTokens === true))(
    'in $name can still be signed out by logout(), in the store and at the server',
    async ({ reach }) => {
      await using world = await openWorld();
      const { session, release } = await reach(world);
      session.actor.stop();
      release?.();
      await session.logout();
      await session.logout();

      expect(await world.store.text()).toContain('"ended":"loggedOut"');
      expect(world.server.counts().logout).toBe(1);
      expect(session.getSnapshot()).toMatchObject({ status: 'anonymous', user: null });
    },
  );

  test('keeps the stored session for the next one', async () => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    session.actor.stop();

    expect(await world.start().api.get('api/me').json()).toMatchObject({ username: 'ada' });
  });
});

describe('A session whose machine has failed', () => {
  test('reports the error without its message, and sends nothing more', async () => {
    await using world = await openWorld({ server: withLogout });
    const { session, breakClock } = await startWithBrokenClock(world);
    breakClock();

    expect(await outcome(session.fetch('api/me'))).toEqual(refusal);
    expect(await outcome(session.login(ada))).toEqual(refusal);
    expect(world.asked('/api/me')).toBe(0);
    expect(session.getSnapshot()).toMatchObject({ status: 'anonymous', user: null });
  });

  test('ends the stored session by logout()', async () => {
    await using world = await openWorld();
    const { session, breakClock } = await startWithBrokenClock(world);
    breakClock();
    await session.logout();

    expect(await world.store.text()).toContain('"ended":"loggedOut"');
    expect(world.server.counts().logout).toBe(1);
  });
});
