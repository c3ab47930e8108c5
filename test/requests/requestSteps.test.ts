import ky, { type AfterResponseHook } from 'ky';
import { describe, expect, test } from 'vitest';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import { brief, watch, withId } from './steps.ts';
import { clients, openRefreshing, openWorld, rejection } from './world.ts';
import { observeRequests } from '../../src/observe/index.ts';

describe.each(clients)('$name, `request.failed` is emitted once', ({ send }) => {
  test('when the request is aborted while it waits', async () => {
    await using world = await openRefreshing();
    const { session } = world;
    const { steps } = watch(session, 'api');
    const controller = new AbortController();
    const aborted = rejection(send(session, 'api/me', { signal: controller.signal }));
    await expect.poll(() => steps.length).toBe(1);
    controller.abort();
    await aborted;
    world.refresh.open();
    await session.refresh();

    expect(steps.map(brief)).toEqual(['held api 0', 'failed api 0 AbortError']);
  });

  test('when it waits too long', async () => {
    await using world = await openRefreshing({ hold: { timeout: 1_000 } });
    const { steps } = watch(world.session, 'api');
    const refused = rejection(send(world.session, 'api/me'));
    await expect.poll(() => steps.length).toBe(1);
    await world.clock.advance(1_000);
    await refused;

    expect(steps.map(brief)).toEqual(['held api 0', 'failed api 0 ERR_HOLD_TIMEOUT']);
  });

  test('when `hold.limit` requests are waiting', async () => {
    await using world = await openRefreshing({ hold: { limit: 0 } });
    const { steps } = watch(world.session, 'api');
    await rejection(send(world.session, 'api/me'));

    expect(steps.at(-1)).toMatchObject({ type: 'request.failed', code: 'ERR_HOLD_LIMIT' });
    expect(steps.filter(({ type }) => type === 'request.failed')).toHaveLength(1);
  });

  test.each([
    ['logout', 'ERR_LOGGED_OUT'],
    ['dispose', 'ERR_SESSION_DISPOSED'],
  ] as const)('when `%s()` ends what is held and what is in flight', async (end, code) => {
    await using world = await openWorld();
    const { session, server } = world;
    const { steps } = watch(session, 'api');
    server.intercept('api', () => new Promise<never>(() => undefined));
    const inFlight = rejection(send(session, 'api/me'));
    await expect.poll(() => server.counts().api).toBe(1);
    server.intercept('refresh', () => new Promise<never>(() => undefined));
    const refreshed = rejection(session.refresh());
    const held = rejection(send(session, 'api/items/1'));
    await expect.poll(() => steps.map(withId)).toEqual(['1 sent api 1', '2 held api 0']);
    void session[end]();
    await Promise.all([inFlight, held, refreshed]);

    expect(steps.slice(2).map(withId).toSorted()).toEqual([
      `1 failed api 1 ${code}`,
      `2 failed api 0 ${code}`,
    ]);
  });

  test('for each failed `authorize` of the contract', async () => {
    let tries = 0;
    const authorize = () => {
      tries += 1;
      throw new RangeError('There is no key');
    };
    await using world = await openWorld({ server: { ...rotating, authorize } });
    const { steps } = watch(world.session);
    await rejection(send(world.session, 'api/me'));

    expect(tries).toBeGreaterThan(0);
    expect(steps.map(brief)).toEqual(Array.from({ length: tries }, () => 'failed api 0 RangeError'));
  });

  test('when it is aborted while a contract authorizes it', async () => {
    const authorize = () => new Promise<never>(() => undefined);
    await using world = await openWorld({ server: { ...rotating, authorize } });
    const { steps } = watch(world.session);
    const controller = new AbortController();
    const aborted = rejection(send(world.session, 'api/me', { signal: controller.signal }));
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await aborted;

    expect(steps.map(brief)).toEqual(['failed api 0 AbortError']);
  });

  test('when the session is disposed of between a response and the replay', async () => {
    await using world = await openWorld();
    const { session, server } = world;
    const { steps } = watch(session, 'api');
    server.expireAccessTokens();
    observeRequests(session).subscribe(({ type }) => {
      if (type === 'request.answered') session.dispose();
    });
    await rejection(send(session, 'api/me'));

    expect(steps.map(brief)).toEqual([
      'sent api 1',
      'answered api 1 401',
      'failed api 1 ERR_SESSION_DISPOSED',
    ]);
  });

  test('but not after the caller has got a response', async () => {
    await using world = await openWorld();
    const { steps } = watch(world.session, 'api');
    const controller = new AbortController();
    const answer = await send(world.session, 'api/me', { signal: controller.signal });
    controller.abort();
    await world.session.logout();

    await rejection(answer.text());
    expect(steps.map(brief)).toEqual(['sent api 1', 'answered api 1 200']);
  });
});

describe('with ky', () => {
  test('a retry is another attempt of the same request, after a response and after a failure', async () => {
    await using world = await openWorld();
    const { session, server } = world;
    const { steps } = watch(session);
    server.intercept(
      'api',
      () => (server.counts().api === 1 ? new Response(null, { status: 503 }) : Response.error()),
      {
        times: 2,
      },
    );
    await session.api.get('api/me', { retry: { limit: 3, delay: () => 0 } });

    expect(steps.map(withId)).toEqual([
      '1 sent api 1',
      '1 answered api 1 503',
      '1 sent api 2',
      '1 failed api 2 TypeError',
      '1 sent api 3',
      '1 answered api 3 200',
    ]);
  });

  test('a response that arrives after ky’s timeout belongs to its own attempt', async () => {
    await using world = await openWorld();
    const { session } = world;
    let answerLate: (response: Response) => void = () => undefined;
    let count = 0;
    const fetch = () => {
      count += 1;
      return count === 1
        ? new Promise<Response>((resolve) => (answerLate = resolve))
        : Promise.resolve(new Response(null, { status: 204 }));
    };
    const { steps } = watch(session);
    await session.api.get('api/me', {
      fetch,
      timeout: 1,
      retry: { limit: 1, delay: () => 0, retryOnTimeout: true },
    });
    answerLate(new Response());
    await expect.poll(() => steps).toHaveLength(4);

    expect(steps.map(brief)).toEqual([
      'sent api 1',
      'sent api 2',
      'answered api 2 204',
      'answered api 1 200',
    ]);
  });

  test('a retry after `dispose()` fails with SessionDisposedError', async () => {
    await using world = await openWorld();
    const { session, server } = world;
    const { steps } = watch(session);
    server.intercept('api', () => new Response(null, { status: 503 }));
    const refused = rejection(
      session.api.get('api/me', {
        retry: { limit: 3, delay: () => 0 },
        hooks: { afterResponse: [() => session.dispose()] },
      }),
    );

    expect(await refused).toMatchObject({ code: 'ERR_SESSION_DISPOSED' });
    expect(steps.map(brief)).toEqual([
      'sent api 1',
      'answered api 1 503',
      'failed api 1 ERR_SESSION_DISPOSED',
    ]);
  });

  test('a request that cannot be replayed does not stay `held`', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    const { steps } = watch(session, 'api');
    server.expireAccessTokens();
    const readSent: AfterResponseHook = async ({ request }) => {
      await request.text();
    };
    const logging = ky
      .create({ baseUrl: server.url, hooks: { afterResponse: [readSent] } })
      .extend({ hooks: session.hooks });
    await rejection(logging.post('api/echo', { body: 'one apple' }));

    expect(steps.map(brief)).toEqual([
      'sent api 1',
      'answered api 1 401',
      'held api 1',
      'failed api 1 ERR_REQUEST_NOT_REPLAYABLE',
    ]);
  });

  test('a request that another hook returns replaces the original one in the steps', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    const { steps } = watch(session);
    await session.api.get('api/me', {
      hooks: {
        beforeRequest: [({ request }) => new Request(new URL('/api/echo', request.url), { method: 'PUT' })],
      },
    });

    expect(steps.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `PUT ${server.url}/api/echo`,
      `PUT ${server.url}/api/echo`,
    ]);
  });
});
