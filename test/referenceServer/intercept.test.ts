import { describe, expect, test } from 'vitest';
import { createTestServer } from '../../src/testing/server.ts';
import { refresh, signIn } from './inMemory.ts';

describe('intercept', () => {
  test('responds in place of the server, the given number of times', async () => {
    const server = createTestServer();
    server.intercept('api', () => new Response(null, { status: 503 }), { times: 2 });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await server.fetch('/api/public')).status);

    expect(statuses).toEqual([503, 503, 200]);
  });

  test('intercepts only its kind of request, until it is removed', async () => {
    const server = createTestServer();
    const undo = server.intercept('refresh', () => new Response(null, { status: 503 }));
    const { refreshToken } = await signIn(server);

    expect((await refresh(server, refreshToken)).status).toBe(503);
    undo();
    undo();
    expect((await refresh(server, refreshToken)).status).toBe(200);
  });

  test('the last one added runs first, and may read the body before the server does', async () => {
    const server = createTestServer();
    const seen: string[] = [];
    server.intercept('login', async (_request, next) => {
      seen.push('first');
      return next();
    });
    server.intercept('login', async (request, next) => {
      seen.push('last', await request.text());
      return next();
    });
    const { accessToken } = await signIn(server);

    expect(seen).toEqual(['last', '{"username":"ada","password":"lovelace"}', 'first']);
    expect(accessToken).toBeTruthy();
  });

  test('can drop a response after the server has acted', async () => {
    const server = createTestServer();
    const { refreshToken } = await signIn(server);
    server.intercept(
      'refresh',
      async (_request, next) => {
        await next();
        return Response.error();
      },
      { times: 1 },
    );

    await expect(refresh(server, refreshToken)).rejects.toThrow(new TypeError('fetch failed'));
    expect(server.requests.at(-1)).toMatchObject({ kind: 'refresh', status: 0, username: 'ada' });
    expect((await refresh(server, refreshToken)).status).toBe(401);
  });

  test('cuts the connection if it throws', async () => {
    const server = createTestServer();
    const cause = new Error('cable');
    server.intercept('api', () => {
      throw cause;
    });

    await expect(server.fetch('/api/public')).rejects.toMatchObject({ name: 'TypeError', cause });
  });

  test.each([
    [
      'everything',
      () => Response.error(),
      {},
      '`kind` to be one of login, refresh, logout, api, got "everything"',
    ],
    ['api', undefined, {}, '`handler` to be a function, got undefined'],
    ['api', () => Response.error(), { times: 0 }, '`times` to be a whole number of at least 1, got 0'],
    ['api', () => Response.error(), { times: '2' }, '`times` to be a number, got "2"'],
  ])('refuses %j, %o, %j', (kind, handler, options, message) => {
    const server = createTestServer();

    // @ts-expect-error: JavaScript code can pass this
    expect(() => server.intercept(kind, handler, options)).toThrow(message);
  });
});
