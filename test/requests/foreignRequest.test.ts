import { describe, expect, test } from 'vitest';
import { openWorld, rejection, type World } from './world.ts';

interface Made {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly signal?: AbortSignal;
  readonly body?: unknown;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A `Request` of another implementation: a polyfill or another realm. */
function foreign(url: string, { body = '', ...init }: RequestInit & { body?: string } = {}): Request {
  const { method = 'GET', headers, signal } = init;
  const made: Made = {
    url,
    method,
    headers: new Headers(headers),
    ...(signal && { signal }),
    arrayBuffer: () => Promise.resolve(new TextEncoder().encode(body).buffer),
  };
  return made as Request;
}

describe('session.fetch, a Request of another implementation', () => {
  test('is sent to its own URL, with its headers and the token', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const traces: (string | null)[] = [];
    world.server.intercept('api', (request, next) => {
      traces.push(request.headers.get('x-trace'));
      return next();
    });
    const answer = await world.session.fetch(
      foreign(`${world.server.url}/api/items/1`, { headers: { 'x-trace': '7' } }),
    );

    expect(await answer.json()).toEqual({ n: 1, user: 'ada' });
    expect(traces).toEqual(['7', '7']);
  });

  test('is sent with its body, on the replay too', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const request = foreign(`${world.server.url}/api/echo`, { method: 'POST', body: 'one apple' });
    const answer = await world.session.fetch(request, { method: 'PUT' });

    expect(await answer.json()).toMatchObject({ method: 'PUT', length: 9, user: 'ada' });
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 2 });
  });

  test('belongs to the user at the time of the call, even if its body must be read first', async () => {
    await using world = await openWorld();
    const request = foreign(`${world.server.url}/api/echo`, { method: 'POST', body: 'one apple' });
    const sent = rejection(world.session.fetch(request));
    await world.session.adopt({ accessToken: 'of-another', user: { id: '2', username: 'grace' } });

    expect(await sent).toMatchObject({ code: 'ERR_IDENTITY_CHANGED' });
    expect(world.sent).toEqual([]);
  });

  test('is aborted by its own signal', async () => {
    await using world = await openWorld();
    const reason = new Error('Left');
    const { signal } = { signal: AbortSignal.abort(reason) };

    expect(await rejection(world.session.fetch(foreign(`${world.server.url}/api/me`, { signal })))).toBe(
      reason,
    );
    expect(world.sent).toEqual([]);
  });
});

describe('session.fetch, empty values', () => {
  test.each([
    { kind: '`init` null', call: ({ session }: World) => session.fetch('api/me', null) },
    { kind: '`init` undefined', call: ({ session }: World) => session.fetch('api/me', undefined) },
    { kind: '`context` null', call: ({ session }: World) => session.fetch('api/me', { context: null }) },
    { kind: '`signal` null', call: ({ session }: World) => session.fetch('api/me', { signal: null }) },
  ])('$kind is treated as omitted', async ({ call }) => {
    await using world = await openWorld();

    expect((await call(world)).status).toBe(200);
  });
});
