import { describe, expect, test } from 'vitest';
import { createSession, type StoredSession, type SessionStore } from '../../src/index.ts';
import type { Trouble } from './gate.ts';
import { koreanUser, storedSession, tombstone, type Person } from './records.ts';
import { describeSharing } from './sharingContract.ts';
import { describeTrouble } from './troubleContract.ts';
import { describeUpdate } from './updateContract.ts';
import { put } from './put.ts';

/** The place where stores keep records. All stores that are opened on it share them. */
export interface Place extends Trouble {
  open(): SessionStore<Person>;
}

const grant = { accessToken: 'first-access', refreshToken: 'first-refresh', user: { id: '1', name: 'Ada' } };

/** The promises of every store. */
export function describeStore(name: string, createPlace: () => Place): void {
  const sessionOn = (store: SessionStore<Person>) =>
    createSession<Person>({ baseUrl: 'https://api.example.com', server: {}, store });

  describe(`${name} as a store`, () => {
    test('is empty at first', async () => {
      expect(await createPlace().open().read('session')).toBeNull();
    });

    test.each<[string, Partial<StoredSession<Person>>]>([
      ['a whole session', {}],
      ['one without a refresh token', { refreshToken: null }],
      ['one whose lifetime is unknown', { expiresAt: null }],
      ['one whose user is unknown', { user: null }],
      ['a user with a name in any script', { user: { id: '7', name: 'Ada "최" \u2028 \ud83d\ude80' } }],
      ['a user of 10 kB in Korean and emoji', { user: koreanUser(10_000) }],
    ])('returns %s unchanged', async (_, changes) => {
      const store = createPlace().open();
      const record = storedSession(changes);
      await put(store, 'session', record);

      expect(await store.read('session')).toEqual(record);
    });

    test('keeps only the newest record of a name', async () => {
      const store = createPlace().open();
      await put(store, 'session', storedSession({ generation: 1 }));
      await put(store, 'session', storedSession({ generation: 2 }));

      expect(await store.read('session')).toMatchObject({ generation: 2 });
    });

    test('keeps names apart', async () => {
      const store = createPlace().open();
      await put(store, 'work', storedSession({ sessionId: 'at-work' }));
      await put(store, '__proto__', storedSession({ sessionId: 'a strange name' }));

      expect(await store.read('home')).toBeNull();
      expect(await store.read('work')).toMatchObject({ sessionId: 'at-work' });
      expect(await store.read('__proto__')).toMatchObject({ sessionId: 'a strange name' });
    });

    test.each([
      ['/work', '/home'],
      ['회사', '집'],
      ['a.b', 'a_b'],
      ['a:b', 'a_003ab'],
      ['a:b', 'a\u03ab'],
      ['session', 'session.a.0'],
      ['\ud83d\ude80', '\ud83d\ude81'],
    ])('keeps %j apart from %j on every platform', async (one, other) => {
      const store = createPlace().open();
      await put(store, one, storedSession({ sessionId: 'one', user: koreanUser(5_000) }));
      await put(store, other, storedSession({ sessionId: 'other' }));

      expect(await store.read(one)).toMatchObject({ sessionId: 'one', user: koreanUser(5_000) });
      expect(await store.read(other)).toMatchObject({ sessionId: 'other' });
    });

    test('never returns half of a record during a write', async () => {
      const place = createPlace();
      const [one, other, reader] = [place.open(), place.open(), place.open()];
      await put(one, 'session', storedSession({ generation: 0, user: koreanUser(4_000) }));
      const operations: unknown[] = [];
      let writing: unknown;
      for (let generation = 1; generation <= 40; generation += 1) {
        const writer = generation % 2 === 0 ? one : other;
        const user = koreanUser((generation % 5) * 1_000);
        if (generation % 8 === 0) {
          // A session makes its writes one after another.
          await writing;
          writing = put(writer, 'session', storedSession({ generation, user }));
          operations.push(writing);
        }
        operations.push(reader.read('session'));
        await Promise.resolve();
      }
      const found = (await Promise.all(operations)).filter((result) => result !== undefined);

      expect(found).toHaveLength(40);
      expect(found).not.toContain(null);
      expect(await reader.read('session')).toMatchObject({ generation: 40 });
    });

    test('replaces the tokens with the record of the ended session', async () => {
      const store = createPlace().open();
      await put(store, 'session', storedSession());
      await put(store, 'session', tombstone());

      expect(await store.read('session')).toEqual(tombstone());
    });

    test('shows another store on the same place the same records', async () => {
      const place = createPlace();
      const [one, other] = [place.open(), place.open()];
      await put(one, 'session', storedSession());

      expect(await other.read('session')).toEqual(storedSession());
    });

    test('restores a session for the next store on the same place', async () => {
      const place = createPlace();
      using first = sessionOn(place.open());
      await first.adopt(grant);
      first.dispose();

      using second = sessionOn(place.open());
      await second.ready();

      expect(second.getSnapshot()).toMatchObject({ status: 'authenticated', user: grant.user });
      expect(await second.accessToken()).toBe('first-access');
    });

    test('contains neither a token nor a user after a logout', async () => {
      const store = createPlace().open();
      using session = sessionOn(store);
      await session.adopt(grant);
      expect(JSON.stringify(await store.read('session'))).toContain('first-refresh');
      await session.logout();

      const left = JSON.stringify(await store.read('session'));
      for (const secret of ['first-access', 'first-refresh', 'Ada']) expect(left).not.toContain(secret);
    });
  });

  describeUpdate(name, createPlace);
  describeSharing(name, createPlace);
  describeTrouble(name, createPlace);
}
