import { expect, it } from 'vitest';
import { createGate } from '../../referenceServer/authorities.ts';
import type { Dialect } from '../dialects.ts';
import { eitherWay } from '../feature.ts';
import { ada, createWorld, pastCooldown } from '../world.ts';

export function refreshing(dialect: Dialect): void {
  it('sends one refresh for many concurrent 401s, and answers every request', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();
    await session.login(ada);
    world.server.expireAccessTokens();

    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const answers = await Promise.all(numbers.map((n) => session.api.get(`api/items/${n}`).json()));

    expect(answers).toEqual(numbers.map((n) => ({ n, user: 'ada' })));
    expect(world.server.counts()).toEqual({ login: 1, refresh: 1, logout: 0, api: 40, refused: 20 });
    expect(session.history().find(({ to }) => to.startsWith('refreshing'))).toMatchObject({
      from: 'authenticated.fresh',
      ...dialect.accessTokenExpired,
    });
  });

  it('holds requests during a refresh, and sends each of them once', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();
    await session.login(ada);
    world.server.expireAccessTokens();
    const [arrived, answer] = [createGate(), createGate()];
    world.server.intercept('refresh', async (_request, next) => {
      arrived.open();
      await answer.opened;
      return next();
    });

    const first = session.api.get('api/items/0').json();
    await arrived.opened;
    const later = [1, 2, 3].map((n) => session.api.get(`api/items/${n}`).json());
    // The server answers this request while the earlier ones still wait.
    await session.api.get('api/public', { context: { auth: 'none' } });
    const itemsSoFar = world.server.requests.filter(({ path }) => path.startsWith('/api/items'));
    expect(itemsSoFar.map(({ path }) => path)).toEqual(['/api/items/0']);
    answer.open();

    expect(await Promise.all([first, ...later])).toEqual([0, 1, 2, 3].map((n) => ({ n, user: 'ada' })));
    expect(world.server.counts()).toMatchObject({ refresh: 1, refused: 1, api: 6 });
  });

  it('uses the refresh token of the first refresh for the second one', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();
    await session.login(ada);
    for (let round = 0; round < 2; round += 1) {
      await world.clock.advance(pastCooldown);
      world.server.expireAccessTokens();
      expect(await session.api.get('api/me').json()).toMatchObject({ username: 'ada' });
    }

    expect(world.server.counts()).toMatchObject({ refresh: 2, api: 4, refused: 2 });
    expect(await world.stored()).toMatchObject({ generation: 3 });
  });

  eitherWay(
    dialect,
    'rotation',
    [
      'stores the new refresh token; the old one, used once more, ends the session at the server',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();
        await session.login(ada);
        const before = await world.tokens();

        await session.refresh();
        const after = await world.tokens();
        expect(after.refreshToken).not.toBe(before.refreshToken);

        expect((await world.redeem(before.refreshToken)).status).toBe(401);
        await expect(session.refresh()).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
      },
    ],
    [
      'the stored refresh token can be used again',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();
        await session.login(ada);
        const before = await world.tokens();

        await session.refresh();
        const after = await world.tokens();
        expect(after.accessToken).not.toBe(before.accessToken);
        expect(after.refreshToken).toBe(before.refreshToken);

        expect((await world.redeem(before.refreshToken)).status).toBe(dialect.refreshed);
        await session.refresh();
        expect(session.getSnapshot().status).toBe('authenticated');
      },
    ],
  );

  it('never sends a token that it knows to be expired', async () => {
    await using world = await createWorld(dialect);
    const session = world.load({ refresh: { proactive: false } });
    await session.login(ada);
    expect(session.getSnapshot().expiresAt).toBe(world.clock.now() + 60_000);
    await world.clock.advance(60_000);

    await session.api.get('api/me');

    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 1, refused: 0 });
  });
}
