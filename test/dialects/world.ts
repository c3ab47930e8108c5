import { createSession, webStorageStore, type SessionOptions, type StoredSession } from '../../src/index.ts';
import { createManualClock, createSignals } from '../../src/testing/index.ts';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { startServer } from '../referenceServer/server.ts';
import type { Credentials, Dialect } from './dialects.ts';
import { inCookies, inStorage } from './keeping.ts';

export const ada: Credentials = { username: 'ada', password: 'lovelace' };

/** A time longer than the longest `refresh.cooldown`, in milliseconds. */
export const pastCooldown = 6_000;

/** A `localStorage` without a browser. */
function createStorage() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => {
      items.set(key, value);
    },
    text: () => [...items.values()].join('\n'),
  };
}

/** A server of one dialect on a port, and sessions that share a storage, like reloads of one page. */
export async function createWorld({ name, contract }: Pick<Dialect, 'name' | 'contract'>) {
  const stack = new AsyncDisposableStack();
  const clock = createManualClock();
  const signals = createSignals();
  const storage = createStorage();
  const store = webStorageStore(storage);
  const server = stack.use(await startServer({ dialect: name, now: clock.now, argon2Cost: cheapArgon2Cost }));
  const keeping =
    name === 'cookie' ? inCookies(contract, server) : inStorage(contract, async () => store.read('session'));

  return {
    clock,
    signals,
    storage,
    server,
    /** Loads the page: creates a session that knows only the stored record. */
    load(options: Partial<SessionOptions<unknown, Credentials>> = {}) {
      return stack.use(
        createSession({
          baseUrl: server.url,
          server: keeping.contract,
          store,
          ky: { fetch: keeping.fetch },
          environment: { clock, signals, random: () => 0 },
          ...options,
        }),
      );
    },
    /** Returns the stored session, or throws if there is none. */
    async stored(): Promise<StoredSession<unknown>> {
      const record = await store.read('session');
      if (record === null || 'ended' in record) throw new Error('No session is stored');
      return record;
    },
    tokens: keeping.tokens,
    grant: keeping.grant,
    /** Sends a refresh token to the server without the session. */
    redeem: (refreshToken: string) =>
      fetch(server.url + server.endpoints.refresh, { method: 'POST', ...keeping.refreshWith(refreshToken) }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
