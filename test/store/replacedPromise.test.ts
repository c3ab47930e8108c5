import { beforeEach, describe, expect, test, vi } from 'vitest';
import { asyncStorageStore } from '../../src/index.ts';
import { ada, openWorld, outcomeOf, requestWithExpiredToken, type User } from '../refresh/world.ts';
import { createFakeAsyncStorage } from './fakeAsyncStorage.ts';

describe('if zone.js or Bluebird has replaced the global `Promise`, and the store is asynchronous', () => {
  beforeEach(() => {
    vi.stubGlobal('Promise', class ZoneAwarePromise<Value> extends Promise<Value> {});
    return () => vi.unstubAllGlobals();
  });

  test('a session is anonymous when the store is empty, and signs in, refreshes and signs out', async () => {
    await using world = await openWorld({ store: asyncStorageStore<User>(createFakeAsyncStorage().storage) });
    await world.session.ready();
    expect(world.session.getSnapshot()).toMatchObject({ status: 'anonymous', isRestoring: false });
    await world.session.login(ada);
    expect(await requestWithExpiredToken(world)).toBe(200);
    expect(world.refreshTimes()).toHaveLength(1);
    await world.session.logout();

    expect(await outcomeOf(world.session.fetch('/api/public'))).toBe(200);
    expect(world.session.getSnapshot().status).toBe('loggedOut');
  });

  test('the next session restores the stored one', async () => {
    const { storage } = createFakeAsyncStorage();
    await using world = await openWorld({ store: asyncStorageStore<User>(storage) });
    await world.session.login(ada);
    const next = world.open({ store: asyncStorageStore<User>(storage) });
    await next.ready();

    expect(next.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'ada' } });
  });
});
