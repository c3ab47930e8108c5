import { describe, expect, test } from 'vitest';
import { asyncStorageStore, createSession } from '../../src/index.ts';
import { createFakeAsyncStorage, createFakeSecureStore } from './fakeAsyncStorage.ts';
import { koreanUser, storedSession, tombstone, type Person } from './records.ts';
import { describeStore } from './storeContract.ts';
import { put } from './put.ts';

describeStore('asyncStorageStore on AsyncStorage', () => {
  const { storage, gate } = createFakeAsyncStorage();
  return { ...gate, open: () => asyncStorageStore<Person>(storage) };
});

describeStore('asyncStorageStore on a storage of little values', () => {
  const { storage, gate } = createFakeAsyncStorage();
  return { ...gate, open: () => asyncStorageStore<Person>(storage, { maxValueBytes: 128 }) };
});

describeStore('asyncStorageStore on expo-secure-store', () => {
  const { storage, gate } = createFakeSecureStore();
  return { ...gate, open: () => asyncStorageStore<Person>(storage) };
});

describe('asyncStorageStore', () => {
  test('uses one key in AsyncStorage, however long the record is', async () => {
    const { storage, values } = createFakeAsyncStorage();
    await put(asyncStorageStore<Person>(storage), 'session', storedSession({ user: koreanUser(10_000) }));

    expect([...values.keys()]).toEqual(['sessionchart.session']);
  });

  test('uses one key in the secure store while the record fits', async () => {
    const { storage, values } = createFakeSecureStore();
    await put(asyncStorageStore<Person>(storage), 'session', storedSession());

    expect([...values.keys()]).toEqual(['sessionchart.session']);
  });

  test('counts bytes, not characters, for the limit of a value', async () => {
    const { storage, values } = createFakeSecureStore();
    const user = koreanUser(2_500);
    expect(JSON.stringify(storedSession({ user })).length).toBeLessThan(2_048);
    await put(asyncStorageStore<Person>(storage), 'session', storedSession({ user }));

    expect(values.size).toBe(3);
  });

  test('leaves no part of a long record after a short one, and no token after a logout', async () => {
    const { storage, values } = createFakeSecureStore();
    const store = asyncStorageStore<Person>(storage);
    using session = createSession<Person>({ baseUrl: 'https://api.example.com', server: {}, store });
    await session.adopt({ accessToken: 'x'.repeat(5_000), user: koreanUser(10_000) });
    expect(values.size).toBeGreaterThan(5);
    await session.logout();

    expect([...values.keys()]).toEqual(['sessionchart.session']);
    expect(await store.read('session')).toMatchObject({ ended: 'loggedOut' });
  });

  test('restores a user of 10 kB in Korean and emoji after every start, refreshed or not', async () => {
    const { storage, values } = createFakeSecureStore();
    const user = koreanUser(10_000);
    const startApp = () =>
      createSession<Person>({
        baseUrl: 'https://api.example.com',
        server: {},
        store: asyncStorageStore<Person>(storage),
      });
    using first = startApp();
    await first.adopt({ accessToken: 'token-0', user });
    first.dispose();
    const sizes = new Set<number>();
    for (let start = 1; start <= 5; start += 1) {
      using session = startApp();
      await session.ready();
      expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user });
      expect(await session.accessToken()).toBe(`token-${start - 1}`);
      await session.adopt({ accessToken: `token-${start}`, user });
      sizes.add(values.size);
    }

    expect([...sizes]).toEqual([7]);
  });

  test('makes as many calls as documented', async () => {
    const { storage, gate } = createFakeSecureStore();
    const store = asyncStorageStore<Person>(storage);
    const record = storedSession({ user: koreanUser(10_000) });
    const callsOf = async (operation: () => unknown) => {
      const before = gate.count();
      await operation();
      return gate.count() - before;
    };
    await put(store, 'session', record);

    expect(await callsOf(() => store.read('session'))).toBe(7);
    expect(await callsOf(() => put(store, 'session', record))).toBe(29);
    await put(store, 'session', storedSession());
    expect(await callsOf(() => store.read('session'))).toBe(1);
    expect(await callsOf(() => put(store, 'session', storedSession()))).toBe(4);
  });

  test('reads records that were written with another limit', async () => {
    const { storage, values } = createFakeAsyncStorage();
    const record = storedSession({ user: koreanUser(1_000) });
    await put(asyncStorageStore<Person>(storage, { maxValueBytes: 200 }), 'session', record);
    const store = asyncStorageStore<Person>(storage);
    expect(await store.read('session')).toEqual(record);
    await put(store, 'session', record);

    expect([...values.keys()]).toEqual(['sessionchart.session']);
  });

  test('accepts a synchronous storage, and undefined for a missing key', async () => {
    const values = new Map<string, string>();
    const store = asyncStorageStore<Person>({
      getItem: (key) => values.get(key),
      setItem: (key, value) => values.set(key, value),
      removeItem: (key) => values.delete(key),
    });
    expect(await store.read('session')).toBeNull();
    await put(store, 'session', storedSession());

    expect(await store.read('session')).toEqual(storedSession());
  });

  test('shares a storage only within its application', () => {
    expect(asyncStorageStore(createFakeAsyncStorage().storage).isPrivate).toBe(true);
  });
});

describe('A record in asyncStorageStore', () => {
  const record = storedSession({ user: koreanUser(10_000) });

  async function openWritten() {
    const { storage, values, gate } = createFakeSecureStore();
    const store = asyncStorageStore<Person>(storage);
    await put(store, 'session', record);
    return { storage, values, gate, store };
  }

  test.each([0, 2, 5])('with part %i missing is ignored, and the next write replaces it', async (part) => {
    const { values, store } = await openWritten();
    expect(values.delete(`sessionchart.session.a.${part}`)).toBe(true);
    expect(await store.read('session')).toBeNull();
    await put(store, 'session', tombstone());
    await put(store, 'session', record);

    expect(await store.read('session')).toEqual(record);
  });

  test('with a part of another record is ignored', async () => {
    const { values, store } = await openWritten();
    const other = await openWritten();
    values.set('sessionchart.session.a.1', other.values.get('sessionchart.session.a.1') ?? '');

    expect(await store.read('session')).toBeNull();
  });

  test.each([
    ['{"parts":'],
    ['{"parts":null}'],
    ['{"parts":{"slot":"c","revision":"0","count":1}}'],
    ['{"parts":{"slot":"a","revision":0,"count":1}}'],
    ['{"parts":{"slot":"a","revision":"0","count":"1"}}'],
    ['{"parts":{"slot":"a","revision":"0","count":1000000000000}}'],
    ['{"parts":{"slot":"a","revision":"0","count":-1}}'],
    [''],
  ])('of the value %j is ignored', async (text) => {
    const { storage, values } = createFakeAsyncStorage();
    values.set('sessionchart.session', text);
    const store = asyncStorageStore<Person>(storage);
    expect(await store.read('session')).toBeNull();
    await put(store, 'session', storedSession());

    expect(await store.read('session')).toEqual(storedSession());
  });

  test('that can never be read, as with Android’s key store, is overwritten', async () => {
    const { values, storage } = await openWritten();
    const locked = new Set(values.keys());
    const store = asyncStorageStore<Person>({
      ...storage,
      getItemAsync: (key) =>
        locked.has(key) ? Promise.reject(new Error('Could not decrypt')) : storage.getItemAsync(key),
      setItemAsync: (key, value) => {
        locked.delete(key);
        return storage.setItemAsync(key, value);
      },
    });
    await expect(store.read('session')).rejects.toThrow('decrypt');
    await put(store, 'session', record);

    expect(await store.read('session')).toEqual(record);
  });

  test('of another application with a similar key is not touched', async () => {
    const { storage, values } = createFakeSecureStore();
    values.set('sessionchart.session.b.0', 'of another application');
    await put(asyncStorageStore<Person>(storage), 'session', storedSession());

    expect(values.get('sessionchart.session.b.0')).toBe('of another application');
  });
});

describe('The options of asyncStorageStore', () => {
  const { storage } = createFakeAsyncStorage();

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'AsyncStorage'],
    ['a module whose default export was meant', { default: storage }],
    ['an object without removeItem', { getItem: () => null, setItem: () => undefined }],
    ['a secure store that cannot delete', { getItemAsync: () => null, setItemAsync: () => undefined }],
  ])('reject %s in place of a storage', (_, given) => {
    // @ts-expect-error: JavaScript code can pass this
    expect(() => asyncStorageStore(given)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_OPTION',
        message: expect.stringContaining(
          'Expected `storage` to be an AsyncStorage (`getItem`, `setItem`, `removeItem`) or the module expo-secure-store',
        ) as unknown,
      }),
    );
  });

  test('reject options that are no object', () => {
    // @ts-expect-error: JavaScript code can pass this
    expect(() => asyncStorageStore(storage, 2048)).toThrow('Expected `options` to be an object, got 2048');
  });

  test.each([127, 0, -1, 200.5, NaN, -Infinity, '2048'])('reject %j as `maxValueBytes`', (given) => {
    // @ts-expect-error: JavaScript code can pass this
    expect(() => asyncStorageStore(storage, { maxValueBytes: given })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: 'maxValueBytes' }),
    );
  });
});
