import { expect, it } from 'vitest';
import { waitFor } from 'xstate';
import { isRefreshUnavailableError } from '../../../src/index.ts';
import type { Dialect } from '../dialects.ts';
import { ada, createWorld } from '../world.ts';

export function offline(dialect: Dialect): void {
  it('holds a request that needs new tokens until the network is back', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();
    await session.login(ada);
    world.server.expireAccessTokens();
    world.signals.setOnline(false);
    const connect = world.server.intercept('refresh', () => Response.error());

    const answer = session.api.get('api/me').json();
    await waitFor(session.actor, (snapshot) => snapshot.matches({ signedIn: { refreshing: 'offline' } }));
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 1 });
    connect();
    world.signals.setOnline(true);

    expect(await answer).toMatchObject({ username: 'ada' });
    expect(world.server.counts()).toMatchObject({ refresh: 2, api: 2 });
  });

  it('tries the refresh anyway, since the platform may be wrong about the network', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();
    await session.login(ada);
    world.server.expireAccessTokens();
    world.signals.setOnline(false);

    expect(await session.api.get('api/me').json()).toMatchObject({ username: 'ada' });
  });

  it('with hold.whileOffline: false, refuses the request after the refresh has failed, and keeps the session', async () => {
    await using world = await createWorld(dialect);
    const session = world.load({ hold: { whileOffline: false } });
    await session.login(ada);
    world.server.expireAccessTokens();
    world.signals.setOnline(false);
    const connect = world.server.intercept('refresh', () => Response.error());

    await expect(session.api.get('api/me')).rejects.toSatisfy(isRefreshUnavailableError);
    expect(world.server.counts()).toMatchObject({ refresh: 1 });

    connect();
    world.signals.setOnline(true);
    expect(await session.api.get('api/me').json()).toMatchObject({ username: 'ada' });
  });
}
