import { OAuth2Client, OAuth2Fetch } from '@badgateway/oauth2-client';
import ky, { type KyInstance, type Options } from 'ky';
import { createSession, restContract, type Session } from 'sessionchart';
import type { Send } from './compare.ts';
import { baseUrl } from './server.ts';

interface User {
  readonly id: string;
}

/** Reads a response as most applications do. Rejects if it is an error. */
export async function readItems(response: Promise<Response>): Promise<unknown> {
  const answer = await response;
  if (!answer.ok) throw new Error(`Answered with ${answer.status}`);
  return answer.json();
}

/** Creates a session that is signed in, with limits that no measurement reaches. */
export async function signIn(
  base: typeof fetch,
  { api = baseUrl, ky: kyOptions = {} }: { api?: string; ky?: Options } = {},
): Promise<Session<User>> {
  const session = createSession<User>({
    baseUrl: api,
    server: restContract<User>({
      login: 'login',
      refresh: 'refresh',
      errorCodes: { TOKEN_EXPIRED: 'accessTokenExpired' },
    }),
    hold: { limit: 1_000_000, timeout: 600_000 },
    refresh: { timeout: 600_000 },
    ky: { ...kyOptions, fetch: base },
  });
  await session.login({ name: 'ada' });
  return session;
}

export const bareKy = (base: typeof fetch): KyInstance => ky.create({ fetch: base });

/** ky with empty hooks: the least that any layer of hooks costs. */
export const emptyHooks = (base: typeof fetch): KyInstance =>
  bareKy(base).extend({ hooks: { beforeRequest: [() => undefined], afterResponse: [() => undefined] } });

/** The refresh that most applications write by hand: a flag, and a queue of failed requests. */
export function failedQueue(base: typeof fetch, api = baseUrl): KyInstance {
  let accessToken = 'access-0';
  let isRefreshing = false;
  let queue: (() => void)[] = [];

  const refresh = async (): Promise<void> => {
    isRefreshing = true;
    const answer = await base(`${api}refresh`, { method: 'POST' });
    ({ accessToken } = (await answer.json()) as { accessToken: string });
    isRefreshing = false;
    for (const resume of queue) resume();
    queue = [];
  };

  return ky.create({
    fetch: base,
    hooks: {
      beforeRequest: [({ request }) => request.headers.set('Authorization', `Bearer ${accessToken}`)],
      afterResponse: [
        async ({ request, response, retryCount }) => {
          if (response.status !== 401 || retryCount > 0) return undefined;
          if (isRefreshing) await new Promise<void>((resolve) => queue.push(resolve));
          else await refresh();
          const headers = new Headers(request.headers);
          headers.set('Authorization', `Bearer ${accessToken}`);
          return ky.retry({ request: new Request(request, { headers }), delay: 0 });
        },
      ],
    },
  });
}

/** `@badgateway/oauth2-client`, with a given token. */
export function badgateway(base: typeof fetch, api = baseUrl): typeof fetch {
  const client = new OAuth2Client({
    server: api,
    tokenEndpoint: 'refresh',
    clientId: 'bench',
    fetch: base,
  });
  const token = { accessToken: 'access-0', refreshToken: 'refresh-0', expiresAt: Date.now() + 3_600_000 };
  const wrapper = new OAuth2Fetch({
    client,
    getNewToken: () => token,
    getStoredToken: () => token,
    scheduleRefresh: false,
  });
  const middleware = wrapper.mw();
  return (input, init) => middleware(new Request(input, init), (request) => base(request));
}

/** Creates a client of an API that is ready to send a request. */
export type Client = (base: typeof fetch, api?: string) => Send | Promise<Send>;

/** These refresh nothing. */
export const bareClients = {
  'bare fetch':
    (base, api = baseUrl) =>
    () =>
      readItems(base(`${api}items`)),
  'bare ky': (base, api = baseUrl) => {
    const client = bareKy(base);
    return () => client.get(`${api}items`).json();
  },
  'ky with empty hooks': (base, api = baseUrl) => {
    const client = emptyHooks(base);
    return () => client.get(`${api}items`).json();
  },
} satisfies Readonly<Record<string, Client>>;

const ownClients: Readonly<Record<string, Client>> = {
  'session.fetch': async (base, api = baseUrl) => {
    const session = await signIn(base, { api });
    return () => readItems(session.fetch(`${api}items`));
  },
  'session.api': async (base, api = baseUrl) => {
    const session = await signIn(base, { api, ky: { timeout: false } });
    return () => session.api.get(`${api}items`).json();
  },
  'ky with a failedQueue': (base, api = baseUrl) => {
    const client = failedQueue(base, api).extend({ timeout: false });
    return () => client.get(`${api}items`).json();
  },
  '@badgateway/oauth2-client': (base, api = baseUrl) => {
    const client = badgateway(base, api);
    return () => readItems(client(`${api}items`));
  },
};

interface Peers {
  readonly bareAxios: Client;
  readonly axiosAuthRefresh: Client;
  readonly axiosAuthRefreshAtBest: Client;
  readonly alova: Client;
}

/** Returns the clients that refresh tokens. `main.ts` has installed the packages of those in `peers/`. */
export async function refreshingClients(): Promise<Readonly<Record<string, Client>>> {
  // Not resolved by the types of the repository, where these packages are not installed.
  const path = './peers/clients.ts';
  const peers = (await import(path)) as Peers;
  return {
    ...ownClients,
    'axios-auth-refresh': peers.axiosAuthRefresh,
    'axios-auth-refresh at its best': peers.axiosAuthRefreshAtBest,
    alova: peers.alova,
  };
}

/** Returns a `Send` for each client. */
export async function openAll(
  clients: Readonly<Record<string, Client>>,
  base: typeof fetch,
  api?: string,
): Promise<Readonly<Record<string, Send>>> {
  const opened: Record<string, Send> = {};
  for (const [name, client] of Object.entries(clients)) opened[name] = await client(base, api);
  return opened;
}
