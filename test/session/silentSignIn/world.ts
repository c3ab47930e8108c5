import fetchCookie from 'fetch-cookie';
import {
  createSession,
  memoryStore,
  tokensInMemory,
  type ServerContract,
  type SessionEmitted,
  type SessionOptions,
  type SessionStore,
} from '../../../src/index.ts';
import { createManualClock, createSignals } from '../../../src/testing/index.ts';
import { cheapArgon2Cost } from '../../referenceServer/authorities.ts';
import { refreshCookie } from '../../referenceServer/contracts/refreshCookie.ts';
import { startServer } from '../../referenceServer/server.ts';

export interface User {
  id: string;
  username: string;
}

export type Credentials = Record<'username' | 'password', string>;

export const ada: Credentials = { username: 'ada', password: 'lovelace' };

export type Options = Partial<SessionOptions<User, Credentials>> & {
  readonly contract?: Partial<ServerContract<User, Credentials>>;
};

/** A server on a port that keeps the refresh token in a cookie, and a browser profile: its cookies and shared storage. */
export async function createWorld() {
  const stack = new AsyncDisposableStack();
  const clock = createManualClock();
  const signals = createSignals();
  const server = stack.use(
    await startServer({ dialect: 'refreshCookie', now: clock.now, argon2Cost: cheapArgon2Cost }),
  );
  const jar = new fetchCookie.toughCookie.CookieJar();
  const browser = fetchCookie((input: string | URL | Request, init?: RequestInit) => fetch(input, init), jar);
  const place: SessionStore<User> = memoryStore<User>();

  return {
    clock,
    signals,
    server,
    place,
    /** Loads the page in a new tab: the session has the cookies and what the tabs share. */
    open({ contract, ...options }: Options = {}) {
      const session = stack.use(
        createSession<User, Credentials>({
          baseUrl: server.url,
          server: { ...refreshCookie, ...contract },
          store: tokensInMemory(place),
          ky: { fetch: (input, init) => browser(input, init) },
          environment: { clock, signals, random: () => 0.5 },
          ...options,
        }),
      );
      const facts: SessionEmitted['type'][] = [];
      session.on('*', ({ type }) => void facts.push(type));
      return {
        session,
        facts,
        state: () => session.history().at(-1)?.to,
        async whoAmI(): Promise<string> {
          const { username } = await session.api.get('api/me').json<{ username: string }>();
          return username;
        },
      };
    },
    /** Another sign-in in the same browser, such as on the server's own page. */
    async signInElsewhere(credentials = ada): Promise<void> {
      await browser(`${server.url}/auth/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(credentials),
      });
    },
    async stored(): Promise<unknown> {
      return place.read('session');
    },
    cookie: async () => (await jar.getCookies(`${server.url}/auth`)).map(({ value }) => value),
    refusals: () => server.requests.map(({ code }) => code).filter((code) => code !== undefined),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
