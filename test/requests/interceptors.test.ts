import { describe, expect, test } from 'vitest';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import { brief, watch } from './steps.ts';
import { ada, clients, openRefreshing, openWorld, rejection } from './world.ts';
import { observeRequests } from '../../src/observe/index.ts';

const never = () => new Promise<never>(() => undefined);

describe.each(clients)('$name, an interceptor', ({ send }) => {
  test('that was added while the request waited is called too', async () => {
    await using world = await openRefreshing();
    const { session, server } = world;
    const answer = send(session, 'api/me');
    await new Promise((resolve) => setImmediate(resolve));
    observeRequests(session).intercept(({ purpose }) =>
      purpose === 'api' ? Response.json('forged') : undefined,
    );
    const { steps } = watch(session, 'api');
    world.refresh.open();

    expect(await (await answer).json()).toBe('forged');
    expect(steps.map(brief)).toEqual(['sent api 1', 'answered api 1 200']);
    expect(server.counts().api).toBe(0);
  });

  test('that was added after a refusal sees the replay', async () => {
    await using world = await openWorld();
    const { session, server } = world;
    server.expireAccessTokens();
    server.intercept('refresh', (_request, next) => {
      observeRequests(session).intercept(({ purpose, attempt }) =>
        purpose === 'api' ? Response.json({ attempt }) : undefined,
      );
      return next();
    });

    expect(await (await send(session, 'api/me')).json()).toEqual({ attempt: 2 });
  });

  test('that was removed is not called, even while another one is pending', async () => {
    await using world = await openWorld();
    const { session } = world;
    const undo = observeRequests(session).intercept(() => Response.json('forged'));
    observeRequests(session).intercept(async () => {
      await Promise.resolve();
      undo();
      return undefined;
    });

    expect(await (await send(session, 'api/me')).json()).toMatchObject({ username: 'ada' });
  });

  test('may return the same Response for each request', async () => {
    await using world = await openWorld();
    const { session } = world;
    const forged = Response.json('forged');
    observeRequests(session).intercept(() => forged);

    for (let n = 0; n < 3; n += 1) expect(await (await send(session, 'api/me')).json()).toBe('forged');
  });

  test('that responds too late has no effect', async () => {
    await using world = await openWorld();
    const { session, server } = world;
    let answer: (response: Response) => void = () => undefined;
    observeRequests(session).intercept(({ purpose }) =>
      purpose === 'api' ? new Promise<Response>((resolve) => (answer = resolve)) : undefined,
    );
    const { steps } = watch(session, 'api');
    const refused = rejection(send(session, 'api/me'));
    await expect.poll(() => steps.length).toBe(1);
    await session.logout();
    answer(Response.json('forged'));

    expect(await refused).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    expect(steps.map(brief)).toEqual(['sent api 1', 'failed api 1 ERR_LOGGED_OUT']);
    expect(server.counts().api).toBe(0);
  });

  test('gets the URL without parts that may be secret', async () => {
    await using world = await openWorld();
    const { session, server } = world;
    const urls: string[] = [];
    observeRequests(session).intercept(({ url }) => void urls.push(url));
    await send(session, 'api/items/1;jsessionid=a-song/x;y=a-song?token=a-song#a-song');

    expect(urls).toEqual([`${server.url}/api/items/1/x`]);
  });
});

describe('an interceptor that never responds', () => {
  test('keeps the reason of an abort, as `fetch` does', async () => {
    await using world = await openWorld();
    const { session } = world;
    observeRequests(session).intercept(never);
    const { steps } = watch(session);
    const controller = new AbortController();
    const aborted = rejection(session.fetch('api/me', { signal: controller.signal }));
    await expect.poll(() => steps.length).toBe(1);
    controller.abort('changed my mind');

    expect(await aborted).toBe('changed my mind');
  });

  test('delays a refresh for `refresh.timeout` at most', async () => {
    await using world = await openWorld({ refresh: { timeout: 3_000, attempts: 1 } });
    const { session, clock } = world;
    observeRequests(session).intercept(never);
    const { steps } = watch(session);
    const refused = rejection(session.refresh());
    await expect.poll(() => steps.map(brief)).toEqual(['sent refresh 1']);
    await clock.advance(3_000);

    expect(await refused).toMatchObject({ code: 'ERR_REFRESH_UNAVAILABLE' });
    expect(steps.map(brief)).toEqual(['sent refresh 1', 'failed refresh 1 ServerCallTimeoutError']);
    expect(session.getSnapshot().status).toBe('authenticated');
  });

  test('lets a contract abort its call with its own signal', async () => {
    const controller = new AbortController();
    await using world = await openWorld({
      refresh: { attempts: 1 },
      server: {
        ...rotating,
        refresh: ({ http }) => http.post('auth/refresh', { signal: controller.signal }).json(),
      },
    });
    const { session } = world;
    observeRequests(session).intercept(never);
    const { steps } = watch(session);
    const refused = rejection(session.refresh());
    await expect.poll(() => steps.map(brief)).toEqual(['sent refresh 1']);
    controller.abort();

    expect(await refused).toMatchObject({ code: 'ERR_REFRESH_UNAVAILABLE' });
    expect(steps.map(brief)).toEqual(['sent refresh 1', 'failed refresh 1 AbortError']);
  });

  test('delays a logout for `refresh.timeout` at most, and a login for as long as its caller waits', async () => {
    await using world = await openWorld({ refresh: { timeout: 3_000 } });
    const { session, clock } = world;
    observeRequests(session).intercept(never);
    const loggedOut = session.logout();
    await clock.advance(3_000);
    await loggedOut;
    const { steps } = watch(session);
    const controller = new AbortController();
    const taken = rejection(session.login(ada, { signal: controller.signal }));
    await expect.poll(() => steps.map(brief)).toEqual(['sent login 1']);
    controller.abort();

    expect(await taken).toMatchObject({ name: 'AbortError' });
    expect(steps.map(brief)).toEqual(['sent login 1', 'failed login 1 AbortError']);
    expect(session.getSnapshot()).toMatchObject({ status: 'anonymous', error: null });
  });
});
