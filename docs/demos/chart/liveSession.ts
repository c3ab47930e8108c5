import { createSession, restContract } from '../../../src/index.ts';
import { createTestServer, testUsers } from '../../../src/testing/index.ts';

/** How long each request takes, in milliseconds: long enough to watch the chart. */
const latency = { login: 500, refresh: 1_200, api: 300 };

/** A session and its in-memory server, and what a visitor can do with them. */
export function createLiveSession() {
  const server = createTestServer();
  const session = createSession({
    baseUrl: server.url,
    server: restContract<{ username: string }, { username: string; password: string }>({
      login: 'auth/login',
      refresh: 'auth/refresh',
    }),
    ky: { fetch: server.fetch, retry: 0 },
    // A visitor who expires two tokens in a row sees two refreshes.
    refresh: { cooldown: 0 },
  });
  let stopOutage: (() => void) | null = null;
  for (const kind of ['login', 'refresh', 'api'] as const) {
    server.intercept(kind, async (_request, next) => {
      await new Promise((resolve) => setTimeout(resolve, latency[kind]));
      return next();
    });
  }
  const send = (): void => {
    for (let n = 1; n <= 5; n += 1) void session.api.get(`api/items/${n}`).catch(() => undefined);
  };

  return {
    session,
    signIn(this: void): void {
      const [ada] = testUsers;
      if (ada !== undefined) void session.login(ada).catch(() => undefined);
    },
    signOut: (): void => void session.logout(),
    send,
    /** Expires the access token, so that the next request is refused, and sends five requests. */
    expireAndSend(this: void): void {
      server.expireAccessTokens();
      send();
    },
    /** Ends the session at the server. It shows with the next request. */
    revokeAndSend(this: void): void {
      server.revokeSessions();
      send();
    },
    /** Lets the refresh endpoint respond with 503, or lets it work again. */
    setOutage(isOut: boolean): void {
      stopOutage?.();
      stopOutage = isOut ? server.intercept('refresh', () => new Response(null, { status: 503 })) : null;
    },
    dispose: () => session.dispose(),
  };
}

export type LiveSession = ReturnType<typeof createLiveSession>;
