import { OAuth2Client, OAuth2Fetch } from '@badgateway/oauth2-client';
import ky, { type KyInstance, type Options } from 'ky';
import { createSession, restContract, type Session } from 'sessionchart';
import { baseUrl } from './server.ts';

interface User {
  readonly id: string;
}

/** Reads a response as most applications do. */
export async function readItems(response: Promise<Response>): Promise<unknown> {
  return (await response).json();
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
