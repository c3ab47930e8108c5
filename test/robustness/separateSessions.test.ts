import { describe, expect, test } from 'vitest';
import { memoryStore, webStorageStore, type SessionStore } from '../../src/index.ts';
import { ada, grace, openWorld, outcomeOf, reaches, type TestSession, type User } from '../refresh/world.ts';

function isSignedIn(session: TestSession): Promise<void> {
  return reaches(session, (snapshot) => snapshot.matches({ signedIn: 'authenticated' }));
}

function statuses(...sessions: TestSession[]): string[] {
  return sessions.map((session) => session.getSnapshot().status);
}

describe('sessions that share no store', () => {
  test.each<[string, () => [SessionStore<User>, SessionStore<User>], [string, string]]>([
    ['with memory stores of their own', () => [memoryStore(), memoryStore()], ['session', 'session']],
    ['with other names on one memory store', () => twice(memoryStore<User>()), ['mail', 'calendar']],
    ['with other names on one storage', () => twice(webStorageStore<User>(storage())), ['mail', 'calendar']],
    [
      'on two storages',
      () => [webStorageStore(storage()), webStorageStore(storage())],
      ['session', 'session'],
    ],
  ])('%s never affect each other', async (_how, stores, names) => {
    const [first, second] = stores();
    await using world = await openWorld({ store: first, name: names[0], refresh: { proactive: false } });
    const other = world.open({ store: second, name: names[1] });
    await world.session.login(ada);
    await world.clock.advance(0);
    expect(statuses(world.session, other)).toEqual(['authenticated', 'anonymous']);
    await other.login(grace);
    await world.clock.advance(60_000);

    const users = await Promise.all(
      [world.session, other].map(async (session): Promise<unknown> =>
        (await session.fetch('/api/me')).json(),
      ),
    );
    expect(users).toMatchObject([{ username: 'ada' }, { username: 'grace' }]);
    expect(world.refreshTimes()).toHaveLength(2);
    await world.session.logout();
    await world.clock.advance(0);
    expect(statuses(world.session, other)).toEqual(['loggedOut', 'authenticated']);
  });

  test('but two stores on one storage share their sessions', async () => {
    const shared = storage();
    await using world = await openWorld({
      store: webStorageStore<User>(shared),
      refresh: { proactive: false },
    });
    const other = world.open({ store: webStorageStore<User>(shared) });
    await world.session.login(ada);
    await isSignedIn(other);
    await world.clock.advance(60_000);
    const requests = [world.session, other].map((session) => outcomeOf(session.fetch('/api/me')));

    expect(await Promise.all(requests)).toEqual([200, 200]);
    expect(world.refreshTimes()).toHaveLength(1);
  });
});

function twice<Value>(value: Value): [Value, Value] {
  return [value, value];
}

function storage(): Pick<Storage, 'getItem' | 'setItem'> {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
  };
}
