import { describe, expect, test } from 'vitest';
import { createGate } from '../../referenceServer/authorities.ts';
import {
  ada,
  grace,
  openWorld,
  outcome,
  quiet,
  stateOf,
  withLogout,
  withoutLogout,
  type AppSession,
} from './world.ts';

/** What can replace a login while its response is pending, and the view afterwards. */
const overtakers = [
  {
    what: 'a logout',
    code: 'ERR_LOGGED_OUT',
    overtake: (session: AppSession) => session.logout(),
    after: { status: 'loggedOut', user: null },
  },
  {
    what: 'a second login',
    code: 'ERR_IDENTITY_CHANGED',
    overtake: (session: AppSession) => session.login(grace),
    after: { status: 'authenticated', user: { username: 'grace' } },
  },
  {
    what: 'an adopt',
    code: 'ERR_IDENTITY_CHANGED',
    overtake: (session: AppSession) =>
      session.adopt({ accessToken: 'got-elsewhere', user: { username: 'grace' } }),
    after: { status: 'authenticated', user: { username: 'grace' } },
  },
] as const;

const contracts = [
  { contract: 'with a logout', server: withLogout },
  { contract: 'without a logout', server: withoutLogout },
] as const;

describe('A login', () => {
  test.each(contracts.flatMap((one) => overtakers.map((other) => ({ ...one, ...other }))))(
    'replaced by $what is discarded, in a contract $contract: $code',
    async ({ server, code, overtake, after }) => {
      await using world = await openWorld({ server });
      const session = world.start();
      const dam = world.dam('login');
      const first = outcome(session.login(ada));
      await dam.reached;
      const second = overtake(session);
      dam.open();
      await second;
      await quiet(world);

      expect(await first).toMatchObject({ code });
      expect(session.getSnapshot()).toMatchObject({ ...after, isSigningIn: false });
      expect(await world.store.text()).not.toContain('"ada"');
    },
  );

  test.each(overtakers.filter(({ what }) => what !== 'a second login'))(
    'replaced by $what during its write leaves no trace in the store',
    async ({ what, code, overtake, after }) => {
      await using world = await openWorld();
      const session = world.start();
      const open = world.store.close('write');
      const first = outcome(session.login(ada));
      await quiet(world);
      const second = overtake(session);
      open();
      await second;
      await quiet(world);

      expect(await first).toMatchObject({ code });
      expect(session.getSnapshot()).toMatchObject(after);
      expect(await world.store.text()).not.toContain('"ada"');
      // A logout revokes the new session. An `adopt` replaces it, like any open session.
      expect(world.server.counts().logout).toBe(what === 'a logout' ? 1 : 0);
    },
  );

  test('is already a session during its write: a second login is refused', async () => {
    await using world = await openWorld();
    const session = world.start();
    const open = world.store.close('write');
    const first = session.login(ada);
    await quiet(world);
    const second = outcome(session.login(grace));
    open();

    expect(await second).toMatchObject({ code: 'ERR_ALREADY_AUTHENTICATED' });
    expect(await first).toEqual({ username: 'ada' });
    expect(await world.store.text()).toContain('"ada"');
  });

  test('replaced by an adopt is revoked when its response arrives, and the adopted session stays', async () => {
    await using world = await openWorld();
    const session = world.start();
    const dam = world.dam('login');
    const first = outcome(session.login(ada));
    await dam.reached;
    await session.adopt({ accessToken: 'got-elsewhere' });
    dam.open();
    await expect.poll(() => world.server.counts().logout).toBe(1);

    expect(await first).toMatchObject({ code: 'ERR_IDENTITY_CHANGED' });
    expect(await session.accessToken()).toBe('got-elsewhere');
  });

  test.each([
    ['an error', new Error('The user has left')],
    ['nothing', undefined],
  ])('aborted by its signal, with %s, ends at once', async (_, reason) => {
    await using world = await openWorld();
    const session = world.start();
    const dam = world.dam('login');
    const controller = new AbortController();
    const login = outcome(session.login(ada, { signal: controller.signal }));
    await dam.reached;
    controller.abort(reason);

    expect(await login).toBe(controller.signal.reason);
    dam.open();
    await quiet(world);
    expect(stateOf(session)).toBe('anonymous.idle');
    expect(session.getSnapshot().error).toBeNull();
    expect(await world.store.text()).toBe('null');
  });

  test('whose signal is already aborted is never sent', async () => {
    await using world = await openWorld();
    const session = world.start();

    await expect(session.login(ada, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(world.server.counts().login).toBe(0);
    expect(stateOf(session)).toBe('anonymous.idle');
  });

  test('replaced by the next one, ten times in a row, leaves the last', async () => {
    await using world = await openWorld();
    const session = world.start();
    const logins = Array.from({ length: 10 }, (_, n) => outcome(session.login(n === 9 ? grace : ada)));
    const results = await Promise.all(logins);
    await quiet(world);

    expect(results.slice(0, 9)).toEqual(
      Array.from({ length: 9 }, () => expect.objectContaining({ code: 'ERR_IDENTITY_CHANGED' }) as unknown),
    );
    expect(results[9]).toEqual({ username: 'grace' });
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'grace' } });
    expect(await world.store.text()).toContain('"grace"');
  });
});

describe('A login while a session is open', () => {
  test('is refused, and does not affect the session', async () => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const view = session.getSnapshot();

    await expect(session.login(grace)).rejects.toMatchObject({
      name: 'AlreadyAuthenticatedError',
      code: 'ERR_ALREADY_AUTHENTICATED',
    });
    expect(session.getSnapshot()).toBe(view);
    expect(world.server.counts().login).toBe(1);
  });

  test('is refused while the session is being refreshed', async () => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const dam = world.dam('refresh');
    const refresh = session.refresh();
    await dam.reached;

    await expect(session.login(grace)).rejects.toMatchObject({ code: 'ERR_ALREADY_AUTHENTICATED' });
    dam.open();
    await refresh;
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'ada' } });
  });

  test('is accepted after a logout, even before the server has responded', async () => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const told = createGate();
    world.server.intercept('logout', async (_request, next) => {
      await told.opened;
      return next();
    });
    const leaving = session.logout();

    expect(await session.login(grace)).toEqual({ username: 'grace' });
    told.open();
    await leaving;
    expect(await session.api.get('api/me').json()).toMatchObject({ username: 'grace' });
  });
});
