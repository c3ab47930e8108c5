// A phone's app, in a thread with React Native's globals only. They must be imported first.
import './reactNativeGlobals.ts';
import { parentPort, workerData } from 'node:worker_threads';
import { asyncStorageStore, createSession, reactNativeSignals, type Session } from '../../src/index.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';

const baseUrl: unknown = workerData;
if (typeof baseUrl !== 'string' || parentPort === null)
  throw new Error('A phone is given the address of a server');

const disk = new Map<string, string>();
const store = asyncStorageStore({
  getItem: async (key) => disk.get(key) ?? null,
  setItem: async (key, value) => void disk.set(key, value),
  removeItem: async (key) => void disk.delete(key),
});
const AppState = { addEventListener: () => ({ remove: () => undefined }) };
const start = (): Session<unknown, { username: string; password: string }> =>
  createSession({
    baseUrl,
    server: rotating,
    store,
    refresh: { cooldown: 0 },
    environment: { signals: reactNativeSignals({ AppState }) },
  });
let session = start();
let pending: Promise<unknown> = Promise.resolve();
let abort = (): void => undefined;

/** The `redirect` values that Expo's `fetch` received. It reads only its second argument. */
let redirects: unknown[] = [];

/** Expo's `fetch` has its own error for network failures. */
async function expoFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  redirects.push(init?.redirect);
  try {
    return await reactNativeFetch(input, init);
  } catch (error) {
    throw new Error('fetch failed: The network connection was lost.', { cause: error });
  }
}

const { fetch: reactNativeFetch } = globalThis;

/** The commands that a test can send to the app. */
const actions = {
  signIn: (password: string) => session.login({ username: 'ada', password }),
  signOut: () => session.logout(),
  get: (path: string) => session.api.get(path).json(),
  fetch: async (path: string): Promise<unknown> => (await session.fetch(path)).json(),
  getMany: () => Promise.all(Array.from({ length: 20 }, (_, n) => session.api.get(`api/items/${n}`).json())),
  send: (text: string) => session.api.post('api/mirror', { json: text }).json(),
  begin: async (path: string) => {
    const controller = new AbortController();
    abort = () => controller.abort();
    pending = session.api.get(path, { signal: controller.signal }).json();
    pending.catch(() => undefined);
  },
  beginFetch: async (path: string) => {
    pending = session.fetch(path);
    pending.catch(() => undefined);
  },
  abort: async () => abort(),
  end: async () => await pending,
  getInTime: (path: string) => session.api.get(path, { timeout: 50, retry: 0 }).json(),
  useExpoFetch: async () => void (globalThis.fetch = expoFetch),
  redirects: async () => redirects,
  status: async () => session.getSnapshot().status,
  restart: async () => {
    session.dispose();
    session = start();
    await session.ready();
  },
  /** Installs the app anew. */
  reset: async () => {
    session.dispose();
    disk.clear();
    redirects = [];
    globalThis.fetch = reactNativeFetch;
    session = start();
  },
  lacks: async () =>
    ['crypto', 'TextDecoder', 'ReadableStream', 'DOMException'].filter((name) => !(name in globalThis)),
  knows: async () => [
    'any' in AbortSignal,
    'throwIfAborted' in AbortSignal.prototype,
    'canParse' in URL,
    'body' in Response.prototype || 'body' in new Response('text'),
  ],
};
export type Actions = typeof actions;

/** The outcome of a command. */
export interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly code: unknown; readonly status: unknown };
}

const port = parentPort;
port.on('message', ({ name, argument }: { name: keyof Actions; argument: string }) => {
  actions[name](argument).then(
    (result: unknown) => port.postMessage({ result: result ?? null }),
    (error: unknown) => port.postMessage({ error: describe(error) }),
  );
});

function describe(error: unknown): { name: string; code: unknown; status: unknown } {
  const found = new Map(Object.entries(error instanceof Error ? error : {}));
  return {
    name: error instanceof Error ? error.name : typeof error,
    code: found.get('code') ?? null,
    status: found.get('status') ?? null,
  };
}
