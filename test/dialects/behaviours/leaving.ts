import { expect, it } from 'vitest';
import { isLoggedOutError } from '../../../src/index.ts';
import { createGate } from '../../referenceServer/authorities.ts';
import type { Dialect } from '../dialects.ts';
import { eitherWay } from '../feature.ts';
import { ada, createWorld } from '../world.ts';

export function leaving(dialect: Dialect): void {
  it('deletes tokens and user, and sends the next request without a token', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();
    await session.login(ada);
    const { accessToken, refreshToken } = await world.tokens();

    await session.logout();

    expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
    expect(world.storage.text()).toContain('"ended":"loggedOut"');
    for (const token of [accessToken, refreshToken]) expect(world.storage.text()).not.toContain(token);
    expect(await session.api.get('api/public').json()).toEqual({ public: true, authorization: false });
  });

  it('returns no response of the old session', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();
    await session.login(ada);
    const [arrived, answer] = [createGate(), createGate()];
    world.server.intercept('api', async () => {
      arrived.open();
      await answer.opened;
      return Response.json({ username: 'ada' });
    });

    const request = session.fetch('/api/me');
    await arrived.opened;
    const loggedOut = session.logout();

    await expect(request).rejects.toSatisfy(isLoggedOutError);
    answer.open();
    await loggedOut;
  });

  eitherWay(
    dialect,
    'logoutAtServer',
    [
      'tells the server, which then refuses the refresh token',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();
        await session.login(ada);
        const { refreshToken } = await world.tokens();

        await session.logout();

        expect(world.server.counts()).toMatchObject({ logout: 1 });
        const refused = await world.redeem(refreshToken);
        expect(refused.status).toBe(dialect.refreshTokenInvalid.status);
        expect(world.server.requests.at(-1)).toMatchObject({ code: 'refreshTokenInvalid' });
      },
    ],
    [
      'the server gets no call, and still accepts the refresh token',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();
        await session.login(ada);
        const { refreshToken } = await world.tokens();

        await session.logout();

        expect(world.server.endpoints).not.toHaveProperty('logout');
        expect(world.server.requests).toHaveLength(1);
        expect((await world.redeem(refreshToken)).status).toBe(dialect.refreshed);
      },
    ],
  );
}
