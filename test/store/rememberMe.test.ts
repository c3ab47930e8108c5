import { describe, expect, test } from 'vitest';
import { createSession, rememberMe, webStorageStore, type SessionStore } from '../../src/index.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import { ada, openWorld, rejection, type Credentials, type User, type World } from '../requests/world.ts';
import { createFakeStorage } from './fakeStorage.ts';

const forgetful = (storage: Storage) => rememberMe(webStorageStore<User>(storage));

/** The same program, started again: its session reads the store of the one before. */
function restart({ server, clock }: World, store: SessionStore<User>, contract = rotating) {
  return createSession<User, Credentials>({
    baseUrl: server.url,
    server: contract,
    store,
    environment: { clock },
  });
}

describe('a session that is not to be remembered', () => {
  test('ends with the program where there are no cookies, and leaves no token in the store', async () => {
    const storage = createFakeStorage();
    await using world = await openWorld({ store: forgetful(storage), isSignedIn: false });
    await world.session.login(ada, { remember: false });
    await world.session.refresh();
    expect(storage.getItem('sessionchart:session')).toContain('"remember":false');
    world.session.dispose();

    using later = restart(world, forgetful(storage));
    expect(later.getSnapshot()).toMatchObject({ status: 'anonymous', user: null, isRestoring: false });
    expect(storage.getItem('sessionchart:session')).toMatch(/"ended":"loggedOut"/);
    expect(storage.getItem('sessionchart:session')).not.toContain('Token');
    await later.login(ada);
    expect(later.getSnapshot().isSignedIn).toBe(true);
  });

  test('is not brought back by a silent sign-in with a cookie of the server', async () => {
    const storage = createFakeStorage();
    await using world = await openWorld({ store: forgetful(storage), isSignedIn: false });
    await world.session.login(ada, { remember: false });
    world.session.dispose();

    using later = restart(world, forgetful(storage), { ...rotating, silentSignIn: true });
    await later.ready();
    expect(later.getSnapshot()).toMatchObject({ status: 'anonymous', isRestoring: false });
    expect(world.server.counts().refresh).toBe(0);
  });

  test('stays so if it expires and continues with adopted tokens', async () => {
    const storage = createFakeStorage();
    await using world = await openWorld({ store: forgetful(storage), isSignedIn: false });
    const { session, server } = world;
    const user = await session.login(ada, { remember: false });
    server.expireRefreshTokens();
    await rejection(session.refresh());
    expect(session.getSnapshot().status).toBe('expired');
    await session.adopt({ accessToken: 'from-a-native-shell', user: user ?? undefined });
    expect(session.getSnapshot()).toMatchObject({ isSignedIn: true, user });
    session.dispose();

    using later = restart(world, forgetful(storage));
    expect(later.getSnapshot()).toMatchObject({ status: 'anonymous', user: null });
    expect(storage.getItem('sessionchart:session')).not.toContain('Token');
  });

  test('is shared by the sessions of one store, and continues after a sign-in that follows it', async () => {
    const store = forgetful(createFakeStorage());
    await using world = await openWorld({ store, isSignedIn: false });
    await world.session.login(ada, { remember: false });
    using other = restart(world, store);

    expect(other.getSnapshot().isSignedIn).toBe(true);
    await other.logout();
    await other.login(ada);
    using third = restart(world, store);
    expect(third.getSnapshot().isSignedIn).toBe(true);
  });
});

test.each([
  ['by default', {}],
  ['by choice', { remember: true }],
])('A session is remembered %s', async (_name, options) => {
  const storage = createFakeStorage();
  await using world = await openWorld({ store: forgetful(storage), isSignedIn: false });
  await world.session.login(ada, options);
  world.session.dispose();

  using later = restart(world, forgetful(storage));
  expect(later.getSnapshot().user).toMatchObject({ username: 'ada' });
});

test('A store that cannot forget a session refuses to start one, and nothing is sent', async () => {
  await using world = await openWorld({ isSignedIn: false });

  expect(await rejection(world.session.login(ada, { remember: false }))).toMatchObject({
    code: 'ERR_INVALID_OPTION',
    option: 'remember',
    message: 'Expected `remember` to be `true`, or the store to be `rememberMe(store)`, got false',
  });
  expect(world.server.counts().login).toBe(0);
});

test('`remember` is true or false', async () => {
  await using world = await openWorld({ store: forgetful(createFakeStorage()), isSignedIn: false });

  // @ts-expect-error: a form without types may pass it
  expect(await rejection(world.session.login(ada, { remember: 'on' }))).toMatchObject({
    message: 'Expected `remember` to be true or false, got a string of 2 characters',
  });
});
