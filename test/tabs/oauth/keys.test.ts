import { expect, test } from 'vitest';
import { isReady, keys, send, signOut, useOAuthPages, view } from './world.ts';

const world = useOAuthPages();
const options = { dpop: true, provider: { requiresNonce: true } };

test('Ten tabs share one key, and make one refresh over an expiry', async () => {
  const { provider, signedIn, open, refreshes } = await world.profile(options);
  const first = await signedIn();
  const tabs = [first, ...(await Promise.all(Array.from({ length: 9 }, () => open())))];
  for (const sent of await Promise.all(tabs.map((tab) => send(tab)))) expect(sent).toEqual(['200 ada DPoP']);
  provider.expireAccessTokens();
  for (const sent of await Promise.all(tabs.map((tab) => send(tab, 2))))
    expect(sent).toEqual(['200 ada DPoP', '200 ada DPoP']);
  expect(refreshes()).toBe(1);
  expect(await keys(first)).toEqual(['extractable: false']);
});

test('The key is deleted after a sign-out in another tab, after an expiry, and after another user has signed in', async () => {
  const { provider, context, signedIn, signIn, open } = await world.profile(options);
  const page = await signedIn();
  await signOut(await open());
  await expect.poll(() => keys(page)).toEqual([]);

  await signIn(page);
  expect(await keys(page)).toHaveLength(1);
  expect(await send(page)).toEqual(['200 ada DPoP']);
  provider.intercept = ({ url }, response) => {
    if (url !== '/token') return false;
    response.writeHead(400, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
    response.end('{"error":"invalid_grant"}');
    return true;
  };
  provider.expireAccessTokens();
  expect(await send(page)).toEqual(['ERR_SESSION_EXPIRED']);
  await expect.poll(() => keys(page)).toEqual([]);
  provider.intercept = null;

  await signIn(page);
  provider.answer = { account: 'grace' };
  await context.clearCookies();
  await signIn(page);
  expect(await send(page)).toEqual(['200 grace DPoP']);
  await expect.poll(() => keys(page)).toHaveLength(1);
});

test('A session whose key is lost expires without a refresh', async () => {
  const { signedIn, refreshes } = await world.profile(options);
  const page = await signedIn();
  await page.evaluate(() => {
    indexedDB.deleteDatabase('sessionchart-keys');
  });
  await page.reload();
  await isReady(page);
  expect(await send(page)).toEqual(['ERR_SESSION_EXPIRED']);
  expect(await view(page)).toMatchObject({ status: 'expired' });
  expect(refreshes()).toBe(0);
});
