import { betterAuth as createAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import makeFetchCookie from 'fetch-cookie';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { createSession } from '../../src/index.ts';
import { betterAuth } from './contracts/betterAuth.ts';

test('better-auth: signs in, refreshes, and expires when the session is gone', async () => {
  const tables = { user: [], session: [], account: [], verification: [] };
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
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
  const withCookies = makeFetchCookie(fetch);
  const fetchAsPage = async (input, init) => {
    const request = new Request(input, init);
    request.headers.set('origin', origin);
    const body = request.body === null ? undefined : await request.text();
    return withCookies(request.url, { method: request.method, headers: request.headers, body });
  };
  using session = createSession({
    baseUrl: `${origin}/api/auth/`,
    server: betterAuth,
    ky: { fetch: fetchAsPage },
  });
  try {
    await expect(session.login({ ...credentials, password: 'wrong-password' })).rejects.toMatchObject({
      verdict: 'invalidCredentials',
    });
    await session.login(credentials);
    expect(session.getSnapshot()).toMatchObject({
      status: 'authenticated',
      user: { email: credentials.email },
    });
    await session.refresh();
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', expiresAt: expect.any(Number) });
    tables.session.length = 0;
    await expect(session.refresh()).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
