import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { parseSetCookie, stringifyCookie } from 'cookie';
import {
  cookieContract,
  createSession,
  memoryStore,
  restContract,
  type ServerContract,
  type Session,
  type SessionStore,
} from '../../src/index.ts';
import {
  serverSessions,
  sessionHandler,
  type ServerSessionsOptions,
  type SessionHandlerOptions,
} from '../../src/backend/index.ts';
import { createManualClock } from '../clock.ts';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { startServer } from '../referenceServer/server.ts';

export interface User {
  readonly username: string;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export const ada: Credentials = { username: 'ada', password: 'lovelace' };
export const grace: Credentials = { username: 'grace', password: 'hopper' };

export const secret = 'a secret that is long enough for AES';

export type World = Awaited<ReturnType<typeof openWorld>>;

/** The cookies of a browser. */
export type Jar = Map<string, string>;

/** What the user enters in one step of a sign-in. */
export type Step = Credentials | { readonly code: string };

export interface WorldOptions extends Partial<Pick<ServerSessionsOptions<User, Step>, 'cookie' | 'server'>> {
  /** Shared by all instances. Default is none: the cookie holds the session. */
  readonly store?: SessionStore<User>;
  readonly handler?: SessionHandlerOptions<User>;
}

const oneStep = cookieContract<User, Step>({
  login: 'auth/login',
  refresh: 'auth/refresh',
  logout: 'auth/logout',
});

/** An API on a port, which accepts each refresh token once, and instances of a backend for frontend on others. */
export async function openWorld(options: WorldOptions = {}) {
  const { handler, ...more } = options;
  const stack = new AsyncDisposableStack();
  const clock = createManualClock();
  const api = stack.use(await startServer({ argon2Cost: cheapArgon2Cost, now: () => clock.now() }));

  const createSessions = (own: Partial<ServerSessionsOptions<User, Step>> = {}) =>
    serverSessions<User, Step>({
      baseUrl: `${api.url}/api/`,
      server: restContract({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
      secret,
      environment: { clock },
      ...more,
      ...own,
    });

  /** Starts an instance, and returns its URL. */
  async function startInstance(): Promise<string> {
    const listener = getRequestListener(sessionHandler(createSessions(), handler), {
      overrideGlobalObjects: false,
    });
    const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    stack.defer(() => {
      server.close();
      server.closeAllConnections();
    });
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  return {
    api,
    clock,
    createSessions,
    startInstance,
    /** How often the API was asked to revoke tokens. */
    logouts: () => api.requests.filter(({ path }) => path === '/auth/logout').length,
    /** A page of an instance in a browser with these cookies. */
    openPage: (url: string, jar: Jar, server: ServerContract<User, Step> = oneStep): Session<User, Step> =>
      stack.use(
        createSession<User, Step>({
          baseUrl: url,
          server,
          store: memoryStore<User>(),
          environment: { clock },
          ky: { fetch: fetchWith(jar) },
        }),
      ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The `Cookie` header of a browser. */
export const cookieHeader = (jar: Jar): string => stringifyCookie(Object.fromEntries(jar));

/** `fetch` of a page of the same origin, in a browser with these cookies. */
export function fetchWith(jar: Jar): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    if (jar.size > 0) request.headers.set('cookie', cookieHeader(jar));
    request.headers.set('sec-fetch-site', 'same-origin');
    const response = await fetch(request);
    receive(response, jar);
    return response;
  };
}

/** Stores the cookies of a response in a browser. */
export function receive(response: Response, jar: Jar): void {
  for (const header of response.headers.getSetCookie()) {
    const { name, value = '', maxAge } = parseSetCookie(header);
    if (maxAge === 0) jar.delete(name);
    else jar.set(name, value);
  }
}

/** A store that counts the sessions that listen to it. */
export function countingStore() {
  const place = memoryStore<User>();
  const counts = { listeners: 0, calls: 0 };
  const store: SessionStore<User> = {
    ...place,
    read(key) {
      counts.calls += 1;
      return place.read(key);
    },
    watch(key, listener) {
      counts.listeners += 1;
      counts.calls += 1;
      const stop = place.watch(key, listener);
      return () => {
        counts.listeners -= 1;
        stop();
      };
    },
  };
  return { store, counts };
}
