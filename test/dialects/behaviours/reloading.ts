import { expect, it } from 'vitest';
import type { Dialect } from '../dialects.ts';
import { ada, createWorld, pastCooldown } from '../world.ts';

export function reloading(dialect: Dialect): void {
  it('continues the stored session, and refreshes with the stored token', async () => {
    await using world = await createWorld(dialect);
    const first = world.load();
    const user = await first.login(ada);
    first.dispose();

    const second = world.load();
    await second.ready();
    expect(second.getSnapshot()).toMatchObject({ status: 'authenticated', user });
    expect(await second.api.get('api/me').json()).toMatchObject({ username: 'ada' });

    world.server.expireAccessTokens();
    expect(await second.api.get('api/me').json()).toMatchObject({ username: 'ada' });
    expect(world.server.counts()).toMatchObject({ login: 1, refresh: 1 });
  });

  it('continues with the tokens that a refresh has stored', async () => {
    await using world = await createWorld(dialect);
    const first = world.load();
    await first.login(ada);
    await first.refresh();
    first.dispose();

    await world.clock.advance(pastCooldown);
    world.server.expireAccessTokens();
    const second = world.load();
    expect(await second.api.get('api/me').json()).toMatchObject({ username: 'ada' });
    expect(world.server.counts()).toMatchObject({ login: 1, refresh: 2 });
  });

  it('is signed out if the session had ended', async () => {
    await using world = await createWorld(dialect);
    const first = world.load();
    await first.login(ada);
    await first.logout();
    first.dispose();

    const second = world.load();
    await second.ready();
    expect(second.getSnapshot()).toMatchObject({ status: 'anonymous', user: null });
    expect(await second.api.get('api/public').json()).toMatchObject({ authorization: false });
  });
}
