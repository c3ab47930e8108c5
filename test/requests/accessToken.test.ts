import { describe, expect, test } from 'vitest';
import { isNotAuthenticatedError, isSessionExpiredError } from '../../src/index.ts';
import { openRefreshing, openWorld, range, rejection, type World } from './world.ts';

/** Returns the status of the API for this token, without the session in between. */
async function statusOf({ server }: World, accessToken: string): Promise<number> {
  const headers = { authorization: `Bearer ${accessToken}` };
  return (await fetch(`${server.url}/api/me`, { headers })).status;
}

describe('session.accessToken', () => {
  test('returns a token that the API accepts', async () => {
    await using world = await openWorld();

    expect(await statusOf(world, await world.session.accessToken())).toBe(200);
    expect(world.server.counts()).toMatchObject({ refresh: 0 });
  });

  test('waits for a refresh in flight, and returns the new token', async () => {
    await using world = await openRefreshing();
    const { session, refresh } = world;
    const progress = { isOver: false };
    const token = session.accessToken().finally(() => {
      progress.isOver = true;
    });
    await session.fetch('api/public', { context: { auth: 'none' } });

    expect(progress.isOver).toBe(false);
    refresh.open();
    expect(await statusOf(world, await token)).toBe(200);
  });

  test('starts one refresh for a hundred callers if the token has expired', async () => {
    await using world = await openWorld({ refresh: { proactive: false } });
    const { session, clock, server } = world;
    const old = await session.accessToken();
    await clock.advance(60_000);
    const tokens = new Set(await Promise.all(range(100).map(() => session.accessToken())));

    expect(tokens.size).toBe(1);
    expect(tokens.has(old)).toBe(false);
    expect(server.counts()).toMatchObject({ refresh: 1 });
  });

  test('can be aborted, with the caller’s reason, and leaves the others waiting', async () => {
    await using world = await openRefreshing();
    const { session, refresh } = world;
    const controller = new AbortController();
    const reason = new Error('The socket is not wanted any more');
    const aborted = rejection(session.accessToken({ signal: controller.signal }));
    const other = session.accessToken();
    controller.abort(reason);

    expect(await aborted).toBe(reason);
    refresh.open();
    expect(await statusOf(world, await other)).toBe(200);
  });

  test('rejects for a signal that is aborted already', async () => {
    await using world = await openRefreshing();
    const reason = new Error('Not wanted');

    expect(await rejection(world.session.accessToken({ signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  test('rejects for a signal that is aborted already, even with a valid token', async () => {
    await using world = await openWorld();
    const reason = new Error('Not wanted');

    expect(await rejection(world.session.accessToken({ signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  test('rejects with NotAuthenticatedError if no user has signed in', async () => {
    await using world = await openWorld({ isSignedIn: false });
    const error = await rejection(world.session.accessToken());

    expect(isNotAuthenticatedError(error)).toBe(true);
    expect(error).toHaveProperty('message', expect.stringContaining('call `login()` first'));
  });

  test('rejects with NotAuthenticatedError after a logout', async () => {
    await using world = await openWorld();
    await world.session.logout();

    expect(isNotAuthenticatedError(await rejection(world.session.accessToken()))).toBe(true);
  });

  test('rejects with SessionExpiredError if the refresh was refused', async () => {
    await using world = await openWorld({ refresh: { proactive: false } });
    world.server.revokeSessions();
    await world.clock.advance(60_000);

    expect(isSessionExpiredError(await rejection(world.session.accessToken()))).toBe(true);
    expect(isSessionExpiredError(await rejection(world.session.accessToken()))).toBe(true);
  });
});
