import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, describe, expect, onTestFinished, test, vi } from 'vitest';
import { cheapArgon2Cost, createGate } from './authorities.ts';
import { startServer, type RunningServer, type StartServerOptions } from './server.ts';
import { sqliteAccounts } from './sqliteAccounts.ts';
import { readTokens, type Tokens } from './tokens.ts';

function start(options: StartServerOptions = {}): Promise<RunningServer> {
  return startServer({ argon2Cost: cheapArgon2Cost, ...options });
}

function post(server: RunningServer, path: string, fields: Record<string, string>): Promise<Response> {
  return fetch(server.url + path, { method: 'POST', body: JSON.stringify(fields) });
}

async function signIn(server: RunningServer): Promise<Tokens> {
  const response = await post(server, server.endpoints.login, { username: 'ada', password: 'lovelace' });
  return readTokens(response);
}

async function createFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'sessionchart-'));
  return {
    folder,
    database: join(folder, 'server.sqlite'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

describe('the port', () => {
  test('is a free one on 127.0.0.1, and two servers can run side by side', async () => {
    await using first = await start();
    await using second = await start({ dialect: 'coded' });

    expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(second.url).not.toBe(first.url);
    expect((await fetch(`${second.url}/api/public`)).status).toBe(200);
  });

  test('that is in use makes the start fail', async () => {
    await using first = await start();
    const port = Number(new URL(first.url).port);

    await expect(start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('closes at once, even with open keep-alive connections and a pending request', async () => {
    const server = await start();
    const agent = new Agent({ keepAlive: true });
    const idle = createGate();
    httpRequest(`${server.url}/api/public`, { agent }, (response) => {
      response.resume().on('end', idle.open);
    }).end();
    await idle.opened;
    const reached = createGate();
    server.intercept('api', () => {
      reached.open();
      return new Promise(() => undefined);
    });
    const hanging = fetch(`${server.url}/api/public`);
    await reached.opened;
    await Promise.all([server.close(), expect(hanging).rejects.toThrow(TypeError)]);
    agent.destroy();

    await server.close();
    await expect(fetch(`${server.url}/api/public`)).rejects.toThrow(TypeError);
  });
});

describe('a browser page', () => {
  test('may call the server with a token and read the headers that it needs', async () => {
    await using server = await start({ dialect: 'header' });
    const preflight = await fetch(`${server.url}/api/me`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'http://localhost:5173',
        'Access-Control-Request-Method': 'PATCH',
        'Access-Control-Request-Headers': 'authorization,content-type',
      },
    });
    const { refreshToken } = await signIn(server);
    const refreshed = await post(server, server.endpoints.refresh, { refreshToken });

    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(preflight.headers.get('Access-Control-Allow-Methods')).toContain('PATCH');
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toBe('authorization,content-type');
    expect(refreshed.headers.get('Access-Control-Expose-Headers')).toContain('Authorization');
    expect(server.requests.map(({ kind }) => kind)).toEqual(['login', 'refresh']);
  });

  test('may also read the responses of intercepts and refusals', async () => {
    await using server = await start();
    server.intercept('api', () => new Response('busy', { status: 503 }), { times: 1 });

    for (const status of [503, 401]) {
      const response = await fetch(`${server.url}/api/me`);
      expect(response.status).toBe(status);
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
    }
  });
});

describe('a connection', () => {
  test('that an intercept cuts fails the fetch, after the server has acted', async () => {
    await using server = await start();
    const { refreshToken } = await signIn(server);
    server.intercept(
      'refresh',
      async (_request, next) => {
        await next();
        return Response.error();
      },
      { times: 1 },
    );

    await expect(post(server, '/auth/refresh', { refreshToken })).rejects.toThrow(TypeError);
    const again = await post(server, '/auth/refresh', { refreshToken });
    expect(again.status).toBe(401);
    expect(server.requests.at(-1)?.code).toBe('refreshTokenReused');
  });

  test('that the client aborts is logged with status 0', async () => {
    await using server = await start();
    const controller = new AbortController();
    const aborted = createGate();
    server.intercept('api', (request) => {
      request.signal.addEventListener('abort', () => aborted.open());
      controller.abort();
      return new Promise(() => undefined);
    });

    const answer = fetch(`${server.url}/api/public`, { signal: controller.signal });
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await aborted.opened;
    expect(server.requests).toMatchObject([{ path: '/api/public', status: 0 }]);
  });

  test('carries complete bodies in both directions', async () => {
    await using server = await start();
    const headers = { Authorization: `Bearer ${(await signIn(server)).accessToken}` };
    const body = crypto.getRandomValues(new Uint8Array(65_536));
    const mirror = await fetch(`${server.url}/api/mirror`, { method: 'PUT', headers, body });
    const empty = await fetch(`${server.url}/api/echo`, { headers });

    expect(new Uint8Array(await mirror.arrayBuffer())).toEqual(body);
    expect(await empty.json()).toMatchObject({ method: 'GET', contentType: null, length: 0, user: 'ada' });
  });
});

describe('the database', () => {
  test('is a file that contains neither passwords nor tokens', async () => {
    await using place = await createFolder();
    const secrets: string[] = ['lovelace', 'hopper'];
    {
      await using server = await start({ database: place.database });
      const { accessToken, refreshToken } = await signIn(server);
      const second = await readTokens(await post(server, '/auth/refresh', { refreshToken }));
      secrets.push(accessToken, refreshToken, second.accessToken, second.refreshToken);
    }
    const bytes = await readFile(place.database, 'latin1');

    expect(bytes).toContain('$argon2id$');
    for (const secret of secrets) expect(bytes).not.toContain(secret);
  });

  test('is in memory if no path is given: no file is written', async () => {
    await using place = await createFolder();
    vi.stubEnv('TMPDIR', place.folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    const server = await start();

    await signIn(server);
    expect(await readdir(place.folder)).toEqual([]);
    await server.close();
    expect(await readdir(place.folder)).toEqual([]);
    await expect(start({ port: 70_000 })).rejects.toThrow(RangeError);
    expect(await readdir(place.folder)).toEqual([]);
  });

  test('keeps refresh tokens across a restart, but not the access tokens of the old secret', async () => {
    await using place = await createFolder();
    const options = { database: place.database, dialect: 'express' } as const;
    const first = await start(options);
    const { accessToken, refreshToken } = await signIn(first);
    await first.close();
    await using second = await start(options);

    expect((await post(second, '/token', { refreshToken })).status).toBe(200);
    const me = await fetch(`${second.url}/api/me`, { headers: { Authorization: `Bearer ${accessToken}` } });
    expect(me.status).toBe(403);
  });

  test('can be shared by two servers: each token is redeemed once', async () => {
    await using place = await createFolder();
    await using first = await start({ database: place.database });
    await using second = await start({ database: place.database });
    const { refreshToken } = await signIn(first);
    const both = await Promise.all(
      [first, second].map((server) => post(server, '/auth/refresh', { refreshToken })),
    );
    const winner = both.find(({ ok }) => ok);
    assert(winner !== undefined);
    const replacement = await readTokens(winner);
    const after = await post(first, '/auth/refresh', { refreshToken: replacement.refreshToken });

    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(after.status).toBe(401);
  });

  test('hashes passwords at a secure cost by default', async () => {
    await using place = await createFolder();
    const user = { id: '1', username: 'ada', email: 'ada@example.com', password: 'lovelace' };
    const accounts = await sqliteAccounts({ database: place.database, users: [user] });
    accounts.close();

    expect(await readFile(place.database, 'latin1')).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });

  test('rejects options that contradict the given accounts', async () => {
    await using place = await createFolder();
    const accounts = await sqliteAccounts({ database: place.database, argon2Cost: cheapArgon2Cost });

    await expect(start({ accounts, accessTokenLifetime: 5 })).rejects.toThrow(
      '`accessTokenLifetime` to be omitted',
    );
    accounts.close();
  });
});
