import { describe, expect, test } from 'vitest';
import { asyncStorageStore, type TokenStore } from '../../src/index.ts';
import { ada, openWorld, outcomeOf, reaches, until, type User } from '../refresh/world.ts';
import { createFakeAsyncStorage } from './fakeAsyncStorage.ts';
import { storedSession } from './records.ts';

/** Wrappers around one storage, as the popup and the service worker of an extension make them: no object is shared. */
function wrapperOf(values: Map<string, string>) {
  const wrap = <Stored = User>(): TokenStore<Stored> =>
    asyncStorageStore<Stored>(createFakeAsyncStorage(values).storage, { scope: 'my-extension' });
  return wrap;
}

describe('two wrappers around one storage, with one `scope`', () => {
  test('are one store to their sessions: a refresh is made once, and a sign-out is followed', async () => {
    const wrap = wrapperOf(new Map());
    await using world = await openWorld({ store: wrap(), refresh: { proactive: false } });
    const popup = world.session;
    await popup.login(ada);
    const worker = world.open({ store: wrap() });
    await worker.ready();
    expect(worker.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'ada' } });
    await world.clock.advance(60_000);
    const outcomes: unknown[] = [];
    for (const session of [popup, worker]) {
      void outcomeOf(session.fetch('/api/me')).then((outcome) => outcomes.push(outcome));
    }
    // Without a lock in common, as in Node, they take turns by a mark in the store, and wait for each other.
    for (let waited = 0; waited < 50 && outcomes.length < 2; waited += 1) {
      await world.clock.advance(100);
      await until(() => world.server.requests.every(({ status }) => status !== 0));
      await world.clock.advance(0);
    }
    expect(outcomes).toEqual([200, 200]);
    expect(world.refreshTimes()).toHaveLength(1);
    await popup.logout();
    await reaches(worker, (snapshot) => snapshot.matches('loggedOut'));

    expect(worker.getSnapshot().status).toBe('loggedOut');
  });

  test('take turns: no update of forty is lost', async () => {
    const wrap = wrapperOf(new Map());
    const stores = [wrap<never>(), wrap<never>()];
    const updates = Array.from({ length: 40 }, (_, index) =>
      Promise.resolve(
        stores[index % 2]?.update?.('session', (current) => {
          const generation = current !== null && 'generation' in current ? current.generation + 1 : 1;
          return { ...storedSession({ generation }), user: null };
        }),
      ),
    );
    await Promise.all(updates);

    expect(await stores[0]?.read('session')).toMatchObject({ generation: 40 });
  });

  test('say that they are shared, under a name that another scope does not have', () => {
    const { storage } = createFakeAsyncStorage();
    const store = asyncStorageStore(storage, { scope: 'my-extension' });

    expect(store).toMatchObject({ isShared: true, scope: 'async:my-extension' });
    expect(asyncStorageStore(storage, { scope: 'another' }).scope).not.toBe(store.scope);
    expect(asyncStorageStore(storage)).toMatchObject({ isShared: false });
  });

  test.each<[unknown]>([[''], [7], [null], [{}]])('refuse %j as a scope', (scope) => {
    const { storage } = createFakeAsyncStorage();

    // @ts-expect-error: what a program without types might pass
    expect(() => asyncStorageStore(storage, { scope })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: 'scope' }),
    );
  });
});
