import { describe, expect, test, vi } from 'vitest';
import { isRefreshUnavailableError, isSessionExpiredError } from '../../src/index.ts';
import { observeRequests } from '../../src/observe/index.ts';
import { brief, watch } from './steps.ts';
import { ada, clients, openRefreshing, openWorld, rejection } from './world.ts';

describe.each(clients)('$name, observed with `observeRequests`,', ({ send }) => {
  test('a request with an expired token is sent, held and replayed under one id', async () => {
    await using world = await openWorld();
    const { session, server } = world;
    const { steps } = watch(session);
    server.expireAccessTokens();

    await send(session, 'api/items/1?token=of-a-link');

    expect(steps.map(brief)).toEqual([
      'sent api 1',
      'answered api 1 401',
      'held api 1',
      'sent refresh 1',
      'answered refresh 1 200',
      'sent api 2',
      'answered api 2 200',
    ]);
    const api = steps.filter(({ purpose }) => purpose === 'api');
    expect(new Set(api.map(({ id }) => id)).size).toBe(1);
    expect(new Set(steps.map(({ id }) => id)).size).toBe(2);
    expect(api.at(0)).toMatchObject({
      method: 'GET',
      url: `${server.url}/api/items/1`,
      at: world.clock.now(),
    });
  });

  test('a request that is held shows when it began to wait, and when it was sent', async () => {
    await using world = await openRefreshing();
    const { session, refresh, clock } = world;
    const { steps } = watch(session);
    const answer = send(session, 'api/me');
    await clock.advance(500);
    refresh.open();
    await answer;

    const api = steps.filter(({ purpose }) => purpose === 'api');
    expect(api.map(brief)).toEqual(['held api 0', 'sent api 1', 'answered api 1 200']);
    expect(api.map(({ at }) => at - (api[0]?.at ?? 0))).toEqual([0, 500, 500]);
  });

  test('a request that is refused shows the code of its error, once', async () => {
    await using world = await openWorld();
    const { session, server } = world;
    server.expireRefreshTokens();
    server.expireAccessTokens();
    const { steps } = watch(session);

    expect(isSessionExpiredError(await rejection(send(session, 'api/me')))).toBe(true);
    expect(isSessionExpiredError(await rejection(send(session, 'api/me')))).toBe(true);
    expect(steps.filter(({ purpose }) => purpose === 'api').map(brief)).toEqual([
      'sent api 1',
      'answered api 1 401',
      'held api 1',
      'failed api 1 ERR_SESSION_EXPIRED',
      'failed api 0 ERR_SESSION_EXPIRED',
    ]);
  });

  test('an interceptor responds in place of the server until it is removed', async () => {
    await using world = await openWorld();
    const { session, server } = world;
    const undo = observeRequests(session).intercept(({ purpose, url }) =>
      purpose === 'api' && url.endsWith('/api/me') ? Response.json({ forged: true }) : undefined,
    );
    const forged = await send(session, 'api/me');
    const other = await send(session, 'api/items/1');
    undo();
    const real = await send(session, 'api/me');

    expect(await forged.json()).toEqual({ forged: true });
    expect(other.status).toBe(200);
    expect(await real.json()).toMatchObject({ username: 'ada' });
    expect(server.counts().api).toBe(2);
  });

  test('a request with a pending interceptor can be aborted', async () => {
    await using world = await openWorld();
    const { session } = world;
    observeRequests(session).intercept(({ purpose }) =>
      purpose === 'api' ? new Promise<never>(() => undefined) : undefined,
    );
    const { steps } = watch(session);
    const controller = new AbortController();
    const aborted = rejection(send(session, 'api/me', { signal: controller.signal }));
    await expect.poll(() => steps.map(brief)).toEqual(['sent api 1']);
    controller.abort();

    expect(await aborted).toMatchObject({ name: 'AbortError' });
    expect(steps.map(brief)).toEqual(['sent api 1', 'failed api 1 AbortError']);
  });
});

describe('observeRequests', () => {
  test('shows the calls of the contract: login, refresh, logout', async () => {
    await using world = await openWorld({ isSignedIn: false });
    const { session, server } = world;
    const { steps, stop } = watch(session);
    await session.login(ada);
    await session.refresh();
    stop();
    await session.refresh();

    expect(steps.map(brief)).toEqual([
      'sent login 1',
      'answered login 1 200',
      'sent refresh 1',
      'answered refresh 1 200',
    ]);
    expect(steps[0]).toMatchObject({ method: 'POST', url: `${server.url}/auth/login` });
  });

  test('a forced response to the refresh is read by the contract like the server’s', async () => {
    await using world = await openWorld({ refresh: { attempts: 1 } });
    const { session } = world;
    const undo = observeRequests(session).intercept(({ purpose }) =>
      purpose === 'refresh' ? new Response(null, { status: 503 }) : undefined,
    );
    expect(isRefreshUnavailableError(await rejection(session.refresh()))).toBe(true);
    undo();
    observeRequests(session).intercept(({ purpose }) =>
      purpose === 'refresh' ? Response.json({ error: 'invalid_grant' }, { status: 400 }) : undefined,
    );
    await rejection(session.refresh());

    expect(session.getSnapshot()).toMatchObject({
      status: 'expired',
      reason: { type: 'server.refreshTokenInvalid', code: 'invalid_grant', status: 400 },
    });
  });

  test.each([
    ['`Response.error()`', () => Response.error()],
    [
      'a throw',
      () => {
        throw new Error('the cable is out');
      },
    ],
  ])('%s cuts the connection, as in `fetch`', async (_, cut) => {
    await using world = await openWorld();
    const { session } = world;
    observeRequests(session).intercept(cut);
    const { steps } = watch(session);

    expect(await rejection(session.fetch('api/me'))).toBeInstanceOf(TypeError);
    expect(steps.map(brief)).toEqual(['sent api 1', 'failed api 1 TypeError']);
  });

  test('calls the last interceptor first', async () => {
    await using world = await openWorld();
    const { session } = world;
    observeRequests(session).intercept(() => Response.json('first'));
    const undo = observeRequests(session).intercept(() => Response.json('second'));
    const second = await session.fetch('api/me');
    undo();

    expect(await second.json()).toBe('second');
    expect(await (await session.fetch('api/me')).json()).toBe('first');
  });

  test('omits requests that do not belong to the session', async () => {
    await using world = await openWorld();
    const { session, server } = world;
    const { steps } = watch(session);
    await session.fetch(`${server.url}/api/public`, { context: { auth: 'none' } });
    await session.fetch('api/me', { headers: { authorization: 'Basic abc' } });

    expect(steps).toEqual([]);
  });

  test('continues if a listener throws', async () => {
    await using world = await openWorld();
    const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    observeRequests(world.session).subscribe(() => {
      throw new Error('a mistake');
    });
    expect((await world.session.fetch('api/me')).status).toBe(200);

    expect(reported).toHaveBeenCalledTimes(2);
  });
});
