import { expect, test } from 'vitest';
import {
  asyncStorageStore,
  createSession,
  reactNativeSignals,
  type SecureStoreLike,
} from '../../src/index.ts';
import { createManualClock } from '../../src/testing/index.ts';
import { createFakeAppState } from '../platform/fakeReactNative.ts';
import { createFakeSecureStore } from './fakeAsyncStorage.ts';
import { storedSession, type Person } from './records.ts';
import { put } from './put.ts';

/** A phone with a session in its keychain, which cannot be read while the phone is locked. */
async function createPhone() {
  const { storage } = createFakeSecureStore();
  await put(asyncStorageStore<Person>(storage), 'session', storedSession());
  let isLocked = true;
  const keychain: SecureStoreLike = {
    ...storage,
    getItemAsync: (key) =>
      isLocked ? Promise.reject(new Error('User interaction is not allowed')) : storage.getItemAsync(key),
  };
  return {
    keychain,
    unlock() {
      isLocked = false;
    },
  };
}

test('An app that was started while the phone was locked finds its user when it is shown', async () => {
  const phone = await createPhone();
  const app = createFakeAppState('background');
  const clock = createManualClock();
  using session = createSession<Person>({
    baseUrl: 'https://api.example.com',
    server: {},
    store: asyncStorageStore<Person>(phone.keychain),
    environment: { clock, signals: reactNativeSignals({ AppState: app.AppState }) },
  });
  await session.ready();
  expect(session.getSnapshot().status).toBe('anonymous');
  phone.unlock();
  app.become('active');
  await clock.advance(0);

  expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { name: 'Ada' } });
});
