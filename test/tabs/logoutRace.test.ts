import { expect, test } from 'vitest';
import { createGate } from '../referenceServer/authorities.ts';
import { useTabs } from './world.ts';

const world = useTabs({ dialect: 'express' });
const options = { refresh: { proactive: false, cooldown: 0 } };

const logoutsAnswered = () =>
  world.server.requests.filter(({ kind, status }) => kind === 'logout' && status !== 0).length;

/** Opens a tab whose refresh is at the server, and two others. */
async function refreshingTabs(what: 'call' | 'answer') {
  const { tabs } = await world.signedIn(3, options);
  const [first] = tabs;
  const withheld = world.tokenEndpoint.withhold(what);
  world.server.expireAccessTokens();
  await first.start(2);
  await withheld.arrived;
  return { tabs, withheld };
}

test.each(['call', 'answer'] as const)(
  'a sign-out wins against another tab’s refresh that is at the server (its %s)',
  async (what) => {
    const { tabs, withheld } = await refreshingTabs(what);
    const [first, second] = tabs;
    const granted = first.page.waitForResponse(
      (response) => response.url().endsWith('/token') && response.request().method() === 'POST',
    );
    await second.signOut();
    for (const tab of tabs) await expect.poll(() => tab.status()).toBe('loggedOut');
    withheld.release();
    await granted;

    // One call of the tab that signed out, and one for the late grant.
    await expect.poll(() => world.server.counts().logout).toBe(what === 'answer' ? 2 : 1);
    for (const tab of tabs) {
      await expect.poll(() => tab.stored()).toMatchObject({ ended: 'loggedOut' });
      expect(Object.keys((await tab.stored()) ?? {}).sort()).toEqual([
        'api',
        'ended',
        'sessionId',
        'version',
      ]);
      expect(await tab.status()).toBe('loggedOut');
    }
    await expect.poll(() => first.outcomes()).toEqual(['ERR_LOGGED_OUT', 'ERR_LOGGED_OUT']);
    expect(tabs.flatMap((tab) => tab.complaints)).toEqual([]);
  },
);

test('the tokens of the late grant are revoked', async () => {
  const { tabs, withheld } = await refreshingTabs('answer');
  const [first, second] = tabs;
  const { refreshToken } = (await first.stored()) ?? {};
  await second.signOut();
  withheld.release();
  await expect.poll(() => logoutsAnswered()).toBe(2);
  const redeemed = await fetch(world.server.url + world.server.endpoints.refresh, {
    method: 'POST',
    body: JSON.stringify({ refreshToken }),
  });

  expect(redeemed.status).toBe(403);
});

test('a sign-out in the refreshing tab signs out the tabs that wait for it', async () => {
  const { tabs, withheld } = await refreshingTabs('answer');
  const [first, ...others] = tabs;
  await Promise.all(others.map((tab) => tab.start(2)));
  for (const tab of others) await expect.poll(() => tab.status()).toBe('refreshing');
  await first.signOut();
  withheld.release();

  for (const tab of tabs) {
    await expect.poll(() => tab.status()).toBe('loggedOut');
    await expect.poll(() => tab.outcomes()).toEqual(['ERR_LOGGED_OUT', 'ERR_LOGGED_OUT']);
    await expect.poll(() => tab.stored()).not.toHaveProperty('refreshToken');
  }
  expect(world.tokenEndpoint.calls).toBe(1);
});

test('all tabs can sign out at the same moment, each during a refresh', async () => {
  const { tabs } = await world.signedIn(4, options);
  const gate = createGate();
  world.tokenEndpoint.behave(async (_request, next) => {
    await gate.opened;
    return next();
  });
  world.server.expireAccessTokens();
  await Promise.all(tabs.map((tab) => tab.start()));
  for (const tab of tabs) await expect.poll(() => tab.status()).toBe('refreshing');
  const signedOut = Promise.all(tabs.map((tab) => tab.signOut()));
  gate.open();
  await signedOut;

  for (const tab of tabs) {
    await expect.poll(() => tab.status()).toBe('loggedOut');
    await expect.poll(() => tab.outcomes()).toEqual(['ERR_LOGGED_OUT']);
    await expect.poll(() => tab.stored()).toMatchObject({ ended: 'loggedOut' });
  }
});
