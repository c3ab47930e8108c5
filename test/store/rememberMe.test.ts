import { describe, expect, test, vi } from 'vitest';
import {
  createSession,
  rememberMe,
  webStorageStore,
  type SessionOptions,
  type SessionStore,
} from '../../src/index.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import { ada, openWorld, rejection, type Credentials, type User, type World } from '../requests/world.ts';
import { createFakeStorage } from './fakeStorage.ts';

const forgetful = (storage: Storage) => rememberMe(webStorageStore<User>(storage));

/** The same program, started again: its session reads the store of the one before. */
function restart(
  { server, clock }: World,
  store: SessionStore<User>,
  options: Partial<SessionOptions<User, Credentials>> = {},
) {
  return createSession<User, Credentials>({
    baseUrl: server.url,
    server: rotating,
    store,
    environment: { clock },
    ...options,
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
    const left = storage.getItem('sessionchart:session');
    expect(left).not.toContain('Token');
    expect(JSON.parse(left ?? '')).toMatchObject({ ended: 'loggedOut', api: world.server.url });
    await later.login(ada);
    expect(later.getSnapshot().isSignedIn).toBe(true);
  });

  test('is not brought back by a silent sign-in with a cookie of the server', async () => {
    const storage = createFakeStorage();
    await using world = await openWorld({ store: forgetful(storage), isSignedIn: false });
    await world.session.login(ada, { remember: false });
    world.session.dispose();

    using later = restart(world, forgetful(storage), { server: { ...rotating, silentSignIn: true } });
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

/** The cookies of a browser as its pages see them, and what the pages have written. */
function openBrowser(protocol = 'https:', { isBlocked = false } = {}) {
  const cookies = new Map([['theme', 'dark']]);
  const written: string[] = [];
  vi.stubGlobal('location', { protocol });
  vi.stubGlobal('document', {
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    get cookie() {
      return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    },
    set cookie(text: string) {
      written.push(text);
      const [, name = '', value = ''] = /^(.*?)=(.*?);/.exec(text) ?? [];
      if (text.includes('Max-Age=0')) cookies.delete(name);
      else if (!isBlocked) cookies.set(name, value);
    },
  });
  return { cookies, written, [Symbol.dispose]: () => void vi.unstubAllGlobals() };
}

describe('in a page, a session that is not to be remembered', () => {
  const name = 'shop; a=b';
  const cookie = 'sessionchart.shop%3B%20a%3Db';

  test.each([
    ['http:', ''],
    ['https:', '; Secure'],
  ])('is marked by a cookie until the user signs out (%s)', async (protocol, secure) => {
    using browser = openBrowser(protocol);
    const { cookies, written } = browser;
    const storage = createFakeStorage();
    await using world = await openWorld({ store: forgetful(storage), isSignedIn: false, name });
    await world.session.login(ada);
    await world.session.logout();
    expect(written).toEqual([]);
    await world.session.login(ada, { remember: false });
    const { sessionId } = world.session.actor.getSnapshot().context;
    expect(new Set(written)).toEqual(new Set([`${cookie}=${sessionId}; Path=/; SameSite=Lax${secure}`]));
    world.session.dispose();

    using reloaded = restart(world, forgetful(storage), { name });
    expect(reloaded.getSnapshot().user).toMatchObject({ username: 'ada' });
    await reloaded.logout();
    expect([...cookies.keys()]).toEqual(['theme']);
  });

  test.each([
    ['is closed', false],
    ['blocks cookies and loads the page again', true],
  ])('ends when the browser %s', async (_name, isBlocked) => {
    using browser = openBrowser('https:', { isBlocked });
    const storage = createFakeStorage();
    await using world = await openWorld({ store: forgetful(storage), isSignedIn: false, name });
    await world.session.login(ada, { remember: false });
    world.session.dispose();
    browser.cookies.delete(cookie);

    using later = restart(world, forgetful(storage), { name });
    expect(later.getSnapshot()).toMatchObject({ status: 'anonymous', user: null });
    expect(storage.getItem(`sessionchart:${name}`)).not.toContain('Token');
  });
});

test.each([
  ['a worker', () => void vi.stubGlobal('importScripts', () => undefined)],
  [
    'a page of an opaque origin',
    () =>
      void vi.stubGlobal('document', {
        addEventListener: () => undefined,
        removeEventListener: () => undefined,
        get cookie() {
          throw new DOMException('The document is sandboxed.', 'SecurityError');
        },
      }),
  ],
])('%s, which cannot read cookies, leaves it to a page to end a session', async (_name, enter) => {
  using _ = { [Symbol.dispose]: () => void vi.unstubAllGlobals() };
  const storage = createFakeStorage();
  await using world = await openWorld({ store: forgetful(storage), isSignedIn: false });
  enter();
  await world.session.login(ada, { remember: false });

  using other = restart(world, forgetful(storage));
  expect(other.getSnapshot().user).toMatchObject({ username: 'ada' });
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

test.each([
  ['begins', false],
  ['continues after it has expired', true],
])('A session that %s with adopted tokens is remembered', async (_name, isExpired) => {
  const storage = createFakeStorage();
  await using world = await openWorld({ store: forgetful(storage), isSignedIn: isExpired });
  const { session, server } = world;
  const { user } = session.getSnapshot();
  if (isExpired) {
    server.expireRefreshTokens();
    await rejection(session.refresh());
    expect(session.getSnapshot().status).toBe('expired');
  }
  await session.adopt({ accessToken: 'from-a-native-shell', user: user ?? undefined });
  session.dispose();

  using later = restart(world, forgetful(storage));
  expect(later.getSnapshot()).toMatchObject({ isSignedIn: true, user });
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
