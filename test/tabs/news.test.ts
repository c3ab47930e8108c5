import { describe, expect, test } from 'vitest';
import { setVisible, withDeafChannel, withoutBroadcastChannel, withoutStorageEvents } from './faults.ts';
import { happeningsOf, untilShown, untilStored } from './happenings.ts';
import { useTabs } from './world.ts';

const world = useTabs();
const options = { refresh: { proactive: false, cooldown: 0 } };

/** The number of requests that the server received with this user's token. */
const requestsAs = (username: string) =>
  world.server.requests.filter((request) => request.kind === 'api' && request.username === username).length;

describe('a sign-in in one tab', () => {
  test('reaches signed-out tabs, including hidden ones', async () => {
    const profile = await world.profile();
    const [first, second, hidden] = [await profile.open(), await profile.open(), await profile.open()];
    await setVisible(hidden.page, false);
    await first.signIn('ada');

    for (const tab of [second, hidden]) {
      await untilShown(tab, { status: 'authenticated', username: 'ada' });
      expect(await tab.send()).toEqual(['200 ada']);
    }
    expect(world.server.counts()).toMatchObject({ login: 1, refresh: 0 });
  });

  test('reaches tabs with an expired session, and releases their waiting requests', async () => {
    const { tab, open } = await world.alone(options);
    const waiting = await open({ ...options, hold: { whileExpired: 120_000 } });
    world.server.revokeSessions();
    await waiting.start(2);
    await untilShown(tab, { status: 'expired', username: 'ada' });
    await tab.signIn('ada');

    await expect.poll(() => waiting.outcomes()).toEqual(['200 ada', '200 ada']);
  });
});

describe.each(happeningsOf(world))('$name in one tab', (item) => {
  test('reaches all others, including hidden ones', async () => {
    const { tabs } = await world.signedIn(4, options);
    const [first, ...others] = tabs;
    await setVisible(others[0].page, false);
    await item.happen(first);

    for (const tab of others) await untilShown(tab, item);
    expect(tabs.flatMap((tab) => tab.complaints)).toEqual([]);
  });

  test('refuses held requests in the others, which are never sent', async () => {
    const { tabs } = await world.signedIn(2, options);
    const [first, other] = tabs;
    const call = world.tokenEndpoint.withhold('call');
    world.server.expireAccessTokens();
    await first.start();
    await call.arrived;
    await other.start(3);
    await expect.poll(() => other.status()).toBe('refreshing');
    await item.happenInRefresh(first, call);

    await untilShown(other, item);
    const refused = item.status === 'authenticated' ? /^ERR_(IDENTITY_CHANGED|LOGGED_OUT)$/ : item.refusal;
    await expect.poll(() => other.outcomes()).toHaveLength(3);
    for (const outcome of await other.outcomes()) expect(outcome).toMatch(refused);
    expect(requestsAs('ada') + requestsAs('grace')).toBe(0);
  });

  test.each([
    { name: 'without BroadcastChannel', faults: [withoutBroadcastChannel, withoutStorageEvents] },
    { name: 'whose channel loses everything', faults: [withDeafChannel, withoutStorageEvents] },
  ])('is found in the store by a tab $name before it sends one of three requests', async ({ faults }) => {
    const { tab, open } = await world.alone(options);
    const deaf = await open({ ...options, faults });
    await item.happen(tab);
    await untilStored(deaf, tab);
    const seen = world.server.requests.length;
    expect(await deaf.username()).toBe('ada');

    expect(await deaf.send(3)).toEqual(Array(3).fill(item.refusal));
    expect(world.server.requests).toHaveLength(seen);
    await untilShown(deaf, item);
  });

  test('is found by a tab that missed it as soon as that tab is shown', async () => {
    const { tab, open } = await world.alone(options);
    const deaf = await open({ ...options, faults: [withDeafChannel, withoutStorageEvents] });
    await setVisible(deaf.page, false);
    await item.happen(tab);
    await untilStored(deaf, tab);
    expect(await deaf.username()).toBe('ada');
    await setVisible(deaf.page, true);

    await untilShown(deaf, item);
  });

  test('arrives by the storage event if there is no BroadcastChannel', async () => {
    const { tabs } = await world.signedIn(2, { ...options, faults: [withoutBroadcastChannel] });
    const [first, other] = tabs;
    await item.happen(first);

    await untilShown(other, item);
  });
});

test('after a change of user that it missed, a tab sends its next requests as the new user', async () => {
  const { tab, open } = await world.alone(options);
  const deaf = await open({ ...options, faults: [withDeafChannel, withoutStorageEvents] });
  await tab.signOut();
  await tab.signIn('grace');
  await untilStored(deaf, tab);

  expect(await deaf.send()).toEqual(['ERR_IDENTITY_CHANGED']);
  expect(requestsAs('grace')).toBe(0);
  expect(await deaf.send()).toEqual(['200 grace']);
  expect(await deaf.username()).toBe('grace');
});

test('a session of one browser profile is not visible in another', async () => {
  const { tab } = await world.alone();
  const stranger = await (await world.profile()).open();
  await tab.signOut();

  expect(await stranger.status()).toBe('anonymous');
  expect(await stranger.send()).toEqual(['401 nobody']);
});
