import { describe, expect, test } from 'vitest';
import { createCanary, hunt, containsCanary } from './canary.ts';
import { createTokens, openWorld, refreshing, signedIn, type Answer } from './leakyServer.ts';
import { memoryStore } from '../../src/index.ts';
import { createSimpleStore } from '../../src/store/simpleStore.ts';
import { createWatchers } from '../../src/store/watchers.ts';

const html = { 'content-type': 'text/html' };

/** Responses that quote the request, which contains the password or the refresh token. */
const quoting: readonly (readonly [string, Answer])[] = [
  [
    '400 with the request in JSON',
    (body) => Response.json({ error: 'invalid_grant', request: body }, { status: 400 }),
  ],
  [
    '401 with it as the code',
    (body) => Response.json({ code: body, message: body, error: { code: body } }, { status: 401 }),
  ],
  [
    '401 with it in the headers',
    (body) =>
      new Response(null, {
        status: 401,
        headers: { 'www-authenticate': `Bearer error="${createCanary()}"`, 'x-request': btoa(body) },
      }),
  ],
  [
    '400 with each of its values as a code',
    (body) => {
      const [code, error] = Object.values(JSON.parse(body) as Record<string, unknown>).reverse();
      return Response.json({ code, error }, { status: 400 });
    },
  ],
  ['403 with it in a page', (body) => new Response(`<html>${body}</html>`, { status: 403, headers: html })],
  ['404 with it as text', (body) => new Response(body, { status: 404 })],
  ['422 with it as a problem', (body) => Response.json({ type: body, detail: body }, { status: 422 })],
  [
    '429 with it as the time to wait',
    (body) => new Response(body, { status: 429, headers: { 'retry-after': createCanary() } }),
  ],
  ['500 with it', (body) => new Response(body, { status: 500, statusText: 'Broken' })],
  ['200 with it in a page', (body) => new Response(`<!doctype html>${body}`, { headers: html })],
  [
    '200 with it in broken JSON',
    (body) => new Response(`granted ${body}`, { headers: { 'content-type': 'application/json' } }),
  ],
  ['200 with the tokens in broken JSON', () => new Response(JSON.stringify(createTokens()).slice(0, -1))],
  ['200 with a list of tokens', () => Response.json(Object.values(createTokens()))],
  ['200 with tokens under other names', () => Response.json({ jwt: createTokens() })],
  ['200 with a token that no header can carry', () => Response.json({ accessToken: `${createCanary()}\n` })],
  [
    '200 with a refresh token in an object',
    () => Response.json({ accessToken: createCanary(), refreshToken: createTokens() }),
  ],
  ['a cut connection', () => Response.error()],
];

describe('No token and no password is exposed', () => {
  test('while everything works', async () => {
    await using world = await openWorld();
    const session = await signedIn(world);
    await session.api.get('orders').json();
    await session.fetch('orders');
    await world.clock.advance(60_000);
    await session.api.get('orders').json();
    await session.logout();
    await session.adopt({ ...createTokens(), user: { name: 'Grace' } });
    await session.logout();

    expect(world.witness.found()).toEqual([]);
    expect(world.witness.output).toEqual([]);
    // Proves that the search can find canaries here.
    expect(containsCanary(JSON.stringify(world.server.heard))).toBe(true);
  });

  test('in messages between sessions that share a store', async () => {
    await using world = await openWorld();
    const told: unknown[] = [];
    const kept = memoryStore();
    const { watch, changed } = createWatchers((name) => ({
      post: (message) => told.push({ name, message }),
      close: () => undefined,
    }));
    const store = createSimpleStore(
      { read: (key) => kept.read(key), write: (key, record) => kept.update(key, () => record) },
      () => ({ watch, changed, lock: kept.lock }),
    );
    const session = world.start({ store });
    await session.login(world.credentials);
    await session.refresh();
    await session.logout();
    await session.adopt(createTokens());
    world.answer('/refresh', () => new Response(null, { status: 401 }));
    await world.failing(() => session.refresh());
    await expect.poll(() => told.length).toBeGreaterThanOrEqual(5);

    expect(told).toMatchObject(told.map(() => ({ message: 'changed' })));
    expect(hunt(told)).toBeNull();
  });

  test('and the user appears only in the view, not in the machine', async () => {
    await using world = await openWorld();
    const session = world.start();
    await session.adopt({ ...createTokens(), user: { name: createCanary('user') } });
    await session.logout();

    // Also proves that the witness works.
    expect(world.witness.found()).toEqual(['view.user.name']);
  });

  test.each(quoting)('when the login responds with %s', async (_, answer) => {
    await using world = await openWorld();
    world.answer('/login', answer);
    const session = world.start();
    const error = await world.failing(() => session.login(world.credentials));

    expect(error).toMatchObject({
      code: expect.stringMatching(/^ERR_(LOGIN_FAILED|MALFORMED_GRANT)$/) as unknown,
    });
    expect(world.witness.found()).toEqual([]);
    expect(world.witness.output).toEqual([]);
  });

  test.each(quoting)('when the refresh responds with %s', async (_, answer) => {
    await using world = await openWorld();
    world.answer('/refresh', answer);
    const error = await refreshing(world);

    expect(error).toMatchObject({
      code: expect.stringMatching(/^ERR_(SESSION_EXPIRED|REFRESH_UNAVAILABLE)$/) as unknown,
    });
    expect(world.witness.found()).toEqual([]);
    expect(world.witness.output).toEqual([]);
  });

  test.each(quoting)('when the logout responds with %s', async (_, answer) => {
    await using world = await openWorld();
    world.answer('/logout', answer);
    const session = await signedIn(world);
    await session.logout();

    expect(world.witness.found()).toEqual([]);
    expect(world.witness.output).toEqual([]);
  });

  test.each(quoting)('when the API responds with %s', async (_, answer) => {
    await using world = await openWorld();
    const session = await signedIn(world);
    world.answer('/orders', () => answer('{}'));
    await Promise.all([
      world.failing(() => session.fetch('orders', { method: 'POST' })),
      apiErrorOf(() => session.api.post('orders', { retry: 0 })),
    ]);

    expect(world.witness.found()).toEqual([]);
    expect(world.witness.output).toEqual([]);
  });
});

/** ky's error contains the API's response, which belongs to the caller. Its request must not contain the token. */
async function apiErrorOf(call: () => Promise<unknown>): Promise<void> {
  const error: unknown = await call().catch((caught: unknown) => caught);
  if (error instanceof Error && 'request' in error) expect(hunt(error.request, 'error.request')).toBeNull();
}
