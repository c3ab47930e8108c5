import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../src/index.ts';
import { createGate } from '../../referenceServer/authorities.ts';
import { openRefreshing, type User } from '../../requests/world.ts';
import { states } from './states.ts';
import { ada, openWorld, outcome, quiet, withLogout, type AppSession } from './world.ts';

const refusal: unknown = expect.objectContaining({
  code: 'ERR_SESSION_DISPOSED',
  name: 'SessionDisposedError',
});

/** All calls and requests that an application can make. */
const calls: readonly (readonly [string, (session: AppSession) => Promise<unknown>])[] = [
  ['login()', (session) => session.login(ada)],
  ['adopt()', (session) => session.adopt({ accessToken: 'got-elsewhere' })],
  ['refresh()', (session) => session.refresh()],
  ['accessToken()', (session) => session.accessToken()],
  ['api', (session) => session.api.get('api/me').json()],
  [
    'api with auth: required',
    (session) => session.api.get('api/me', { context: { auth: 'required' } }).json(),
  ],
  ['api with auth: none', (session) => session.api.get('api/public', { context: { auth: 'none' } }).json()],
  ['fetch', (session) => session.fetch('api/me')],
  ['fetch with auth: none', (session) => session.fetch('api/public', { context: { auth: 'none' } })],
  [
    'fetch with its own Authorization header',
    (session) => session.fetch('api/public', { headers: { authorization: 'Basic own' } }),
  ],
];

describe('A session that was disposed of', () => {
  test.each(states)(
    'in $name refuses waiting requests, sends nothing more and leaves no timer',
    async ({ reach, holds }) => {
      await using world = await openWorld();
      const { session, call, release } = await reach(world);
      const held =
        holds === true ? [outcome(session.api.get('api/me').json()), outcome(session.fetch('api/me'))] : [];
      await quiet(world);
      session.dispose();
      const sent = world.server.requests.filter(({ path }) => path !== '/api/public').length;
      release?.();
      await quiet(world);
      expect(world.clock.next()).toBeNull();
      expect(world.signals.isListenedTo()).toBe(false);
      await world.clock.advance(24 * 60 * 60 * 1000);
      await quiet(world);

      expect(await Promise.all(held)).toEqual(held.map(() => refusal));
      if (call !== undefined) expect(await call).toEqual(refusal);
      expect(world.server.requests.filter(({ path }) => path !== '/api/public')).toHaveLength(sent);
    },
  );

  test.each(calls)('refuses %s', async (_, call) => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const sent = world.server.requests.length;
    session.dispose();

    expect(await outcome(call(session))).toEqual(refusal);
    expect(world.server.requests).toHaveLength(sent);
  });

  test('cuts off requests in flight', async () => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const reached = createGate();
    const aborted = createGate();
    world.server.intercept('api', async (request, next) => {
      request.signal.addEventListener('abort', () => aborted.open());
      reached.open();
      await aborted.opened;
      return next();
    });
    const request = outcome(session.fetch('api/me'));
    await reached.opened;
    session.dispose();
    await aborted.opened;

    expect(await request).toEqual(refusal);
  });

  test('refuses a login whose grant is being stored', async () => {
    await using world = await openWorld();
    const session = world.start();
    const open = world.store.close('write');
    const login = outcome(session.login(ada));
    await quiet(world);
    session.dispose();
    open();

    expect(await login).toEqual(refusal);
  });

  test('rejects pending calls of `ready()`', async () => {
    await using world = await openWorld();
    world.store.close('read');
    const session = world.start();
    const ready = outcome(session.ready());
    session.dispose();

    expect(await ready).toEqual(refusal);
  });

  test('does nothing on `logout()`', async () => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    session.dispose();

    await expect(session.logout()).resolves.toBeUndefined();
    expect(world.server.counts().logout).toBe(0);
  });

  test('can be disposed of twice, without an event', async () => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const told: unknown[] = [];
    session.subscribe((view) => told.push(view));
    session.on('*', (event) => told.push(event));
    told.length = 0;
    session.dispose();
    session.dispose();
    world.signals.setOnline(false);

    expect(told).toEqual([]);
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'ada' } });
  });

  test('sends no refresh token for a contract that uses `http` late', async () => {
    await using world = await openWorld();
    const started = createGate();
    const late = createGate();
    const session = world.start({
      server: {
        ...withLogout,
        async refresh({ refreshToken, http }) {
          started.open();
          await late.opened;
          return http.post<{ accessToken: string }>('token', { json: { refreshToken } }).json();
        },
      },
    });
    await session.login(ada);
    const refresh = outcome(session.refresh());
    await started.opened;
    session.dispose();
    late.open();
    await quiet(world);

    expect(await refresh).toEqual(refusal);
    expect(world.server.counts().refresh).toBe(0);
  });

  test('leaves its session in the store for the next start', async () => {
    await using world = await openWorld();
    {
      using session = world.start();
      await session.login(ada);
    }
    using next = world.start();

    expect(await next.api.get('api/me').json()).toMatchObject({ username: 'ada' });
    expect(world.server.counts().login).toBe(1);
  });

  test('stores the tokens of a refresh in flight, since the server accepts the old ones no more', async () => {
    const store = memoryStore<User>();
    await using world = await openRefreshing({ store });
    expect(await store.read('session')).toMatchObject({ generation: 1 });
    world.session.dispose();
    world.refresh.open();

    await expect.poll(() => store.read('session')).toMatchObject({ generation: 2 });
  });

  test('ignores other sessions on its store', async () => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const other = world.start();
    session.dispose();
    await other.logout();
    await quiet(world);

    expect(session.getSnapshot().status).toBe('authenticated');
  });
});
