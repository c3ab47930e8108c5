import { expect, it } from 'vitest';
import { waitFor } from 'xstate';
import { isMalformedGrantError, isRefreshUnavailableError } from '../../../src/index.ts';
import type { Dialect } from '../dialects.ts';
import { eitherWay } from '../feature.ts';
import { ada, createWorld } from '../world.ts';

const unavailable = () => new Response(null, { status: 503 });

export function answers(dialect: Dialect): void {
  it('reports a failed refresh to the caller, and keeps the session', async () => {
    await using world = await createWorld(dialect);
    const session = world.load({ refresh: { attempts: 1 } });
    await session.login(ada);
    world.server.expireAccessTokens();
    world.server.intercept('refresh', unavailable, { times: 1 });

    const error: unknown = await session.fetch('/api/me').catch((thrown: unknown) => thrown);

    expect(error).toSatisfy(isRefreshUnavailableError);
    expect(error).toMatchObject({ status: 503 });
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
    expect(await world.stored()).toMatchObject({ generation: 1 });
    await world.clock.advance(100);
    expect(await session.api.get('api/me').json()).toMatchObject({ username: 'ada' });
  });

  it('retries the refresh after a pause while the request waits', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();
    await session.login(ada);
    world.server.expireAccessTokens();
    world.server.intercept('refresh', unavailable, { times: 1 });

    const answer = session.api.get('api/me').json();
    await waitFor(session.actor, (snapshot) => snapshot.matches({ signedIn: { refreshing: 'backingOff' } }));
    await world.clock.advance(100);

    expect(await answer).toMatchObject({ username: 'ada' });
    expect(world.server.counts()).toMatchObject({ refresh: 2, api: 2 });
  });

  it('returns a missing permission to the caller without a refresh', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();
    await session.login(ada);

    const answer = await session.fetch('/api/forbidden');

    expect(answer.status).toBe(dialect.forbidden);
    expect(answer.bodyUsed).toBe(false);
    expect(session.getSnapshot().status).toBe('authenticated');
    expect(world.server.counts()).toMatchObject({ refresh: 0, api: 1 });
  });

  it('reads responses without a body', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();
    await session.login(ada);
    world.server.intercept('api', () => new Response(null, { status: 500 }), { times: 1 });

    const failed = await session.fetch('/api/me');
    const removed = await session.api.delete('api/items/1');

    expect([failed.status, await failed.text()]).toEqual([500, '']);
    expect([removed.status, await removed.text()]).toEqual([204, '']);
    expect(world.server.counts()).toMatchObject({ refresh: 0, api: 2 });
  });

  eitherWay(
    dialect,
    'tokensInGrant',
    [
      'rejects an empty response to a login as a malformed grant',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();
        world.server.intercept('login', () => new Response(null, { status: dialect.refreshed }));

        await expect(session.login(ada)).rejects.toSatisfy(isMalformedGrantError);
        expect(session.getSnapshot().status).toBe('anonymous');
      },
    ],
    [
      'an empty response to a login signs in an unnamed user',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();
        world.server.intercept('login', async (_request, next) => {
          const { headers } = await next();
          headers.delete('content-type');
          return new Response(null, { status: 204, headers });
        });

        expect(await session.login(ada)).toBeNull();
        expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', expiresAt: null });
        expect(await session.api.get('api/me').json()).toMatchObject({ username: 'ada' });
      },
    ],
  );

  eitherWay(
    dialect,
    'otherRefusalsWith401',
    [
      'returns a 401 with another message to the caller',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();
        await session.login(ada);
        const body = { message: 'The coupon has expired' };
        world.server.intercept('api', () => Response.json(body, { status: 401 }));

        const answer = await session.fetch('/api/me');

        expect(answer.status).toBe(401);
        expect(await answer.json()).toEqual(body);
        expect(world.server.counts()).toMatchObject({ refresh: 0, api: 1 });
      },
    ],
    [
      'a bare 401 starts a refresh',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();
        await session.login(ada);
        world.server.intercept('api', () => new Response(null, { status: 401 }), { times: 1 });

        expect(await session.api.get('api/me').json()).toMatchObject({ username: 'ada' });
        expect(world.server.counts()).toMatchObject({ refresh: 1, api: 2 });
      },
    ],
  );
}
