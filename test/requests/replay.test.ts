import { isHTTPError, type RetryOptions } from 'ky';
import { describe, expect, test } from 'vitest';
import { createGate } from '../referenceServer/authorities.ts';
import { startRawServer } from './rawServer.ts';
import { holdTimersOfKy } from './timersOfKy.ts';
import { clients, openWorld, statusesByPath } from './world.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

describe.each(clients)('$name, a replay', ({ send }) => {
  test.each(methods)('of %s is the same request with the new token', async (method) => {
    const hasBody = !['GET', 'HEAD'].includes(method);
    await using server = await startRawServer();
    const answer = await send(server.session, 'things?sort=name', {
      method,
      ...(hasBody && { body: 'one apple' }),
    });

    const sent = { method, url: '/things?sort=name', body: hasBody ? 'one apple' : '' };
    expect(answer.status).toBe(200);
    expect(server.requests).toEqual([
      { ...sent, authorization: 'Bearer token-0' },
      { ...sent, authorization: 'Bearer token-1' },
    ]);
    expect(server.refreshes()).toBe(1);
  });

  test('starts as soon as the refresh is done, without a timer', async () => {
    await using server = await startRawServer();
    const start = server.clock.now();

    expect((await send(server.session, 'things')).status).toBe(200);
    expect(server.clock.now()).toBe(start);
  });

  test('whose connection is cut rejects, and a POST is not repeated', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    server.intercept('api', (_request, next) =>
      session.getSnapshot().status === 'authenticated' && server.counts().refresh === 1
        ? Response.error()
        : next(),
    );

    await expect(send(session, 'api/echo', { method: 'POST', body: 'one apple' })).rejects.toThrow(
      /fetch failed|network/i,
    );
    expect(statusesByPath(server).get('/api/echo')).toEqual([401, 0]);
    expect(session.getSnapshot().status).toBe('authenticated');
  });
});

describe('ky’s retries and the session’s replays', () => {
  test('with `retry: 0` a request is still replayed', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const answer = await world.session.api.post('api/echo', { body: 'one apple', retry: 0 }).json();

    expect(answer).toMatchObject({ length: 9, user: 'ada' });
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 2 });
  });

  test('with `throwHttpErrors: false` a refusal is replayed, and another status is returned', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const options = { throwHttpErrors: false };

    expect((await world.session.api.get('api/me', options)).status).toBe(200);
    expect((await world.session.api.get('api/nowhere', options)).status).toBe(404);
  });

  test('without `throwHttpErrors`, a persistent refusal is ky’s HTTPError, with the server’s body', async () => {
    await using world = await openWorld();
    world.server.intercept('api', () => Response.json({ message: 'Never' }, { status: 401 }));
    const error: unknown = await world.session.api.get('api/me').catch((thrown: unknown) => thrown);

    expect(isHTTPError(error) && error.response.status).toBe(401);
    expect(isHTTPError(error) && error.data).toEqual({ message: 'Never' });
  });

  test('a refusal is replayed even if the retry budget is used up', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.intercept('api', () => new Response(null, { status: 503 }), { times: 2 });
    server.expireAccessTokens();
    const answer = session.api.get('api/me', { retry: { limit: 2, delay: () => 0 } });

    expect((await answer).status).toBe(200);
    expect(statusesByPath(server).get('/api/me')).toEqual([503, 503, 401, 200]);
  });

  test('a replay does not count as a retry: a 503 after it is still retried', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    const retryCounts: number[] = [];
    server.intercept('api', (_request, next) =>
      server.counts().refresh === 1 && server.counts().api <= 4
        ? new Response(null, { status: 503 })
        : next(),
    );
    const answer = session.api.get('api/me', {
      retry: { limit: 3, delay: () => 0 },
      hooks: {
        beforeRetry: [({ retryCount }) => void retryCounts.push(retryCount)],
        afterResponse: [({ retryCount }) => void retryCounts.push(retryCount)],
      },
    });

    expect((await answer).status).toBe(200);
    expect(statusesByPath(server).get('/api/me')).toEqual([401, 503, 503, 503, 200]);
    expect(retryCounts).toEqual([0, 1, 1, 2, 2, 3, 3]);
  });

  test('a retry after a 503 carries the token of a refresh that happened in between', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    const old = await session.accessToken();
    server.intercept('api', () => new Response(null, { status: 503 }), { times: 1 });
    const answer = session.api.get('api/me', {
      retry: { delay: () => 0 },
      hooks: {
        afterResponse: [
          async () => {
            if (server.counts().refresh === 0) await session.refresh();
          },
        ],
      },
    });

    expect((await answer).status).toBe(200);
    expect(world.sent.map(({ authorization }) => authorization)).toEqual([
      `Bearer ${old}`,
      `Bearer ${await session.accessToken()}`,
    ]);
    expect(server.counts()).toMatchObject({ refresh: 1, api: 2, refused: 0 });
  });

  test('an attempt that takes longer than `timeout` is retried with `retryOnTimeout`', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    const reached = createGate();
    server.intercept(
      'api',
      () => {
        reached.open();
        return new Promise<never>(() => undefined);
      },
      { times: 1 },
    );
    const timers = holdTimersOfKy();
    const answer = session.api.get('api/me', {
      timeout: 50,
      retry: { limit: 1, delay: () => 0, retryOnTimeout: true },
    });
    await reached.opened;
    await timers.advance(51);
    await timers.until(() => server.counts().api === 2);

    expect((await answer).status).toBe(200);
    expect(statusesByPath(server).get('/api/me')).toEqual([0, 200]);
  });

  test('a retry waits for a refresh in flight', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.intercept('api', () => new Response(null, { status: 503 }), { times: 1 });
    const answer = session.api.get('api/me', {
      retry: { delay: () => 0 },
      hooks: {
        afterResponse: [
          () => {
            if (server.counts().refresh > 0) return;
            server.expireAccessTokens();
            void session.refresh();
          },
        ],
      },
    });

    expect((await answer).status).toBe(200);
    expect(server.counts()).toMatchObject({ refresh: 1, api: 2, refused: 0 });
  });

  test('a replay whose connection is cut is retried by ky within the caller’s budget', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    server.intercept('api', (_request, next) =>
      server.counts().refresh === 1 && server.counts().api === 2 ? Response.error() : next(),
    );
    const retryCounts: number[] = [];
    const causes: unknown[] = [];
    const answer = session.api.get('api/me', {
      retry: { limit: 1, delay: () => 0 },
      hooks: {
        beforeRetry: [
          ({ retryCount, error }) => {
            retryCounts.push(retryCount);
            causes.push(error.cause);
          },
        ],
      },
    });

    expect((await answer).status).toBe(200);
    expect(statusesByPath(server).get('/api/me')).toEqual([401, 0, 200]);
    expect(retryCounts).toEqual([1]);
    expect(causes).toMatchObject([{ name: 'NetworkError', cause: { name: 'TypeError' } }]);
  });

  interface Budget {
    title: string;
    retry: RetryOptions;
    sent: number;
  }

  test.each<Budget>([
    { title: 'a budget of 0', retry: { limit: 0 }, sent: 2 },
    { title: 'a budget of 1', retry: { limit: 1, delay: () => 0 }, sent: 3 },
    {
      title: 'a `shouldRetry` that says no',
      retry: { limit: 2, delay: () => 0, shouldRetry: () => false },
      sent: 2,
    },
  ])('a replay whose connection is cut for good: NetworkError after $title', async ({ retry, sent }) => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    server.intercept('api', (_request, next) => (server.counts().refresh === 1 ? Response.error() : next()));

    await expect(session.api.get('api/me', { retry })).rejects.toMatchObject({
      name: 'NetworkError',
      cause: { name: 'TypeError' },
    });
    expect(server.counts()).toMatchObject({ api: sent });
  });

  test('`shouldRetry` is asked about a replay whose connection is cut as about another attempt', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.intercept('api', () => Response.error(), { times: 1 });
    server.expireAccessTokens();
    server.intercept('api', (_request, next) => (server.counts().refresh === 1 ? Response.error() : next()));
    const asked: unknown[] = [];
    const shouldRetry: RetryOptions['shouldRetry'] = ({ error: { name }, retryCount }) => {
      asked.push([name, retryCount]);
      return retryCount < 3;
    };

    await expect(
      session.api.get('api/me', { retry: { limit: 9, delay: () => 0, shouldRetry } }),
    ).rejects.toMatchObject({ name: 'NetworkError' });
    expect(asked).toEqual([
      ['NetworkError', 1],
      ['NetworkError', 2],
      ['NetworkError', 3],
    ]);
  });
});
