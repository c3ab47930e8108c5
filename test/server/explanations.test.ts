import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createSession, restContract, sessionErrorOf, type RestContractOptions } from '../../src/index.ts';
import { ada, granted, type Credentials, type User } from './contractWorld.ts';
import { startRecordingServer } from './recordingServer.ts';

type Contract = RestContractOptions<User, Credentials>;

/** A server that sends this response to every request. */
async function startServer(status: number, body = '', headers: Record<string, string> = {}) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status, headers).end(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve()).closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close };
}

const open = (baseUrl: string, contract: Contract = {}) =>
  createSession<User, Credentials>({
    baseUrl,
    server: restContract<User, Credentials>({
      login: 'auth/login?tenant=s3cret',
      refresh: 'auth/refresh',
      ...contract,
    }),
    refresh: { attempts: 1 },
  });

/** The message of a login that fails, and the explanation in the view. */
async function failedLogin(baseUrl: string, contract?: Contract) {
  using session = open(baseUrl, contract);
  const error: unknown = await session.login(ada).catch((caught: unknown) => caught);
  return { message: sessionErrorOf(error)?.message, shown: session.getSnapshot().error?.explanation };
}

/** The message of a refresh that fails. */
async function failedRefresh(baseUrl: string, contract?: Contract): Promise<string | undefined> {
  using session = open(baseUrl, contract);
  await session.adopt({ accessToken: 'access-s3cret', refreshToken: 'refresh-s3cret' });
  const error: unknown = await session.refresh().catch((caught: unknown) => caught);
  return sessionErrorOf(error)?.message;
}

const html = { 'content-type': 'text/html' };

describe('An error of a login names the request, and the likely cause', () => {
  test.each<[string, number, string, string, Record<string, string>?]>([
    ['404', 404, '', 'does not exist: check that `baseUrl` leads to the server, and the path'],
    ['a page of 404', 404, '<html>', 'does not exist: check', html],
    ['405', 405, '', 'is not allowed: check `method` and the path'],
    ['a page of HTML', 200, '<!doctype html><title>Shop</title>', 'returned a page of HTML: check', html],
    ['a redirect', 307, '', 'was redirected, which is not followed', { location: '/login?token=s3cret' }],
    [
      'a code in an unknown place',
      400,
      '{"data":{"reason":"WRONG"}}',
      "did you mean `errorCode: 'data.reason'`?",
    ],
  ])('for %s', async (_, status, body, cause, headers) => {
    await using server = await startServer(status, body, headers);
    const { message, shown } = await failedLogin(server.url, { errorCodes: { WRONG: 'invalidCredentials' } });

    expect(message).toContain(`: POST ${server.url}/auth/login`);
    expect(message).toContain(cause);
    expect(message).not.toContain('s3cret');
    expect(message?.endsWith(String(shown))).toBe(true);
  });

  test('for a server that does not run', async () => {
    const server = await startServer(200);
    await server.close();

    expect((await failedLogin(server.url)).message).toContain(
      `: POST ${server.url}/auth/login got no response (ECONNREFUSED): check that \`baseUrl\` leads to the server`,
    );
  });

  test('for a port that `fetch` does not use', async () => {
    expect((await failedLogin('http://127.0.0.1:9')).message).toBe(
      'Signing in failed: POST http://127.0.0.1:9/auth/login got no response',
    );
  });

  test.each([
    ['does not end with a slash', '/v1', 'auth/login'],
    ['is followed by a path with a slash', '/v1/', '/auth/login'],
  ])('for a `baseUrl` that loses its path because it %s', async (_, path, login) => {
    await using server = await startServer(404);
    const { message } = await failedLogin(`${server.url}${path}`, { login });

    expect(message).toContain(`POST ${server.url}/auth/login does not exist: it lacks \`/v1\``);
  });

  test('unless the credentials are wrong', async () => {
    await using server = await startServer(401);

    expect((await failedLogin(server.url)).message).toBe(
      `Signing in failed (status 401): POST ${server.url}/auth/login`,
    );
  });
});

describe('An error of a refresh names the request, and the likely cause', () => {
  test.each([
    [404, '', 'does not exist: check'],
    [
      200,
      '{"data":{"accessToken":"a-s3cret"}}',
      "did you mean `grant: { accessToken: 'data.accessToken' }`?",
    ],
  ])('for %i', async (status, body, cause) => {
    await using server = await startServer(status, body);
    const message = await failedRefresh(server.url);

    expect(message).toContain(`: POST ${server.url}/auth/refresh`);
    expect(message).toContain(cause);
    expect(message).not.toContain('s3cret');
  });

  test('but no token, even if the path contains it', async () => {
    await using server = await startServer(404);
    using session = createSession({
      baseUrl: server.url,
      server: {
        refresh: ({ http, refreshToken }) =>
          http.post(`tokens/${encodeURIComponent(String(refreshToken))}`).json(),
      },
      refresh: { attempts: 1 },
    });
    for (const refreshToken of ['refresh-s3cret', 'a+b/refresh=s3cret']) {
      await session.adopt({ accessToken: refreshToken, refreshToken });
      const error: unknown = await session.refresh().catch((caught: unknown) => caught);

      expect(sessionErrorOf(error)?.message).toContain(`POST ${server.url}/tokens/… does not exist`);
    }
  });

  test('if the login has returned no refresh token', async () => {
    await using server = await startRecordingServer({
      'POST /auth/login': granted({ data: { jwt: 'a-1', refresh: 'r-1' } }),
      'POST /auth/refresh': () => ({ status: 401, json: { message: 'No token' } }),
    });
    using session = open(server.url, { grant: { accessToken: 'data.jwt' } });
    await session.login(ada);

    await expect(session.refresh()).rejects.toThrow(
      `POST ${server.url}/auth/refresh was sent no refresh token: check \`grant.refreshToken\``,
    );
  });
});
