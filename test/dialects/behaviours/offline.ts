import { expect, it } from 'vitest';
import { waitFor } from 'xstate';
import { isRefreshUnavailableError } from '../../../src/index.ts';
import type { Dialect } from '../dialects.ts';
import { ada, createWorld } from '../world.ts';

export function offline(dialect: Dialect): void {
  it('holds a request that needs new tokens until there is a network', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();
    await session.login(ada);
    world.server.expireAccessTokens();
    world.signals.setOnline(false);

    const answer = session.api.get('api/me').json();
    await waitFor(session.actor, (snapshot) => snapshot.matches({ refreshing: 'offline' }));
    expect(world.server.counts()).toMatchObject({ refresh: 0, api: 1 });
    world.signals.setOnline(true);

    expect(await answer).toMatchObject({ username: 'ada' });
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 2 });
  });

  it('refuses it at once where the options say so, and keeps the session', async () => {
    await using world = await createWorld(dialect);
    const session = world.load({ hold: { whileOffline: false } });
    await session.login(ada);
    world.server.expireAccessTokens();
    world.signals.setOnline(false);

    await expect(session.api.get('api/me')).rejects.toSatisfy(isRefreshUnavailableError);
    expect(world.server.counts()).toMatchObject({ refresh: 0 });

    world.signals.setOnline(true);
    expect(await session.api.get('api/me').json()).toMatchObject({ username: 'ada' });
  });
}
