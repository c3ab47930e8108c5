import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import {
  createSession,
  simpleStore,
  webStorageStore,
  type StoredRecord,
  type SessionStore,
} from '../../src/index.ts';
import { createManualClock } from '../clock.ts';
import { createFakeStorage } from './fakeStorage.ts';
import { openSession } from './openSession.ts';
import { storedSession, type Person } from './records.ts';

/** A custom store whose `read` returns a value that the types do not allow. */
function storeOf(found: unknown): SessionStore<Person> {
  return simpleStore<Person>({
    // A database may contain anything.
    read: () => found as StoredRecord<Person>,
    write: () => undefined,
  });
}

describe('A storage that is full', () => {
  test('lets the session work from memory, and is reported once', async () => {
    const storage = createFakeStorage({ quota: 40 });
    using world = openSession(webStorageStore<Person>(storage));
    await world.session.adopt({ accessToken: 'a-token-that-is-too-long-to-be-stored' });
    await world.session.adopt({ accessToken: 'another-one-that-is-too-long-as-well' });

    expect(await world.session.accessToken()).toBe('another-one-that-is-too-long-as-well');
    expect(world.told).toEqual([expect.objectContaining({ type: 'store.failed', operation: 'write' })]);
  });
});

describe('A storage that is blocked', () => {
  const refuse = (): never => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };

  test('lets the session work from memory', async () => {
    using world = openSession(webStorageStore<Person>({ getItem: refuse, setItem: refuse }));
    expect(world.session.getSnapshot().status).toBe('anonymous');
    await world.session.adopt({ accessToken: 'a-token' });

    expect(await world.session.accessToken()).toBe('a-token');
    await world.session.logout();
    expect(world.session.getSnapshot().status).toBe('loggedOut');
  });

  test('is reported after createSession() has returned', async () => {
    const store = webStorageStore<Person>({ getItem: refuse, setItem: refuse });
    const clock = createManualClock();
    using session = createSession<Person>({
      baseUrl: 'https://api.example.com',
      server: {},
      store,
      environment: { clock },
    });
    const told: string[] = [];
    session.on('store.failed', ({ operation }) => told.push(operation));
    await clock.advance(0);

    expect(session.getSnapshot().status).toBe('anonymous');
    expect(told).toEqual(['read']);
  });
});

describe('A custom store', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['an empty object', {}],
    ['a text', 'session'],
    ['a session of an older version', { ...storedSession(), version: 0 }],
    ['a session without tokens', { version: 1, sessionId: 'a-session', generation: 1 }],
    ['a session whose token no header can carry', storedSession({ accessToken: 'two\nlines' })],
  ])('that finds %s signs no user in, at once or later', async (_, found) => {
    using atOnce = openSession(storeOf(found));
    using later = openSession(storeOf(Promise.resolve(found)));
    await later.session.ready();

    expect(atOnce.session.getSnapshot()).toMatchObject({ status: 'anonymous', isRestoring: false });
    expect(later.session.getSnapshot()).toMatchObject({ status: 'anonymous', isRestoring: false });
  });

  test('may return a promise of another realm, as in a test runner with its own globals', async () => {
    const promise: unknown = runInNewContext('Promise.resolve(record)', { record: storedSession() });
    using world = openSession(storeOf(promise));
    await world.session.ready();

    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { name: 'Ada' } });
  });

  test('that never responds makes the session anonymous after `hold.timeout`', async () => {
    const store = { ...storeOf(null), read: () => new Promise<null>(() => undefined) };
    using world = openSession(store);
    const request = world.session.accessToken();
    await Promise.all([
      expect(request).rejects.toMatchObject({ code: 'ERR_NOT_AUTHENTICATED' }),
      world.clock.advance(30_000),
    ]);

    expect(world.session.getSnapshot()).toMatchObject({ status: 'anonymous', isRestoring: false });
    expect(world.told).toEqual([expect.objectContaining({ operation: 'read' })]);
  });

  test('that hangs and then fails causes no unhandled rejection', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const failures: ((error: Error) => void)[] = [];
    const read = () => new Promise<null>((_, fail) => failures.push(fail));
    let tell = (): void => undefined;
    const watch = (_: string, listener: () => void) => {
      tell = listener;
      return () => undefined;
    };
    using world = openSession({ ...storeOf(null), read, watch });
    await world.clock.advance(10_000);
    tell();
    failures[1]?.(new Error('The database is gone'));
    await world.clock.advance(0);
    process.off('unhandledRejection', unhandled);

    expect(failures).toHaveLength(2);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe('webStorageStore', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'localStorage'],
    ['an object without getItem', { setItem: () => undefined }],
    ['an object without setItem', { getItem: () => null }],
  ])('rejects %s in place of a Storage', (_, storage) => {
    // @ts-expect-error: JavaScript code can pass this
    expect(() => webStorageStore(storage)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: 'storage' }),
    );
  });
});
