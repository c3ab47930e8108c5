import { describe, expect, test } from 'vitest';
import {
  asyncStorageStore,
  createSession,
  memoryStore,
  simpleStore,
  webStorageStore,
  type ServerContract,
  type StoredRecord,
  type SessionStore,
} from '../../src/index.ts';
import { createManualClock } from '../clock.ts';
import { createFakeAsyncStorage } from './fakeAsyncStorage.ts';
import { createFakeStorage } from './fakeStorage.ts';
import { storedSession, tombstone, type Person } from './records.ts';
import { put } from './put.ts';

const shop = 'https://shop.example.com';
const forum = 'https://forum.example.com';

const ada = { accessToken: 'of-the-shop', refreshToken: 'shop-refresh', user: { id: '1', name: 'Ada' } };
const grace = {
  accessToken: 'of-the-forum',
  refreshToken: 'forum-refresh',
  user: { id: '2', name: 'Grace' },
};

/** A store made of two functions: it reads and then writes. */
function twoFunctions(store: SessionStore<Person>): SessionStore<Person> {
  return simpleStore<Person>({
    read: (key) => store.read(key),
    write: (key, record) => put(store, key, record),
    subscribe: (key, listener) => store.watch(key, listener),
  });
}

/** Places that two applications of one origin share, each through its own store. */
const places: [string, () => () => SessionStore<Person>][] = [
  [
    'Web Storage',
    () => {
      const storage = createFakeStorage();
      return () => webStorageStore<Person>(storage);
    },
  ],
  [
    'AsyncStorage',
    () => {
      const { storage } = createFakeAsyncStorage();
      return () => asyncStorageStore<Person>(storage);
    },
  ],
  [
    'a store made of two functions',
    () => {
      const { storage } = createFakeAsyncStorage();
      return () => twoFunctions(asyncStorageStore<Person>(storage));
    },
  ],
];

/** Two applications with the default name and different APIs, which are told about each other's changes. */
function openPrograms(openStore: () => SessionStore<Person>) {
  const clock = createManualClock();
  const refreshed: string[] = [];
  const open = (baseUrl: string, server: Partial<ServerContract<Person>> = {}) =>
    createSession<Person>({
      baseUrl,
      server: {
        refresh: ({ refreshToken }) => {
          refreshed.push(`${baseUrl} ${refreshToken ?? ''}`);
          return Promise.resolve({ accessToken: `new-${refreshToken ?? ''}` });
        },
        ...server,
      },
      store: openStore(),
      refresh: { proactive: false },
      environment: { clock, random: () => 0.5 },
    });
  return { clock, refreshed, open };
}

describe.each(places)(
  'two applications of one origin with the same name and two APIs, on %s',
  (_, createPlace) => {
    test('do not see each other’s session, and stay signed in side by side', async () => {
      const { clock, refreshed, open } = openPrograms(createPlace());
      using inShop = open(shop);
      using inForum = open(forum);
      await inShop.adopt(ada);
      await clock.advance(1_000);
      expect(inForum.getSnapshot().status).toBe('anonymous');
      await inForum.adopt(grace);
      await clock.advance(1_000);
      await Promise.all([inShop.refresh(), inForum.refresh(), clock.advance(10_000)]);

      expect(await inShop.accessToken()).toBe('new-shop-refresh');
      expect(await inForum.accessToken()).toBe('new-forum-refresh');
      expect(refreshed.sort()).toEqual([`${forum} forum-refresh`, `${shop} shop-refresh`]);
    });

    test('find their own session after a restart, in any order', async () => {
      const { open } = openPrograms(createPlace());
      for (const [api, grant] of [[shop, ada] as const, [forum, grace] as const]) {
        using session = open(api);
        await session.ready();
        await session.adopt(grant);
      }
      using inForum = open(forum);
      using inShop = open(shop);
      await Promise.all([inForum.ready(), inShop.ready()]);

      expect(inForum.getSnapshot()).toMatchObject({ status: 'authenticated', user: grace.user });
      expect(inShop.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada.user });
    });

    test('sign out separately, and other tabs of the same application sign out too', async () => {
      const { clock, open } = openPrograms(createPlace());
      using inShop = open(shop);
      await inShop.adopt(ada);
      using inForum = open(forum);
      await inForum.ready();
      await inForum.adopt(grace);
      using otherForum = open(forum);
      await otherForum.ready();
      expect(otherForum.getSnapshot().status).toBe('authenticated');
      await inForum.logout();
      await clock.advance(1_000);

      expect(otherForum.getSnapshot().status).toBe('loggedOut');
      expect(inShop.getSnapshot().status).toBe('authenticated');
      using again = open(shop);
      await again.ready();
      expect(again.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada.user });
    });
  },
);

describe.each(places.slice(0, 2))(
  'two applications with the same name and two APIs that sign in at the same moment, on %s',
  (_, createPlace) => {
    test('are both signed in, in either order', async () => {
      for (let microtasks = 0; microtasks < 40; microtasks += 1) {
        const { clock, open } = openPrograms(createPlace());
        using inShop = open(shop);
        using inForum = open(forum);
        const adopted = [inShop.adopt(ada)];
        for (let passed = 0; passed < microtasks; passed += 1) await Promise.resolve();
        adopted.push(inForum.adopt(grace));
        await Promise.all(adopted);
        await clock.advance(1_000);
        using shopAgain = open(shop);
        using forumAgain = open(forum);
        await Promise.all([shopAgain.ready(), forumAgain.ready()]);

        expect([microtasks, shopAgain.getSnapshot().user, forumAgain.getSnapshot().user]).toEqual([
          microtasks,
          ada.user,
          grace.user,
        ]);
      }
    });
  },
);

/** The records under the keys of a memory store, and a session on it. */
async function openOn(record: unknown, baseUrl = shop, server: ServerContract<Person> = {}) {
  const store = memoryStore<Person>();
  // Another application or version may have written this.
  await put(store, 'session', record as StoredRecord<Person>);
  const session = createSession<Person>({
    baseUrl,
    server,
    store,
    environment: { clock: createManualClock() },
  });
  return { store, session, [Symbol.dispose]: () => session.dispose() };
}

describe('a stored record', () => {
  test('of another API is neither used, ended nor overwritten', async () => {
    const record = storedSession({ api: forum });
    using world = await openOn(record);
    expect(world.session.getSnapshot().status).toBe('anonymous');
    await world.session.logout();
    await world.session.adopt(ada);
    await world.session.logout();

    expect(await world.store.read('session')).toEqual(record);
    expect(await world.store.read(`session@${shop}`)).toMatchObject({ ended: 'loggedOut', api: shop });
  });

  test.each([
    ['a session', storedSession()],
    ['an end', tombstone()],
  ])('of an older version without an API is upgraded at once: %s', async (_, record) => {
    using world = await openOn(record);

    expect(await world.store.read('session')).toEqual({ ...record, api: shop });
    using forumLater = createSession<Person>({ baseUrl: forum, server: {}, store: world.store });
    expect(forumLater.getSnapshot().status).toBe('anonymous');
    expect(world.session.getSnapshot().status).toBe('ended' in record ? 'anonymous' : 'authenticated');
  });

  test('of an older version is left to the other application if this one has its own record', async () => {
    const { store, session } = await openOn(storedSession({ api: forum }));
    await session.adopt(ada);
    session.dispose();
    await put(store, 'session', storedSession());
    using later = createSession<Person>({ baseUrl: shop, server: {}, store });

    expect(later.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada.user });
    expect(await later.accessToken()).toBe('of-the-shop');
    expect(await store.read('session')).toEqual(storedSession());
  });

  test.each([[7], [''], [null], [{}], [['https://shop.example.com']]])(
    'with %j as its API belongs to no API, and signs no user in',
    async (api) => {
      using world = await openOn({ ...storedSession(), api });

      expect(world.session.getSnapshot().status).toBe('anonymous');
    },
  );

  test('belongs to the contract’s `issuer` instead of the origin', async () => {
    using world = await openOn(null, shop, { issuer: 'https://login.example.com' });
    await world.session.adopt(ada);
    expect(await world.store.read('session')).toMatchObject({ api: 'https://login.example.com' });
    const server = { issuer: 'https://login.example.com' };
    using moved = createSession<Person>({ baseUrl: forum, server, store: world.store });

    expect(moved.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada.user });
  });

  test('in a store with a single key is left to its API, and the session works from memory', async () => {
    const record = storedSession({ api: forum });
    const written: unknown[] = [];
    const store = simpleStore<Person>({
      read: () => record,
      write: (_key, next) => void written.push(next),
    });
    using session = createSession<Person>({ baseUrl: shop, server: {}, store });
    await session.adopt(ada);

    expect(await session.accessToken()).toBe('of-the-shop');
    expect(written).toEqual([]);
  });
});

test.each<[unknown]>([[''], [7], [null], [{}]])('`server.issuer` cannot be %j', (issuer) => {
  const server = { issuer };
  // @ts-expect-error: JavaScript code can pass this
  expect(() => createSession({ baseUrl: shop, server })).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: 'server.issuer' }),
  );
});
