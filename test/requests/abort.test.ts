import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { holdResponses, clients, fetchClient, openRefreshing, openWorld, range, rejection } from './world.ts';

class NavigationError extends Error {
  override readonly name = 'NavigationError';
}

const reasons: readonly { readonly kind: string; readonly reason: unknown }[] = [
  { kind: 'an error of its own', reason: new NavigationError('The page was left') },
  { kind: 'a text', reason: 'the page was left' },
  { kind: 'an object', reason: { left: true } },
];

describe.each(clients)('$name, aborting', ({ send }) => {
  test.each(reasons)('a held request settles it at once with $kind; it is never sent', async ({ reason }) => {
    await using world = await openRefreshing();
    const { server, session, clock, refresh } = world;
    const controller = new AbortController();
    const aborted = rejection(send(session, 'api/items/1', { signal: controller.signal }));
    const other = send(session, 'api/items/2');
    await clock.advance(0);
    controller.abort(reason);

    // The refresh is not over yet.
    expect(await aborted).toBe(reason);
    refresh.open();
    expect((await other).status).toBe(200);
    expect(world.sent.map(({ path }) => path)).toEqual(['/api/items/2']);
    expect(server.counts()).toMatchObject({ refresh: 1, api: 1 });
  });

  test('is not listened for by a hold that is over', async () => {
    await using world = await openRefreshing();
    const [before, after] = [new AbortController().signal, new AbortController().signal];
    const held = send(world.session, 'api/items/1', { signal: before });
    await world.clock.advance(0);
    world.refresh.open();
    await held;
    await send(world.session, 'api/items/2', { signal: after });

    expect(getEventListeners(before, 'abort')).toHaveLength(getEventListeners(after, 'abort').length);
  });

  test('without a reason rejects with an AbortError, as in fetch', async () => {
    await using world = await openRefreshing();
    const controller = new AbortController();
    const aborted = rejection(send(world.session, 'api/me', { signal: controller.signal }));
    await world.clock.advance(0);
    controller.abort();

    expect(await aborted).toMatchObject({ name: 'AbortError', code: DOMException.ABORT_ERR });
  });

  test('before the call prevents holding and sending', async () => {
    await using world = await openRefreshing();
    const { session, server, refresh } = world;
    const reason = new NavigationError('Left before');
    const signal = AbortSignal.abort(reason);

    expect(await rejection(send(session, 'api/me', { signal }))).toBe(reason);
    refresh.open();
    await session.accessToken();
    expect(await rejection(send(session, 'api/me', { signal }))).toBe(reason);
    expect(server.counts()).toMatchObject({ api: 0 });
  });

  test('the request that started the refresh leaves the refresh to the others', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    const refresh = holdResponses(server, 'refresh');
    const controller = new AbortController();
    const reason = new NavigationError('Left');
    const first = rejection(send(session, 'api/items/0', { signal: controller.signal }));
    await refresh.reached;
    const others = range(5).map((n) => send(session, `api/items/${n + 1}`));
    controller.abort(reason);

    expect(await first).toBe(reason);
    expect(session.getSnapshot().status).toBe('refreshing');
    refresh.open();
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(server.counts()).toMatchObject({ refresh: 1, api: 6, refused: 1 });
  });

  test('the only request that waits for a refresh does not stop the refresh', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    const refresh = holdResponses(server, 'refresh');
    const controller = new AbortController();
    const only = rejection(send(session, 'api/me', { signal: controller.signal }));
    await refresh.reached;
    controller.abort();
    await only;
    refresh.open();

    expect((await send(session, 'api/me')).status).toBe(200);
    expect(server.counts()).toMatchObject({ refresh: 1, api: 2 });
  });

  test('a replay in flight ends it, and nothing else', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    const refresh = holdResponses(server, 'refresh');
    const controller = new AbortController();
    const reason = new NavigationError('Left');
    const first = rejection(send(session, 'api/items/1', { signal: controller.signal }));
    const other = send(session, 'api/items/2');
    await refresh.reached;
    const replay = holdResponses(server, 'api', { path: '/api/items/1' });
    refresh.open();
    await replay.reached;
    controller.abort(reason);

    expect(await first).toBe(reason);
    expect((await other).status).toBe(200);
    expect(session.getSnapshot().status).toBe('authenticated');
    expect(server.counts()).toMatchObject({ refresh: 1, api: 4 });
  });

  test('a request in flight behaves as in fetch', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    const slow = holdResponses(server, 'api');
    const controller = new AbortController();
    const reason = new NavigationError('Left');
    const aborted = rejection(send(session, 'api/me', { signal: controller.signal }));
    await slow.reached;
    controller.abort(reason);

    expect(await aborted).toBe(reason);
    expect(server.counts()).toMatchObject({ api: 1 });
  });

  test('reaches the partially read body of a replayed response', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    server.intercept('api', (_request, next) =>
      server.counts().refresh === 0
        ? next()
        : new Response(
            new ReadableStream({
              start: (stream) => {
                stream.enqueue(new TextEncoder().encode('half '));
              },
            }),
          ),
    );
    const controller = new AbortController();
    const reason = new NavigationError('Left');
    const answer = await send(session, 'api/me', { signal: controller.signal });
    const reader = answer.body?.getReader();
    const chunk = await reader?.read();
    controller.abort(reason);

    expect(new TextDecoder().decode(chunk?.value)).toBe('half ');
    await expect(reader?.read()).rejects.toBe(reason);
  });

  test('one signal for a thousand held requests settles them all', async () => {
    await using world = await openRefreshing();
    const { server, session, clock, refresh } = world;
    const controller = new AbortController();
    const { signal } = controller;
    const held = range(1_000).map((n) => rejection(send(session, `api/items/${n}`, { signal })));
    await clock.advance(0);
    const reason = new NavigationError('Left');
    controller.abort(reason);

    expect(new Set(await Promise.all(held))).toEqual(new Set([reason]));
    refresh.open();
    expect((await send(session, 'api/me')).status).toBe(200);
    expect(server.counts()).toMatchObject({ api: 1 });
  });
});

describe('session.fetch, aborting', () => {
  test('by the signal of a Request works as by that of `init`', async () => {
    await using world = await openRefreshing();
    const controller = new AbortController();
    const reason = new NavigationError('Left');
    const request = new Request(`${world.server.url}/api/me`, { signal: controller.signal });
    const aborted = rejection(world.session.fetch(request));
    await world.clock.advance(0);
    controller.abort(reason);

    expect(await aborted).toBe(reason);
    world.refresh.open();
    expect((await fetchClient.send(world.session, 'api/items/1')).status).toBe(200);
    expect(world.sent.map(({ path }) => path)).toEqual(['/api/items/1']);
  });
});
