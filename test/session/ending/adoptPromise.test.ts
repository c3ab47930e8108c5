import { describe, expect, test } from 'vitest';
import { LoginFailedError } from '../../../src/index.ts';
import { createGate } from '../../referenceServer/authorities.ts';
import { states } from './states.ts';
import { ada, grace, lifetime, openWorld, outcome, quiet, stateOf, type User, type World } from './world.ts';
import type { Grant } from '../../../src/index.ts';

/** Returns tokens as a redirect does: once `arrive` was called. */
async function tokensLater({ server: { accounts } }: World, { username, password }: typeof ada) {
  const account = await accounts.verifyPassword(username, password);
  if (account === undefined) throw new Error(`There is no user ${username}`);
  const grant: Grant<User> = {
    accessToken: await accounts.issueAccessToken(account),
    refreshToken: await accounts.issueRefreshToken(account),
    expiresIn: lifetime / 1000,
    user: { username },
  };
  const { opened, open: arrive } = createGate();
  return { grant, arriving: opened.then(() => grant), arrive };
}

describe('Adopting a promise', () => {
  test.each(states.filter(({ name }) => /^(?:anonymous\.[is]|expired|loggedOut)/.test(name)))(
    'shows a sign-in until the tokens arrive, in $name',
    async ({ reach }) => {
      await using world = await openWorld();
      const { session, call, release } = await reach(world);
      const { arriving, arrive } = await tokensLater(world, grace);
      const adopting = session.adopt(arriving);
      release?.();
      await expect.poll(() => session.getSnapshot().isSigningIn).toBe(true);
      arrive();
      await adopting;
      await call;

      expect(session.getSnapshot()).toMatchObject({
        status: 'authenticated',
        isSigningIn: false,
        user: { username: 'grace' },
      });
      expect(await session.api.get('api/me').json()).toMatchObject({ username: 'grace' });
    },
  );

  test('waits until the store has been read, and continues the session in it', async () => {
    await using world = await openWorld();
    const before = world.start();
    await before.login(ada);
    const { sessionId } = before.actor.getSnapshot().context;
    before.dispose();
    const open = world.store.close('read');
    const session = world.start();
    const { arriving, arrive } = await tokensLater(world, ada);
    const adopting = session.adopt(arriving);
    await quiet(world);
    expect(stateOf(session)).toBe('anonymous.restoring.reading');
    open();
    await session.ready();
    arrive();
    await adopting;

    expect(session.actor.getSnapshot().context).toMatchObject({ sessionId, generation: 2 });
  });

  test('leaves an open session as it is until then, and continues that of the same user', async () => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const { sessionId } = session.actor.getSnapshot().context;
    const { grant, arriving, arrive } = await tokensLater(world, ada);
    const adopting = session.adopt(arriving);
    await quiet(world);
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', isSigningIn: false });
    arrive();
    await adopting;

    expect(session.actor.getSnapshot().context).toMatchObject({ sessionId, generation: 2 });
    expect(await session.accessToken()).toBe(grant.accessToken);
  });

  test('continues the session that began elsewhere in the meantime, and revokes nothing', async () => {
    await using world = await openWorld();
    const session = world.start();
    const { arriving, arrive } = await tokensLater(world, ada);
    const adopting = session.adopt(arriving);
    await session.adopt((await tokensLater(world, ada)).grant);
    const { sessionId } = session.actor.getSnapshot().context;
    const { identity } = session.getSnapshot();
    arrive();
    await adopting;
    await quiet(world);

    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', identity, isSigningIn: false });
    expect(session.actor.getSnapshot().context).toMatchObject({ sessionId, generation: 2 });
    expect(world.server.counts().logout).toBe(0);
  });

  test('is undone by a sign-out in the meantime: the tokens are revoked when they arrive', async () => {
    await using world = await openWorld();
    const session = world.start();
    const { arriving, arrive } = await tokensLater(world, ada);
    const adopting = outcome(session.adopt(arriving));
    await session.logout();
    arrive();

    expect(await adopting).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    await expect.poll(() => world.server.counts().logout).toBe(1);
    expect(stateOf(session)).toBe('loggedOut.idle');
  });

  test.each([null, ada])(
    'is undone by a sign-out although grace has signed in since (before: %j)',
    async (before) => {
      await using world = await openWorld();
      const session = world.start();
      if (before !== null) await session.login(before);
      const { arriving, arrive } = await tokensLater(world, ada);
      const adopting = outcome(session.adopt(arriving));
      await session.logout();
      await session.login(grace);
      const { logout } = world.server.counts();
      arrive();

      expect(await adopting).toMatchObject({ code: 'ERR_LOGGED_OUT' });
      await expect.poll(() => world.server.counts().logout).toBe(logout + 1);
      expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'grace' } });
    },
  );

  test.each([
    [
      'an error of this library',
      () =>
        Promise.reject(
          new LoginFailedError({ status: 400, serverCode: 'access_denied', verdict: 'invalidCredentials' }),
        ),
      { code: 'ERR_LOGIN_FAILED', serverCode: 'access_denied' },
      'ERR_LOGIN_FAILED',
    ],
    ['an error of your code', () => Promise.reject(new RangeError('secret')), null, undefined],
    [
      'a grant with a line break',
      () => Promise.resolve({ accessToken: 'a\nb' }),
      { code: 'ERR_MALFORMED_GRANT' },
      'ERR_MALFORMED_GRANT',
    ],
  ])('that ends with %s rejects with it, and the next sign-in works', async (_, arriving, shown, code) => {
    await using world = await openWorld();
    const session = world.start();
    const error = await outcome(session.adopt(arriving()));

    expect(error).toMatchObject(code === undefined ? { name: 'RangeError' } : { code });
    const { error: failure, isSigningIn } = session.getSnapshot();
    expect({ failure, isSigningIn }).toMatchObject({ failure: shown, isSigningIn: false });
    expect(await session.login(ada)).toEqual({ username: 'ada' });
  });
});
