import { describe, expect, test } from 'vitest';
import { send, storedSession } from './outcomes.ts';
import { lifetime, reasonOf, timeout, withhold, withoutLock } from './turns.ts';
import { within, type WorldOptions } from './world.ts';

const anyMark = { id: expect.any(String) as unknown, at: expect.any(Number) as unknown };

describe.each([
  ['with a lock', true],
  ['without a lock', false],
])('the mark in the store, %s,', (_, hasLock) => {
  const open = (options: WorldOptions = {}) => withoutLock({ hasLock, ...options });

  test('exists during the call, and is removed with its response', async () => {
    using world = open();
    const [tab] = await world.signedIn(1);
    const release = withhold(world);
    const refreshed = tab.session.refresh();
    await world.clock.advance(1_000);

    expect(storedSession(world).attempt).toEqual(anyMark);
    release();
    await refreshed;
    expect(storedSession(world)).toMatchObject({ generation: 2 });
    expect(storedSession(world)).not.toHaveProperty('attempt');
  });

  test('names the tab that calls', async () => {
    using world = open();
    const [one, other] = await world.signedIn(2);
    if (other === undefined) throw new Error('Expected two tabs');
    const ids: unknown[] = [];
    for (const tab of [one, other, one]) {
      // Before a request, a tab adopts the tokens that the last one has stored.
      await send(tab);
      const release = withhold(world);
      const refreshed = tab.session.refresh();
      await world.clock.advance(1_000);
      ids.push(storedSession(world).attempt?.id);
      release();
      await within(world, 5_000, refreshed);
      await world.clock.advance(lifetime / 2);
    }

    expect(ids).toEqual([anyMark.id, anyMark.id, ids[0]]);
    expect(ids[1]).not.toBe(ids[0]);
  });

  test.each([503, 404])('is removed when the server has responded with %i', async (status) => {
    using world = open();
    const [tab] = await world.signedIn(1);
    world.server.intercept('refresh', () => Response.json({}, { status }), { times: 1 });
    const refreshed = tab.session.refresh().catch((error: unknown) => error);

    expect(await within(world, 5_000, refreshed)).toMatchObject({ code: 'ERR_REFRESH_UNAVAILABLE' });
    expect(storedSession(world)).not.toHaveProperty('attempt');
  });

  test('stays if the response was lost', async () => {
    using world = open();
    const [tab] = await world.signedIn(1);
    const noted: unknown[] = [];
    world.server.intercept(
      'refresh',
      (_request, next) => {
        noted.push(storedSession(world).attempt);
        return next().then(() => Response.error());
      },
      { times: 1 },
    );
    await within(
      world,
      5_000,
      tab.session.refresh().catch((error: unknown) => error),
    );

    expect(noted).toEqual([anyMark]);
    expect(storedSession(world)).toMatchObject({ attempt: noted[0] });
  });

  test('of a lost response outlives a later call with the response 503', async () => {
    using world = open();
    const [first, second, third] = await world.signedIn(3);
    if (second === undefined || third === undefined) throw new Error('Expected three tabs');
    world.server.intercept('refresh', (_request, next) => next().then(() => Response.error()), { times: 1 });
    await within(
      world,
      5_000,
      first.session.refresh().catch((error: unknown) => error),
    );
    first.life.die();
    await world.clock.advance(timeout);
    world.server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
    await within(
      world,
      5_000,
      second.session.refresh().catch((error: unknown) => error),
    );
    second.life.die();
    await world.clock.advance(1_000);
    await within(
      world,
      30_000,
      third.session.refresh().catch((error: unknown) => error),
    );

    expect(reasonOf(third)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: true });
  });

  test('of another tab with the response 503 does not count as a lost response', async () => {
    using world = open();
    const [first, second] = await world.signedIn(2);
    if (second === undefined) throw new Error('Expected two tabs');
    world.server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
    await within(
      world,
      5_000,
      first.session.refresh().catch((error: unknown) => error),
    );
    world.server.revokeSessions();
    await world.clock.advance(1_000);
    await within(
      world,
      30_000,
      second.session.refresh().catch((error: unknown) => error),
    );

    expect(reasonOf(second)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: false });
  });

  test('is written again after a lost response if the write of another tab has removed it', async () => {
    using world = open();
    const [first, second] = await world.signedIn(2);
    if (second === undefined) throw new Error('Expected two tabs');
    const before = storedSession(world);
    world.server.intercept(
      'refresh',
      async (_request, answer) => {
        await answer();
        world.store.put(before);
        return Response.error();
      },
      { times: 1 },
    );
    void first.session.refresh().catch(() => undefined);
    await world.clock.advance(1_000);
    first.life.die();
    await world.clock.advance(4 * timeout);
    void second.session.refresh().catch(() => undefined);
    await world.clock.advance(30_000);

    expect(reasonOf(second)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: true });
  });

  test('tells a restarted application that its last run lost a response', async () => {
    using world = open();
    const [first] = await world.signedIn(1);
    withhold(world);
    void first.session.refresh().catch(() => undefined);
    await world.clock.advance(1_000);
    first.life.die();
    await world.clock.advance(3 * lifetime);
    const again = world.open();
    expect(await within(world, 30_000, send(again))).toBe('ERR_SESSION_EXPIRED');

    expect(reasonOf(again)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: true });
  });

  test('does not count as a lost response if the server grants new tokens', async () => {
    using world = open();
    const [first] = await world.signedIn(1);
    world.server.intercept('refresh', () => Response.error(), { times: 1 });
    await within(
      world,
      5_000,
      first.session.refresh().catch((error: unknown) => error),
    );
    first.life.die();
    await world.clock.advance(lifetime);
    const again = world.open();
    expect(await within(world, 30_000, send(again))).toBe(200);
    world.server.revokeSessions();
    await within(
      world,
      30_000,
      again.session.refresh().catch((error: unknown) => error),
    );

    expect(reasonOf(again)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: false });
  });
});
