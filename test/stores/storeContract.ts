import { describe, expect, test } from 'vitest';
import { createSession, type StoredSession, type TokenStore } from '../../src/index.ts';
import { storedSession, tombstone, type Person } from './records.ts';

/** A place that stores keep records in: two stores that are opened on it share it. */
export interface Place {
  open(): TokenStore<Person>;
}

const grant = { accessToken: 'first-access', refreshToken: 'first-refresh', user: { id: '1', name: 'Ada' } };

/** What every store promises, whatever it keeps its records in. */
export function describeStore(name: string, createPlace: () => Place): void {
  const sessionOn = (store: TokenStore<Person>) =>
    createSession<Person>({ baseUrl: 'https://api.example.com', server: {}, store });

  describe(`${name} as a store`, () => {
    test('is empty at first', async () => {
      expect(await createPlace().open().read('session')).toBeNull();
    });

    test.each<[string, Partial<StoredSession<Person>>]>([
      ['a whole session', {}],
      ['one without a refresh token', { refreshToken: null }],
      ['one whose lifetime nobody knows', { expiresAt: null }],
      ['one whose user nobody named', { user: null }],
      ['a user with a name in any script', { user: { id: '7', name: 'Ada "최" \u2028 \ud83d\ude80' } }],
    ])('gives back %s as it was written', async (_, changes) => {
      const store = createPlace().open();
      const record = storedSession(changes);
      await store.write('session', record);

      expect(await store.read('session')).toEqual(record);
    });

    test('keeps the newest record of a name only', async () => {
      const store = createPlace().open();
      await store.write('session', storedSession({ generation: 1 }));
      await store.write('session', storedSession({ generation: 2 }));

      expect(await store.read('session')).toMatchObject({ generation: 2 });
    });

    test('keeps names apart', async () => {
      const store = createPlace().open();
      await store.write('work', storedSession({ sessionId: 'at-work' }));
      await store.write('__proto__', storedSession({ sessionId: 'a strange name' }));

      expect(await store.read('home')).toBeNull();
      expect(await store.read('work')).toMatchObject({ sessionId: 'at-work' });
      expect(await store.read('__proto__')).toMatchObject({ sessionId: 'a strange name' });
    });

    test('keeps what is left of an ended session in place of its tokens', async () => {
      const store = createPlace().open();
      await store.write('session', storedSession());
      await store.write('session', tombstone());

      expect(await store.read('session')).toEqual(tombstone());
    });

    test('shows another store on the same place the same records, under the same scope', async () => {
      const place = createPlace();
      const [one, other] = [place.open(), place.open()];
      await one.write('session', storedSession());

      expect(await other.read('session')).toEqual(storedSession());
      expect(other.scope).toBe(one.scope);
    });

    test('has a scope of its own for each place, so that strangers share no lock', () => {
      const [one, other] = [createPlace().open(), createPlace().open()];

      expect(one.scope).not.toBe('');
      expect(other.scope).not.toBe(one.scope);
    });

    test('brings a session back for the next one on the same place', async () => {
      const place = createPlace();
      using first = sessionOn(place.open());
      await first.adopt(grant);
      first.dispose();

      using second = sessionOn(place.open());
      await second.ready();

      expect(second.getSnapshot()).toMatchObject({ status: 'authenticated', user: grant.user });
      expect(await second.accessToken()).toBe('first-access');
    });

    test('holds neither a token nor a user once the user has logged out', async () => {
      const store = createPlace().open();
      using session = sessionOn(store);
      await session.adopt(grant);
      expect(JSON.stringify(await store.read('session'))).toContain('first-refresh');
      await session.logout();

      const left = JSON.stringify(await store.read('session'));
      for (const secret of ['first-access', 'first-refresh', 'Ada']) expect(left).not.toContain(secret);
    });
  });
}
