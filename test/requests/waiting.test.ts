import { isTimeoutError } from 'ky';
import { describe, expect, test } from 'vitest';
import { isHoldLimitError, isHoldTimeoutError } from '../../src/index.ts';
import { createGate } from '../referenceServer/authorities.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import { watch } from './steps.ts';
import { holdTimersOfKy } from './timersOfKy.ts';
import {
  holdResponses,
  clients,
  openRefreshing,
  openWorld,
  range,
  rejection,
  type Client,
  type World,
  statusesByPath,
} from './world.ts';

describe.each(clients)('$name, a request that is held', ({ send }) => {
  test('longer than `hold.timeout` rejects with HoldTimeoutError and is never sent; a later one is answered', async () => {
    await using world = await openRefreshing({ hold: { timeout: 2_000 } });
    const { clock, session, server, refresh } = world;
    const early = rejection(send(session, 'api/items/1'));
    await clock.advance(1_000);
    const late = send(session, 'api/items/2');
    await clock.advance(1_000);
    const error = await early;
    refresh.open();

    expect(isHoldTimeoutError(error) && error.timeout).toBe(2_000);
    expect((await late).status).toBe(200);
    expect(server.requests.filter(({ path }) => path === '/api/items/1')).toEqual([]);
    expect(session.getSnapshot().status).toBe('authenticated');
  });

  test('beyond `hold.limit` rejects with HoldLimitError at once; the others are answered', async () => {
    await using world = await openRefreshing({ hold: { limit: 3 } });
    const { session, server, refresh } = world;
    const held = range(3).map((n) => send(session, `api/items/${n}`));
    const error = await rejection(send(session, 'api/items/3'));

    expect(isHoldLimitError(error) && error.limit).toBe(3);
    refresh.open();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await send(session, 'api/items/4')).status).toBe(200);
    expect(server.counts()).toMatchObject({ refresh: 1, api: 4, refused: 0 });
  });

  test('frees its place when it is aborted', async () => {
    await using world = await openRefreshing({ hold: { limit: 1 } });
    const { session, refresh } = world;
    const controller = new AbortController();
    const aborted = rejection(send(session, 'api/items/1', { signal: controller.signal }));
    await atHold(session, send);
    controller.abort();
    await aborted;
    const next = send(session, 'api/items/2');
    refresh.open();

    expect((await next).status).toBe(200);
  });

  test('shares its places with no call of refresh()', async () => {
    await using world = await openRefreshing({ hold: { limit: 1 } });
    for (let { session, refresh } = world, round = 1; round <= 2; round += 1) {
      const refreshes = range(3).map(() => session.refresh());
      const held = send(session, 'api/me');
      await atHold(session, send);
      refresh.open();
      await Promise.all([...refreshes, held]);
      refresh = holdResponses(world.server, 'refresh');
      await world.clock.advance(60_000);
      await refresh.reached;
    }
  });

  test('with `hold.limit: 0` rejects with HoldLimitError, and other requests are sent', async () => {
    await using world = await openRefreshing({ hold: { limit: 0 } });
    const { session, refresh } = world;

    expect(isHoldLimitError(await rejection(send(session, 'api/me')))).toBe(true);
    expect((await send(session, 'api/public', { context: { auth: 'none' } })).status).toBe(200);
    refresh.open();
    await session.refresh();
    expect((await send(session, 'api/me')).status).toBe(200);
  });
});

/** Resolves when another request has taken the only place. */
async function atHold(session: World['session'], send: Client['send']): Promise<void> {
  const error = await rejection(send(session, 'api/me'));
  if (!isHoldLimitError(error)) throw new Error('Expected no room for another held request');
}

test('A request whose token has expired starts a refresh, each time that one expires', async () => {
  await using world = await openWorld({ refresh: { proactive: false } });
  for (const round of [1, 2, 3]) {
    await world.clock.advance(60_000);
    expect((await world.session.fetch('/api/me')).status).toBe(200);
    expect(world.server.counts().refresh).toBe(round);
  }
});

test.each([
  [429, 'rateLimited'],
  [503, 'unavailable'],
] as const)(
  'An API that responds with %i during a refresh does not fail the refresh',
  async (status, verdict) => {
    const server = { ...rotating, errorCodes: { ...rotating.errorCodes, busy: verdict } };
    await using world = await openWorld({ server });
    const { reached, released } = { reached: createGate(), released: createGate() };
    world.server.intercept(
      'api',
      async () => {
        reached.open();
        await released.opened;
        return Response.json({ code: 'busy' }, { status });
      },
      { times: 1 },
    );
    const slow = world.session.fetch('/api/me');
    await reached.opened;
    const refresh = holdResponses(world.server, 'refresh');
    world.server.expireAccessTokens();
    const held = world.session.fetch('/api/me');
    await refresh.reached;
    released.open();

    expect((await slow).status).toBe(status);
    expect(world.session.history().at(-1)?.to).toBe('refreshing.requesting');
    refresh.open();
    expect((await held).status).toBe(200);
    expect(world.server.counts().refresh).toBe(1);
  },
);

test('A request without a session is sent as it is', async () => {
  await using world = await openWorld({ isSignedIn: false });
  const received: unknown[] = [];
  world.server.intercept('api', async (request) => {
    const { method, headers } = request;
    received.push({ method, language: headers.get('accept-language'), body: await request.text() });
    return new Response(null, { status: 204 });
  });
  const init = { method: 'PUT', headers: { 'accept-language': 'en' }, body: 'draft' };
  await world.session.fetch('/api/me', init);

  expect(received).toEqual([{ method: 'PUT', language: 'en', body: 'draft' }]);
});

describe('ky’s own limits', () => {
  test('`timeout` does not count the hold', async () => {
    await using world = await openRefreshing();
    const timers = holdTimersOfKy();
    const { session, refresh } = world;
    const { steps } = watch(session, 'api');
    const answer = session.api.get('api/me', { timeout: 500 });
    await timers.until(() => steps.length === 1);
    await timers.advance(501);
    refresh.open();

    expect((await answer).status).toBe(200);
  });

  test('`timeout` does not count the wait after a refusal', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    const refresh = holdResponses(server, 'refresh');
    const timers = holdTimersOfKy();
    const answer = session.api.get('api/me', { timeout: 500 });
    await refresh.reached;
    await timers.advance(501);
    refresh.open();

    expect((await answer).status).toBe(200);
  });

  test('`timeout` does not count the wait before a retry', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.intercept('api', () => new Response(null, { status: 503 }), { times: 1 });
    const refresh = holdResponses(server, 'refresh');
    const timers = holdTimersOfKy();
    const { steps } = watch(session, 'api');
    const answer = session.api.get('api/me', {
      timeout: 500,
      retry: { limit: 1, delay: () => 0 },
      hooks: {
        afterResponse: [
          ({ retryCount }) => {
            if (retryCount === 0) void session.refresh();
          },
        ],
      },
    });
    await refresh.reached;
    await timers.until(() => steps.some(({ type }) => type === 'request.held'));
    await timers.advance(501);
    refresh.open();

    expect((await answer).status).toBe(200);
  });

  test('`totalTimeout` counts the hold, and a request that it ends is never sent', async () => {
    await using world = await openRefreshing();
    const { session, server, refresh } = world;
    const error = await rejection(session.api.get('api/me', { totalTimeout: 50 }));
    refresh.open();
    await session.accessToken();

    expect(isTimeoutError(error)).toBe(true);
    expect((await session.api.get('api/items/1')).status).toBe(200);
    expect(server.counts()).toMatchObject({ api: 1 });
  });

  test('`totalTimeout` counts the wait after a refusal, also with other waiting requests', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    const refresh = holdResponses(server, 'refresh');
    const timers = holdTimersOfKy();
    const short = rejection(session.api.get('api/items/1', { totalTimeout: 500 }));
    const long = session.api.get('api/items/2');
    await refresh.reached;
    await timers.until(() => statusesByPath(server).get('/api/items/1')?.[0] === 401);
    await timers.advance(501);
    const error = await short;
    refresh.open();

    expect(isTimeoutError(error)).toBe(true);
    expect((await long).status).toBe(200);
    expect(statusesByPath(server).get('/api/items/1')).toEqual([401]);
  });

  test('`timeout` bounds a replay', async () => {
    await using world = await openWorld();
    const { server, session, clock } = world;
    server.expireAccessTokens();
    const refresh = holdResponses(server, 'refresh');
    const answer = rejection(session.api.get('api/me', { timeout: 7_000 }));
    await refresh.reached;
    const replay = holdResponses(server, 'api');
    refresh.open();
    await replay.reached;
    await clock.advance(6_999);
    expect(server.counts()).toMatchObject({ api: 2 });
    await clock.advance(1);

    expect(isTimeoutError(await answer)).toBe(true);
    expect(session.getSnapshot().status).toBe('authenticated');
  });

  test.each([
    { title: 'not retried', retryOnTimeout: false, statuses: [401, 0] },
    { title: 'retried with `retryOnTimeout`', retryOnTimeout: true, statuses: [401, 0, 200] },
  ])('a replay that takes longer than `timeout` is $title', async ({ retryOnTimeout, statuses }) => {
    await using world = await openWorld();
    const { server, session, clock } = world;
    server.expireAccessTokens();
    const refresh = holdResponses(server, 'refresh');
    const answer = session.api
      .get('api/me', { timeout: 7_000, retry: { retryOnTimeout, delay: () => 0 } })
      .then(({ status }) => status, isTimeoutError);
    await refresh.reached;
    const replay = holdResponses(server, 'api', { times: 1 });
    refresh.open();
    await replay.reached;
    await clock.advance(7_000);

    expect(await answer).toBe(retryOnTimeout ? 200 : true);
    expect(statusesByPath(server).get('/api/me')).toEqual(statuses);
  });

  test('`totalTimeout` bounds a replay, and aborts it at the server', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    const refresh = holdResponses(server, 'refresh');
    const timers = holdTimersOfKy();
    const answer = rejection(session.api.get('api/me', { totalTimeout: 1_000 }));
    await refresh.reached;
    const [replayed, aborted] = [createGate(), createGate()];
    server.intercept('api', (request) => {
      request.signal.addEventListener('abort', () => aborted.open());
      replayed.open();
      return new Promise(() => undefined);
    });
    refresh.open();
    await replayed.opened;
    await timers.advance(1_001);

    expect(isTimeoutError(await answer)).toBe(true);
    await aborted.opened;
    expect(session.getSnapshot().status).toBe('authenticated');
  });
});
