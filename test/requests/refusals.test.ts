import { describe, expect, test } from 'vitest';
import { holdResponses, clients, openWorld, range, statusesByPath, type World } from './world.ts';

/** Makes an endpoint refuse every token. */
function refuseForEver({ server }: World, path: string, before?: () => Promise<void>): void {
  server.intercept('api', async (request, next) => {
    if (new URL(request.url).pathname !== path) return next();
    await before?.();
    return Response.json({ message: 'Unauthorized' }, { status: 401 });
  });
}

describe.each(clients)('$name, a refusal', ({ send }) => {
  test('that arrives after the refresh causes a replay and no second refresh', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    const slow = holdResponses(server, 'api', { path: '/api/items/1' });
    const late = send(session, 'api/items/1');
    await slow.reached;
    await send(session, 'api/items/2');
    slow.open();

    expect((await late).status).toBe(200);
    expect(server.counts()).toMatchObject({ refresh: 1, api: 4, refused: 2 });
    expect(statusesByPath(server)).toEqual(
      new Map([
        ['/api/items/1', [401, 200]],
        ['/api/items/2', [401, 200]],
      ]),
    );
  });

  test('that arrives during the refresh joins it', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    const slow = holdResponses(server, 'api', { path: '/api/items/1' });
    const refresh = holdResponses(server, 'refresh');
    const late = send(session, 'api/items/1');
    await slow.reached;
    const first = send(session, 'api/items/2');
    await refresh.reached;
    slow.open();
    refresh.open();

    expect((await late).status).toBe(200);
    expect((await first).status).toBe(200);
    expect(server.counts()).toMatchObject({ refresh: 1, api: 4, refused: 2 });
  });

  test('that persists on one endpoint is returned after one refresh and one replay', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    refuseForEver(world, '/api/me');
    const answer = await send(session, 'api/me');

    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ message: 'Unauthorized' });
    expect(server.counts()).toMatchObject({ refresh: 1, api: 2 });
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
    expect((await send(session, 'api/items/1')).status).toBe(200);
  });

  test('that persists for fifty calls causes one refresh per cooldown', async () => {
    await using world = await openWorld();
    const { server, session, clock } = world;
    refuseForEver(world, '/api/me');
    await Promise.all(range(50).map(() => send(session, 'api/me')));
    for (const _ of range(10)) await send(session, 'api/me');

    expect(server.counts()).toMatchObject({ refresh: 1, api: 50 + 50 + 10 });
    await clock.advance(5_000);
    for (const _ of range(10)) await send(session, 'api/me');
    expect(server.counts()).toMatchObject({ refresh: 2 });
    expect(session.getSnapshot().status).toBe('authenticated');
  });

  test('after another, each after the cooldown, causes at most two replays', async () => {
    await using world = await openWorld();
    const { server, session, clock } = world;
    refuseForEver(world, '/api/me', () => clock.advance(6_000));
    const answer = await send(session, 'api/me');

    expect(answer.status).toBe(401);
    expect(statusesByPath(server).get('/api/me')).toEqual([401, 401, 401]);
    expect(server.counts().refresh).toBeLessThanOrEqual(3);
    expect(session.getSnapshot().status).toBe('authenticated');
  });

  test('that is followed by a replay is cancelled, so that its connection is free', async () => {
    await using world = await openWorld();
    const { server, session, clock } = world;
    let cancelled = 0;
    server.intercept(
      'api',
      async (request) => {
        request.signal.addEventListener('abort', () => (cancelled += 1));
        await clock.advance(6_000);
        const start = (stream: ReadableStreamDefaultController) => stream.enqueue(new Uint8Array(1_000));
        return new Response(new ReadableStream({ start }), { status: 401 });
      },
      { times: 2 },
    );

    expect((await send(session, 'api/me')).status).toBe(200);
    await expect.poll(() => cancelled).toBe(2);
  });

  test('with 403 is returned to the caller, without a refresh or a replay', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    const answer = await send(session, 'api/forbidden');

    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({ message: 'Forbidden' });
    expect(server.counts()).toMatchObject({ refresh: 0, api: 1 });
  });
});
