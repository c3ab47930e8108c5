import { betterAuth as createAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import makeFetchCookie from 'fetch-cookie';
import { createServer } from 'node:http';
import { listen } from '../listen.js';
import { testRecipe } from '../testRecipe.js';
import { betterAuth } from './contract.ts';

async function start() {
  const tables = { user: [], session: [], account: [], verification: [] };
  const server = createServer();
  const { origin, stop } = await listen(server);
  const auth = createAuth({
    baseURL: origin,
    secret: 'a secret of the tests with 32 characters',
    database: memoryAdapter(tables),
    emailAndPassword: { enabled: true },
    trustedOrigins: [origin],
  });
  server.on('request', toNodeHandler(auth));
  const credentials = { email: 'ada@example.com', password: 'lovelace-1815' };
  await auth.api.signUpEmail({ body: { ...credentials, name: 'Ada' } });
  const endSessions = () => {
    tables.session.length = 0;
  };
  return {
    baseUrl: `${origin}/api/auth/`,
    credentials,
    createFetch: () => createBrowserFetch(origin),
    expire() {
      for (const session of tables.session) session.expiresAt = new Date(0);
    },
    revoke: endSessions,
    stop,
  };
}

/** A `fetch` with the cookies and the `Origin` of a page. */
function createBrowserFetch(origin) {
  const withCookies = makeFetchCookie(fetch);
  return async (input, init) => {
    const request = new Request(input, init);
    request.headers.set('origin', origin);
    const body = request.body === null ? undefined : await request.text();
    return withCookies(request.url, { method: request.method, headers: request.headers, body });
  };
}

testRecipe('better-auth', betterAuth, start, {
  resource: 'list-sessions',
  user: { email: 'ada@example.com' },
  refused: { verdict: 'invalidCredentials', status: 401, serverCode: 'INVALID_EMAIL_OR_PASSWORD' },
  expired: 'ends',
  afterLogout: { accessToken: 'refused', refresh: 'refused' },
});
