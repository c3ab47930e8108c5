import { setTimeout as nextTask } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { send, statuses, storedSession } from './outcomes.ts';
import { changeUser, doIn, noChannel, openPair, quiet, requestsOf, viewOf } from './pair.ts';
import { ada, openWorld } from './world.ts';

/** Ways in which tabs get no messages from each other. */
const silences = [
  { name: 'are lost, on a store that responds at once', store: {}, tab: {} },
  { name: 'cannot be sent, on a store that responds at once', store: {}, tab: { openChannel: noChannel } },
  { name: 'are lost, on a slow store', store: { storeDelay: () => 5 }, tab: {} },
  {
    name: 'cannot be sent, on a slow store',
    store: { storeDelay: () => 5 },
    tab: { openChannel: noChannel },
  },
] as const;

describe.each(silences)('if messages $name, a tab finds before its next request', ({ store, tab }) => {
  test('newer tokens, and sends them', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    await doIn(world, one.session.refresh());
    world.server.expireAccessTokens();
    await doIn(world, one.session.refresh());

    expect(await doIn(world, send(other))).toBe(200);
    expect(requestsOf(world)).toHaveLength(1);
    expect(world.refreshTimes()).toHaveLength(2);
  });

  test('a sign-out, and refuses the request', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    await doIn(world, one.session.logout());

    expect(viewOf(other).status).toBe('authenticated');
    expect(await doIn(world, send(other))).toBe('ERR_LOGGED_OUT');
    expect(viewOf(other)).toMatchObject({
      status: 'loggedOut',
      user: null,
      reason: { type: 'peer.loggedOut' },
    });
    expect(requestsOf(world)).toEqual([]);
  });

  test('an expiry, and refuses the request', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    world.server.revokeSessions();
    await doIn(world, send(one));
    const before = requestsOf(world).length;

    expect(await doIn(world, send(other))).toBe('ERR_SESSION_EXPIRED');
    expect(viewOf(other)).toMatchObject({ status: 'expired', user: { username: 'ada' } });
    expect(requestsOf(world)).toHaveLength(before);
  });

  test('another user: requests for the previous user are refused and never sent', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    await changeUser(world, one);

    expect(viewOf(other).user).toMatchObject({ username: 'ada' });
    const together = [send(other), send(other), send(other)];
    for (const outcome of await doIn(world, Promise.all(together))) {
      expect(outcome).toMatch(/^ERR_(IDENTITY_CHANGED|LOGGED_OUT)$/);
    }
    expect(requestsOf(world)).toEqual([]);
    await nextTask();
    expect(viewOf(other).user).toMatchObject({ username: 'grace' });
    expect(await doIn(world, send(other))).toBe(200);
    expect(requestsOf(world)).toMatchObject([{ username: 'grace' }]);
  });

  test('another user, and does not return the new token to a caller for the previous user', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    await changeUser(world, one);

    const token = doIn(world, other.session.accessToken());
    await expect(token).rejects.toMatchObject({
      code: expect.stringMatching(/IDENTITY|LOGGED_OUT/) as string,
    });
  });

  test('a user who has signed in meanwhile, and sends the request as that user', async () => {
    const world = openWorld({ ...quiet, ...store });
    using _world = world;
    const [one, other] = [world.open(tab), world.open(tab)];
    await doIn(world, Promise.all([one.session.ready(), other.session.ready()]));
    await doIn(world, one.session.login(ada));

    expect(viewOf(other).status).toBe('anonymous');
    expect(await doIn(world, send(other))).toBe(200);
    expect(viewOf(other)).toMatchObject({ status: 'authenticated', user: { username: 'ada' } });
  });

  test('the end of a session that it never knew, which ends its own session too', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    await changeUser(world, one);
    await doIn(world, one.session.logout());

    expect(await doIn(world, send(other))).toBe('ERR_LOGGED_OUT');
    expect(viewOf(other)).toMatchObject({ status: 'loggedOut', user: null });
    expect(requestsOf(world)).toEqual([]);
  });

  test('an emptied store, which does not end the session and is reported once', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    world.store.clear();
    for (let round = 0; round < 3; round += 1) {
      expect(await doIn(world, Promise.all([send(one), send(other)]))).toEqual([200, 200]);
    }

    for (const { facts } of [one, other]) {
      expect(facts.filter((fact) => fact === 'store.cleared')).toHaveLength(1);
    }
    expect(statuses([one, other])).toEqual(['authenticated', 'authenticated']);
  });

  test('an emptied store, and stores the session again with its next tokens', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    world.store.clear();
    await doIn(world, one.session.refresh());

    expect(storedSession(world)).toMatchObject({ generation: 2, user: { username: 'ada' } });
    expect(await doIn(world, send(other))).toBe(200);
    expect(await doIn(world, other.session.accessToken())).toBe(storedSession(world).accessToken);
  });

  test('the session that it ended itself, and removes it again', async () => {
    const { world, one, other } = await openPair(store, tab);
    using _world = world;
    const before = storedSession(world);
    await doIn(world, one.session.logout());
    // Another tab read the store before the logout, and stored its tokens after it.
    world.store.put({ ...before, generation: 2, accessToken: 'late', refreshToken: 'late' });
    await doIn(world, send(one));

    expect(world.store.record()).toMatchObject({ ended: 'loggedOut', sessionId: before.sessionId });
    expect(await doIn(world, send(other))).toBe('ERR_LOGGED_OUT');
    expect(statuses([one, other])).toEqual(['loggedOut', 'loggedOut']);
  });
});
