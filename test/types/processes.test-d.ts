import { describe, expectTypeOf, test } from 'vitest';
import {
  createSession,
  encryptedStore,
  memoryStore,
  restContract,
  type SessionStore,
} from '../../src/index.ts';
import { fileStore } from '../../src/node/index.ts';

interface User {
  readonly id: string;
}

describe('fileStore and encryptedStore', () => {
  test('have the user of the session', () => {
    const store = encryptedStore(fileStore<User>({ appName: 'my-tool' }), { keys: [new Uint8Array(32)] });
    expectTypeOf(store).toEqualTypeOf<SessionStore<User>>();

    const server = restContract<User, { readonly code: string }>({ login: 'login', refresh: 'refresh' });
    const session = createSession({ baseUrl: 'https://api.example.com', server, store });
    expectTypeOf(session.getSnapshot().user).toEqualTypeOf<User | null>();
  });

  test('take a key that cannot be exported', () => {
    const withKey = (key: CryptoKey) => encryptedStore(memoryStore<User>(), { keys: [key] });
    expectTypeOf(withKey).returns.toEqualTypeOf<SessionStore<User>>();
  });

  test('refuse options that do not exist', () => {
    // @ts-expect-error -- misspelt
    const _misspelt = () => fileStore({ file: 'session.json' });
    // @ts-expect-error -- a password is not a key
    const _text = () => encryptedStore(memoryStore<User>(), { keys: ['secret'] });
  });
});
