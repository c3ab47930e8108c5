// The smoke test: the whole life of a session in an application. It runs unchanged on every runtime of the table in
// `runtimes.ts`, and imports the package by its name, as it was built.
import { asyncStorageStore, createSession, restContract, webStorageStore } from 'sessionchart';

const disk = new Map();

/** A slow storage, like IndexedDB and React Native's AsyncStorage. */
const slowStorage = {
  getItem: async (key) => disk.get(key) ?? null,
  setItem: async (key, value) => void disk.set(key, value),
  removeItem: async (key) => void disk.delete(key),
};

/** A program with a DOM uses `localStorage`; others use another storage. */
const defaultStore = () =>
  'document' in globalThis ? webStorageStore(() => globalThis.localStorage) : asyncStorageStore(slowStorage);

export function openSession(baseUrl, store = defaultStore()) {
  return createSession({
    baseUrl,
    server: {
      ...restContract({ login: 'auth/login', refresh: 'auth/refresh' }),
      // With `authorize`, requests follow no redirect. How to request that differs between platforms.
      authorize: (request, token) => request.headers.set('Authorization', `Bearer ${token}`),
    },
    store,
  });
}

/** Runs through the life of one session, and returns the observations. */
export async function smoke(session, baseUrl) {
  const unhandled = [];
  globalThis.addEventListener?.('unhandledrejection', ({ reason }) => unhandled.push(String(reason)));
  const outcome = (promise) => promise.then(String, (error) => error.code ?? String(error));
  const credentials = { username: 'ada', password: 'lovelace' };

  await session.ready();
  const statusBefore = session.getSnapshot().status;
  const user = await session.login(credentials);
  let thrown = 0;
  session.subscribe(() => {
    thrown += 1;
    throw new Error('a bug in a listener');
  });

  await fetch(`${baseUrl}/api/expire`);
  const getItem = async (n) => (await session.fetch(`/api/items/${n}`)).json();
  const items = await Promise.all([
    ...[0, 1, 2, 3].map(getItem),
    session.api.post('api/mirror', { json: { text: 'ä' } }).json(),
  ]);
  const withNull = await session.fetch(`${baseUrl}/api/me`, null);
  const { username } = await withNull.json();
  // Their bodies are never read, and are still open when the logout aborts them.
  const unread = [await session.api.get('api/items/8'), await session.fetch('/api/items/9')];

  const { body } = await session.fetch('/api/stream');
  const reader = body.getReader();
  const { value } = await reader.read();
  const isFirstPart = new TextDecoder().decode(value) === 'first';
  const rest = outcome(reader.read());
  await session.logout();
  const streamEnd = await rest;
  const afterLogout = await outcome(session.api.get('api/me', { context: { auth: 'required' } }));

  // The session stays signed in with its timers, and is not disposed of. The program must exit anyway.
  await session.login(credentials);
  await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    statusBefore,
    signedIn: user.username,
    hasThrown: thrown > 0,
    items,
    username,
    unread: unread.map(({ url }) => url.replace(baseUrl, '')),
    isFirstPart,
    streamEnd,
    afterLogout,
    statusAfter: session.getSnapshot().status,
    unhandled,
  };
}
