import { describe, expect, test } from 'vitest';
import {
  encryptedStore,
  memoryStore,
  type EncryptedStoreOptions,
  type StoredSession,
} from '../../src/index.ts';
import { createBorder } from './gate.ts';
import { openSession } from './openSession.ts';
import { put } from './put.ts';
import { storedSession, type Person } from './records.ts';
import { describeStore } from './storeContract.ts';

const keyOf = (byte: number) => new Uint8Array(32).fill(byte);

describeStore('encryptedStore', () => {
  const border = createBorder();
  const place = memoryStore<Person>();
  return {
    ...border,
    open: () => border.before(encryptedStore({ ...place, isPrivate: false }, { keys: [keyOf(1)] })),
  };
});

const ada = { accessToken: 'first-access', refreshToken: 'first-refresh', user: { id: '1', name: 'Ada' } };

describe('encryptedStore', () => {
  test('stores neither a token nor the user in a readable form', async () => {
    const place = memoryStore<Person>();
    await put(encryptedStore(place, { keys: [keyOf(1)] }), 'session', storedSession());
    const text = JSON.stringify(await place.read('session'));

    expect(text).toContain('a-session');
    expect(text).not.toMatch(/an-access-token|a-refresh-token|Ada/);
  });

  test('stores the further secrets of a grant in no readable form either, and returns them', async () => {
    const place = memoryStore<Person>();
    const store = encryptedStore(place, { keys: [keyOf(1)] });
    const session = { ...storedSession(), secrets: { idToken: 'an-id-token' } };
    await put(store, 'session', session);

    expect(JSON.stringify(await place.read('session'))).not.toContain('an-id-token');
    expect(await store.read('session')).toEqual(session);
  });

  test('with a wrong key finds no user, reports it, and leaves the record as it is', async () => {
    const place = memoryStore<Person>();
    await put(encryptedStore(place, { keys: [keyOf(1)] }), 'session', storedSession());
    const before = await place.read('session');
    using world = openSession(encryptedStore(place, { keys: [keyOf(2)] }));
    await world.clock.advance(0);
    await world.session.ready();
    await world.session.logout();

    expect(world.session.getSnapshot().user).toBeNull();
    // The platform decrypts in a thread, and the session tells of it in the next turn of the clock.
    await expect
      .poll(async () => {
        await world.clock.advance(0);
        return world.told;
      })
      .toEqual([expect.objectContaining({ type: 'store.failed', operation: 'read' })]);
    expect(await place.read('session')).toEqual(before);
  });

  test('with a wrong key writes only if the decision says so, otherwise rejects with the error', async () => {
    const place = memoryStore<Person>();
    await put(encryptedStore(place, { keys: [keyOf(1)] }), 'session', storedSession());
    const store = encryptedStore(place, { keys: [keyOf(2)] });
    const seen: unknown[] = [];
    const update = async (next: StoredSession<Person> | undefined) =>
      store.update('session', (found) => {
        seen.push(found);
        return next;
      });

    await expect(update(undefined)).rejects.toThrow('No key of `encryptedStore` fits');
    expect(await update(storedSession())).toEqual(storedSession());
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });

  test('with a wrong key keeps a new sign-in', async () => {
    const place = memoryStore<Person>();
    await put(encryptedStore(place, { keys: [keyOf(1)] }), 'session', storedSession());
    const store = encryptedStore(place, { keys: [keyOf(2)] });
    using world = openSession(store);
    await world.clock.advance(0);
    await world.session.ready();
    await world.session.adopt(ada);

    expect(await store.read('session')).toMatchObject({ accessToken: 'first-access', user: ada.user });
  });

  test('decrypts with every key, and encrypts with the first', async () => {
    const place = memoryStore<Person>();
    await put(encryptedStore(place, { keys: [keyOf(1)] }), 'session', storedSession());
    const rotated = encryptedStore(place, { keys: [keyOf(2), keyOf(1)] });
    expect(await rotated.read('session')).toEqual(storedSession());
    await rotated.update('session', (found) => found ?? undefined);

    expect(await encryptedStore(place, { keys: [keyOf(2)] }).read('session')).toEqual(storedSession());
  });

  test('takes a key of the platform that no script can read', async () => {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ]);
    const store = encryptedStore(memoryStore<Person>(), { keys: [key] });
    await put(store, 'session', storedSession());

    expect(await store.read('session')).toEqual(storedSession());
  });

  test('refuses a record whose generation was changed without the key', async () => {
    const place = memoryStore<Person>();
    const store = encryptedStore(place, { keys: [keyOf(1)] });
    await put(store, 'session', storedSession({ generation: 3 }));
    await place.update('session', (found) =>
      found && !('ended' in found) ? { ...found, generation: 4 } : undefined,
    );

    await expect(store.read('session')).rejects.toThrow('No key of `encryptedStore` fits');
  });

  test('refuses a record that names another API than the one that was encrypted', async () => {
    const place = memoryStore<Person>();
    const store = encryptedStore(place, { keys: [keyOf(1)] });
    await put(store, 'session', storedSession({ api: 'https://api.example.com' }));
    await place.update('session', (found) =>
      found ? { ...found, api: 'https://evil.example.com' } : undefined,
    );

    await expect(store.read('session')).rejects.toThrow('No key of `encryptedStore` fits');
  });

  test('refuses a record that was copied to the key of another session', async () => {
    const place = memoryStore<Person>();
    const store = encryptedStore(place, { keys: [keyOf(1)] });
    await put(store, 'of-ada', storedSession());
    const copy = await place.read('of-ada');
    await place.update('of-an-attacker', () => copy ?? undefined);

    await expect(store.read('of-an-attacker')).rejects.toThrow('No key of `encryptedStore` fits');
  });

  test('writes nothing if the store finds during the update that the lock was lost', async () => {
    const place = memoryStore<Person>();
    let isUpdating = false;
    const store = encryptedStore<Person>(
      {
        ...place,
        update: (key, decide) =>
          place.update(key, (current) => {
            isUpdating = true;
            return decide(current);
          }),
      },
      { keys: [keyOf(1)] },
    );
    await store.update('session', () => (isUpdating ? undefined : storedSession()));

    expect(await store.read('session')).toBeNull();
  });

  test('needs the lock if the store that it wraps does', () => {
    const place = { ...memoryStore<Person>(), requiresLock: true };

    expect(encryptedStore(place, { keys: [keyOf(1)] }).requiresLock).toBe(true);
  });

  test('reads a record that was stored before the encryption, and encrypts it with the next write', async () => {
    const place = memoryStore<Person>();
    await put(place, 'session', storedSession());
    const store = encryptedStore(place, { keys: [keyOf(1)] });
    expect(await store.read('session')).toEqual(storedSession());
    await store.update('session', (found) => found ?? undefined);

    expect(JSON.stringify(await place.read('session'))).not.toContain('a-refresh-token');
  });

  test.each<[unknown, string]>([
    [{}, 'Expected `options.keys` to be an array with at least one key, got undefined'],
    [{ keys: [] }, 'Expected `options.keys` to be an array with at least one key, got an array'],
    [
      { keys: [keyOf(1), new Uint8Array(16)] },
      'Expected `options.keys[1]` to be a CryptoKey, or a Uint8Array of 32 bytes, got 16 bytes',
    ],
    [
      { keys: ['secret'] },
      'Expected `options.keys[0]` to be a CryptoKey, or a Uint8Array of 32 bytes, got a string of 6 characters',
    ],
    [{ keys: [null] }, 'Expected `options.keys[0]` to be a CryptoKey, or a Uint8Array of 32 bytes, got null'],
  ])('%j is refused: %s', (options, message) => {
    expect(() => encryptedStore(memoryStore<Person>(), options as EncryptedStoreOptions)).toThrow(message);
  });
});
