import { describe, expect, test } from 'vitest';
import { cookieRequests, createSession, webStorageStore, type ServerContract } from '../../src/index.ts';
import { createManualClock } from '../clock.ts';
import { createFakeStorage } from './fakeStorage.ts';
import { storedSession, tombstone, type Person } from './records.ts';

const key = 'sessionchart:session';

/** Returns the view of a session that finds this text in its storage. */
function restore(text: string, server: ServerContract<Person> = {}) {
  const storage = createFakeStorage();
  storage.setItem(key, text);
  const session = createSession<Person>({
    baseUrl: 'https://api.example.com',
    server,
    store: webStorageStore<Person>(storage),
    environment: { clock: createManualClock() },
  });
  return { session, storage, [Symbol.dispose]: () => session.dispose() };
}

const session = storedSession();
const text = JSON.stringify(session);
const { version: _, ...withoutVersion } = session;

describe('A stored text that is not a session', () => {
  test.each<[string, string]>([
    ['an empty text', ''],
    ['not JSON', 'undefined'],
    ['an object that was turned into text', '[object Object]'],
    ['a session cut off in the middle', text.slice(0, text.length / 2)],
    ['a session without its last character', text.slice(0, -1)],
    ['null', 'null'],
    ['a number', '1'],
    ['a text', '"session"'],
    ['a list', `[${text}]`],
    ['an empty object', '{}'],
    ["another program's object", '{"state":{"user":"ada"},"version":0}'],
    ['no version', JSON.stringify(withoutVersion)],
    ['an older version', JSON.stringify({ ...session, version: 0 })],
    ['a newer version', JSON.stringify({ ...session, version: 2 })],
    ['a version that is a text', JSON.stringify({ ...session, version: '1' })],
    ['an ending of no known kind', JSON.stringify({ ...tombstone(), ended: 'deleted' })],
    ['an ending of nothing', JSON.stringify({ version: 1, ended: 'loggedOut' })],
    ['a session inside __proto__', `{"__proto__":${text}}`],
    ['a session inside constructor.prototype', `{"constructor":{"prototype":${text}}}`],
  ])('%s signs no user in', (_, found) => {
    using world = restore(found);

    expect(world.session.getSnapshot()).toMatchObject({
      status: 'anonymous',
      user: null,
      isRestoring: false,
    });
  });

  test.each<[string, object]>([
    ['no session id', { sessionId: undefined }],
    ['an empty session id', { sessionId: '' }],
    ['a generation that is a text', { generation: '3' }],
    ['a broken generation', { generation: 1.5 }],
    ['a generation that cannot grow', { generation: Number.MAX_SAFE_INTEGER }],
    ['a negative generation', { generation: -1 }],
    ['a moment of issue that is no date', { issuedAt: 1e300 }],
    ['an expiry that is no date', { expiresAt: 8.64e15 + 1 }],
    ['a mark at no date', { attempt: { id: 'a', at: -1e300 } }],
    ['no access token', { accessToken: undefined }],
    ['an access token that is null, without a server that keeps it in a cookie', { accessToken: null }],
    ['an empty access token', { accessToken: '' }],
    ['an access token that is a number', { accessToken: 12345 }],
    ['an access token that no header can carry', { accessToken: 'two\r\nlines' }],
    ['an access token outside of what a header can carry', { accessToken: '토큰' }],
    ['no refresh token', { refreshToken: undefined }],
    ['an empty refresh token', { refreshToken: '' }],
    ['a refresh token that is an object', { refreshToken: {} }],
    ['no moment of issue', { issuedAt: null }],
    ['an expiry that is a date', { expiresAt: '2030-01-01T00:00:00Z' }],
    ['no user', { user: undefined }],
    ['secrets that are not texts', { secrets: { idToken: 7 } }],
    ['an attempt that is null', { attempt: null }],
    ['an attempt that is a number', { attempt: 7 }],
    ['an attempt of no session', { attempt: { at: 0 } }],
  ])('a session with %s is ignored', (_, changes) => {
    using world = restore(JSON.stringify({ ...session, ...changes }));

    expect(world.session.getSnapshot().status).toBe('anonymous');
  });
});

describe('A stored text that is a session', () => {
  test('is restored, even with fields of a later format', async () => {
    using world = restore(JSON.stringify({ ...session, later: { addition: true } }));

    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', user: session.user });
    expect(await world.session.accessToken()).toBe(session.accessToken);
  });

  test('is restored without an access token if the server keeps it in a cookie', () => {
    const tokenless = JSON.stringify({ ...session, accessToken: null, refreshToken: null });
    using world = restore(tokenless, { cookies: cookieRequests() });

    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', user: session.user });
  });

  test('cannot pollute prototypes', () => {
    using world = restore(text.replace('{', '{"__proto__":{"isAdmin":true},'));

    expect(world.session.getSnapshot().status).toBe('authenticated');
    expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
    expect(Reflect.get(world.session.getSnapshot().user ?? {}, 'isAdmin')).toBeUndefined();
  });

  test('of a user who has logged out signs no user in', () => {
    using world = restore(JSON.stringify(tombstone()));

    expect(world.session.getSnapshot()).toMatchObject({ status: 'anonymous', user: null });
  });

  test('is overwritten by the next sign-in', async () => {
    using world = restore('{"version":0,"token":"old"}');
    await world.session.adopt({ accessToken: 'new' });

    expect(JSON.parse(world.storage.getItem(key) ?? '')).toMatchObject({ version: 1, accessToken: 'new' });
    expect(world.storage).toHaveLength(1);
  });
});
