import { expect, it } from 'vitest';
import { isSessionExpiredError, LoggedOutError } from '../../../src/index.ts';
import type { Dialect } from '../dialects.ts';
import { eitherWay } from '../feature.ts';
import { ada, createWorld } from '../world.ts';

type World = Awaited<ReturnType<typeof createWorld>>;

/** The user that the page shows. */
const asAda = { id: '1', email: 'ada@example.com' };

/** The record of an ended session: no token, no user. */
async function whatIsLeft(world: World, ended: string) {
  const sessionId: unknown = expect.any(String);
  const tombstone = { version: 1, api: new URL(world.server.url).origin, sessionId, ended };
  await world.clock.advance(0);
  expect(JSON.parse(world.storage.text())).toEqual(tombstone);
}

export function ending(dialect: Dialect): void {
  it('refuses waiting requests with the reason, deletes the tokens, and asks for a new sign-in', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();
    await session.login(ada);
    await world.server.accounts.revokeRefreshToken((await world.tokens()).refreshToken);
    world.server.expireAccessTokens();

    const requests = [1, 2, 3].map((n) => session.api.get(`api/items/${n}`));
    const errors = await Promise.all(requests.map((request) => request.catch((error: unknown) => error)));

    for (const error of errors) {
      expect(error).toSatisfy(isSessionExpiredError);
      expect(error).toMatchObject({
        reason: { type: 'server.refreshTokenInvalid', ...dialect.refreshTokenInvalid },
      });
    }
    expect(session.getSnapshot().status).toBe('expired');
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 3 });
    await whatIsLeft(world, 'expired');

    await session.login(ada);
    expect(await session.api.get('api/me').json()).toMatchObject({ username: 'ada' });
  });

  it('sends no more requests for the session that has ended', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();
    await session.login(ada);
    world.server.revokeSessions('ada');
    await expect(session.refresh()).rejects.toSatisfy(isSessionExpiredError);
    const before = world.server.requests.length;

    await expect(session.fetch('/api/me')).rejects.toSatisfy(isSessionExpiredError);
    await expect(session.refresh()).rejects.toSatisfy(isSessionExpiredError);

    expect(world.server.requests).toHaveLength(before);
  });

  eitherWay(
    dialect,
    'refreshExpiryCode',
    [
      'knows that the refresh token has expired',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();
        await session.login(ada);
        world.server.expireRefreshTokens();

        await expect(session.refresh()).rejects.toMatchObject({
          reason: { type: 'server.refreshTokenExpired', code: 'T-003', status: 401 },
        });
        await whatIsLeft(world, 'expired');
      },
    ],
    [
      'a refresh token that has expired is refused like one that is unknown',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();
        await session.login(ada);
        world.server.expireRefreshTokens();

        await expect(session.refresh()).rejects.toMatchObject({
          reason: { type: 'server.refreshTokenInvalid', ...dialect.refreshTokenInvalid },
        });
        await whatIsLeft(world, 'expired');
      },
    ],
  );

  eitherWay(
    dialect,
    'subjectCheck',
    [
      'signs the user out if the refresh token belongs to another user',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();
        await session.adopt(await world.grant(await tokensOfGrace(world), asAda));
        world.server.expireAccessTokens();

        const request = session.api.get('api/me');

        await expect(request).rejects.toBeInstanceOf(LoggedOutError);
        await expect(request).rejects.toMatchObject({
          reason: { type: 'server.subjectMismatch', code: 'T-005', status: 401 },
        });
        expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
        await whatIsLeft(world, 'loggedOut');
      },
    ],
    [
      'the server looks at the refresh token only',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();
        await session.adopt(await world.grant(await tokensOfGrace(world), asAda));
        world.server.expireAccessTokens();

        expect(await session.api.get('api/me').json()).toMatchObject({ username: 'grace' });
      },
    ],
  );

  eitherWay(
    dialect,
    'oneSuccessStatus',
    [
      'treats any status other than that of success as a refusal',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();
        await session.login(ada);
        world.server.intercept('refresh', async (_request, next) => {
          const { body, headers } = await next();
          return new Response(body, { status: 200, headers });
        });

        await expect(session.refresh()).rejects.toMatchObject({
          reason: { type: 'server.refreshTokenInvalid', status: 200 },
        });
        await whatIsLeft(world, 'expired');
      },
    ],
    [
      'another status with a grant succeeds too',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();
        await session.login(ada);
        world.server.intercept('refresh', async (_request, next) => {
          const { body, headers } = await next();
          return new Response(body, { status: 202, headers });
        });

        await session.refresh();
        expect(await world.stored()).toMatchObject({ generation: 2 });
      },
    ],
  );
}

/** Stores a record as the page of another user would. */
async function tokensOfGrace({ server }: World) {
  const grace = await server.accounts.verifyPassword('grace', 'hopper');
  if (grace === undefined) throw new Error('Grace cannot sign in');
  return {
    accessToken: await server.accounts.issueAccessToken(grace),
    refreshToken: await server.accounts.issueRefreshToken(grace),
  };
}
