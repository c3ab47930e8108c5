import { describe, expect, test } from 'vitest';
import { VerdictError, type Verdict } from '../../../src/index.ts';
import { ada, grace, lifetime, openWorld, outcome, quiet, withLogout } from './world.ts';

/** The server's codes, and the verdicts to which the contract maps them. */
const endings = [
  { code: 'revoked', verdict: 'sessionRevoked' },
  { code: 'disabled', verdict: 'accountDisabled' },
  { code: 'stranger', verdict: 'subjectMismatch' },
] as const satisfies { code: string; verdict: Verdict }[];

describe('A verdict that ends the session', () => {
  test.each(endings)('of the API, $code, signs the user out', async ({ code, verdict }) => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const told: unknown[] = [];
    session.on('session.loggedOut', (event) => told.push(event));
    const dam = world.dam('api');
    const other = outcome(session.fetch('api/items/1'));
    await dam.reached;
    world.server.intercept('api', () => Response.json({ code }, { status: 401 }), { times: 1 });
    const request = outcome(session.api.get('api/me').json());

    const reason = { type: `server.${verdict}`, code, status: 401 };
    expect(await request).toMatchObject({ code: 'ERR_LOGGED_OUT', reason });
    expect(await other).toMatchObject({ code: 'ERR_LOGGED_OUT', reason });
    expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null, reason });
    expect(told).toEqual([
      expect.objectContaining({
        type: 'session.loggedOut',
        reason: expect.objectContaining(reason) as unknown,
      }),
    ]);
    dam.open();
    await quiet(world);
    expect(await world.store.text()).not.toMatch(/accessToken|"ada"/);
    expect(world.server.counts()).toMatchObject({ refresh: 0, logout: 0 });
  });

  test.each(endings)('of the refresh, $code, signs the user out', async ({ code, verdict }) => {
    await using world = await openWorld();
    const session = world.start({ refresh: { proactive: false } });
    await session.login(ada);
    await world.clock.advance(lifetime);
    world.server.intercept('refresh', () => Response.json({ code }, { status: 400 }));

    const reason = { type: `server.${verdict}`, code, status: 400 };
    await expect(session.api.get('api/me')).rejects.toMatchObject({ code: 'ERR_LOGGED_OUT', reason });
    expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null, reason });
    expect(world.server.counts()).toMatchObject({ api: 0, refresh: 1 });
  });

  test.each(endings)('that a contract throws, $verdict, signs the user out', async ({ verdict }) => {
    await using world = await openWorld({
      server: { ...withLogout, refresh: () => Promise.reject(new VerdictError(verdict, 'sdk-7')) },
    });
    const session = world.start();
    await session.login(ada);
    await outcome(session.refresh());

    expect(session.getSnapshot()).toMatchObject({
      status: 'loggedOut',
      reason: { type: `server.${verdict}`, code: 'sdk-7' },
    });
  });

  test.each(endings)('$code about an ended session leaves the next user signed in', async ({ code }) => {
    await using world = await openWorld();
    const session = world.start();
    await session.login(ada);
    const dam = world.dam('api');
    world.server.intercept('api', async (_request, next) => {
      await next();
      return Response.json({ code }, { status: 401 });
    });
    const request = outcome(session.fetch('api/me'));
    await dam.reached;
    await session.logout();
    await session.login(grace);
    dam.open();
    await request;
    await quiet(world);

    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'grace' } });
  });
});
