import { describe, expect, test } from 'vitest';
import { rotating } from '../../referenceServer/contracts/rotating.ts';
import { lost } from './air.ts';
import { send, statuses, storedSession } from './outcomes.ts';
import { grace, openWorld, within, type WorldOptions } from './world.ts';

/** A world in which all messages are lost, and the refresh tokens that its server was told to revoke. */
function openRevoking(options: WorldOptions = {}) {
  const revoked: (string | null)[] = [];
  const world = openWorld({
    fate: lost,
    ...options,
    session: {
      refresh: { proactive: false, cooldown: 0 },
      server: {
        ...rotating,
        logout: ({ refreshToken }) => {
          revoked.push(refreshToken);
          return Promise.resolve();
        },
      },
    },
  });
  return { world, revoked };
}

describe.each([
  ['at once', {}],
  ['in its time', { storeDelay: () => 20 }],
])('a sign-out in a tab without the newest tokens, in a store that responds %s,', (_, options) => {
  test('also revokes the newest tokens', async () => {
    const { world, revoked } = openRevoking(options);
    using _world = world;
    const [one, other] = await world.signedIn(2);
    await within(world, 1_000, one.session.refresh());
    const newest = storedSession(world).refreshToken;
    await within(world, 1_000, (other ?? one).session.logout());

    expect(revoked).toContain(newest);
    expect(world.store.record()).toHaveProperty('ended', 'loggedOut');
  });

  test('sends one call to the server if there are no newer tokens', async () => {
    const { world, revoked } = openRevoking(options);
    using _world = world;
    const [one] = await world.signedIn(2);
    await within(world, 1_000, one.session.refresh());
    const newest = storedSession(world).refreshToken;
    await within(world, 1_000, one.session.logout());

    expect(revoked).toEqual([newest]);
  });
});

test('A refresh does not restore a session in a store where another one has started and ended since', async () => {
  using world = openWorld({ fate: lost });
  const [one, other] = await world.signedIn(2);
  await one.session.logout();
  await one.session.login(grace);
  await one.session.logout();
  await world.clock.advance(60_000);

  expect(world.refreshTimes()).toEqual([]);
  expect(world.store.record()).toHaveProperty('ended', 'loggedOut');
  expect(statuses([one, other ?? one])).toEqual(['loggedOut', 'loggedOut']);
});

test('A store that is emptied after a sign-out is not reported as cleared', async () => {
  using world = openWorld({ fate: lost, session: { refresh: { proactive: false } } });
  const [one, other] = await world.signedIn(2);
  await one.session.logout();
  const tabs = [one, other ?? one];
  await Promise.all(tabs.map(send));
  world.store.clear();
  await Promise.all(tabs.map(send));

  expect(tabs.flatMap(({ facts }) => facts)).not.toContain('store.cleared');
});

test.each([
  ['at once', {}],
  ['in its time', { storeDelay: () => 20 }],
])(
  'A sign-out elsewhere applies if a simultaneous sign-in fails, in a store that responds %s',
  async (_, options) => {
    using world = openWorld({ ...options, session: { refresh: { proactive: false } } });
    const [one, other] = await world.signedIn(2);
    world.server.revokeSessions();
    world.server.expireAccessTokens();
    await within(world, 1_000, send(one));
    await world.clock.advance(500);
    expect(statuses(world.tabs)).toEqual(['expired', 'expired']);
    world.server.intercept(
      'login',
      () =>
        new Promise((answer) => {
          world.clock.schedule(() => answer(new Response(null, { status: 401 })), 1_000);
        }),
      { times: 1 },
    );
    const login = one.session.login(grace).catch((error: unknown) => error);
    await world.clock.advance(200);
    await within(world, 500, (other ?? one).session.logout());

    expect(await within(world, 2_000, login)).toMatchObject({ code: 'ERR_LOGIN_FAILED' });
    one.signals.wake();
    await world.clock.advance(500);
    expect(one.session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
  },
);
