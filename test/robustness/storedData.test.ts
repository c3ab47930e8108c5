import { describe, expect, test } from 'vitest';
import { simpleStore, webStorageStore, type StoredRecord, type SessionStore } from '../../src/index.ts';
import { ada, openWorld, outcomeOf, requestWithExpiredToken, type User } from '../refresh/world.ts';
import { failuresOf } from './failingStore.ts';

describe('a store that contains something other than a session of this version', () => {
  const current = {
    version: 1,
    sessionId: 's',
    generation: 1,
    accessToken: 'a',
    refreshToken: 'r',
    issuedAt: 0,
    expiresAt: null,
    user: null,
  };

  const foreign: [string, unknown][] = [
    ['nothing at all, as `undefined`', undefined],
    ['an empty object', {}],
    ['a text', 'accessToken'],
    ['a number', 7],
    ['a list', [current]],
    ['an older version', { ...current, version: 0 }],
    ['a later version', { ...current, version: 2 }],
    ['no version', { ...current, version: undefined }],
    ['no access token', { ...current, accessToken: undefined }],
    ['an invalid generation', { ...current, generation: 'first' }],
  ];

  /** A custom store whose records do not match their type. */
  function storeOf(found: unknown, isAsync: boolean): SessionStore<User> {
    let written: StoredRecord<User> | null = null;
    const read = () => written ?? (found as StoredRecord<User>);
    return simpleStore<User>({
      read: isAsync ? () => Promise.resolve(read()) : read,
      write: (_key, record) => {
        written = record;
      },
    });
  }

  test.each(foreign.flatMap((row) => [false, true].map((isAsync) => [...row, isAsync] as const)))(
    '(%s: %j, by a promise: %s) signs no user in, and signing in works',
    async (_name, found, isAsync) => {
      await using world = await openWorld({ store: storeOf(found, isAsync) });
      await world.session.ready();
      expect(world.session.getSnapshot()).toMatchObject({ status: 'anonymous', isRestoring: false });
      await world.session.login(ada);

      expect(await requestWithExpiredToken(world)).toBe(200);
      expect(world.refreshTimes()).toHaveLength(1);
    },
  );

  test.each(['', 'not JSON', '{"version":1,"sess', 'null', '[]', JSON.stringify({ ...current, version: 0 })])(
    'with %j in Web Storage keeps it until a user signs in, which replaces it',
    async (text) => {
      const items = new Map([['sessionchart:session', text]]);
      const storage = {
        getItem: (key: string) => items.get(key) ?? null,
        setItem: (key: string, value: string) => void items.set(key, value),
      };
      await using world = await openWorld({ store: webStorageStore<User>(storage) });
      expect(world.session.getSnapshot().status).toBe('anonymous');
      expect(items.get('sessionchart:session')).toBe(text);
      await world.session.login(ada);

      expect(await requestWithExpiredToken(world)).toBe(200);
      expect(items.get('sessionchart:session')).toContain('"generation":2');
    },
  );

  test('a user who cannot be converted to JSON leaves the session working from memory', async () => {
    const items = new Map<string, string>();
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
    };
    await using world = await openWorld({ store: webStorageStore<User>(storage) });
    const told = failuresOf(world.session);
    const user: User & { self?: User } = { id: '1', username: 'ada' };
    user.self = user;
    const account = { id: '1', username: 'ada', email: 'ada@example.com' };
    const accessToken = await world.server.accounts.issueAccessToken(account);
    await world.session.adopt({ accessToken, user });

    expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
    expect(world.session.getSnapshot().user).toBe(user);
    expect(told).toHaveLength(1);
  });
});
