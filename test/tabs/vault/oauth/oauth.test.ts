import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { testsEverything } from '../../../everything.ts';
import { everythingReadable } from '../spy.ts';
import { useOAuthVault } from './world.ts';

const openProfile = useOAuthVault();

const send = (page: Page, count = 1) => page.evaluate((n) => window.oauthVaultPage.send(n), count);
const view = (page: Page) => page.evaluate(() => window.oauthVaultPage.session.getSnapshot());

/** What the script of an attacker has seen in the page, and what it can read. */
const found = async (page: Page) => [
  ...(await page.evaluate(() => window.spied())),
  await page.evaluate(everythingReadable),
];

/** The keys that a script of the page could sign with. */
const usableKeys = (page: Page) =>
  page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name);
    return names.includes('sessionchart-keys');
  });

describe.each(testsEverything ? (['shared', 'dedicated'] as const) : (['shared'] as const))(
  'With a %s worker, no script of the page finds a token, a code verifier or a key of DPoP',
  (worker) => {
    test('after a redirect, over 20 requests with an expired token, until the sign-out', async () => {
      const { provider, secrets, open, leave, comeBack } = await openProfile(worker);
      const page = await open();
      await leave(page);
      await comeBack(page);
      expect(await page.evaluate(() => window.oauthVaultPage.completed)).toBe('/orders');
      expect(await send(page)).toEqual(['200 ada DPoP']);
      provider.expireAccessTokens();
      expect(await send(page, 20)).toEqual(Array(20).fill('200 ada DPoP'));
      const refreshes = provider.tokenRequests.filter(
        ({ grant, status }) => grant === 'refresh_token' && status === 200,
      );
      expect(refreshes).toHaveLength(1);
      expect(await usableKeys(page)).toBe(false);
      const before = await found(page);
      await page.evaluate(() => window.oauthVaultPage.session.logout());
      const seen = [...before, ...(await found(page))];

      // A code verifier, two access and refresh tokens; two ID tokens of the same second are equal.
      expect(secrets.size).toBeGreaterThanOrEqual(6);
      expect(seen.filter((text) => [...secrets].some((secret) => text.includes(secret)))).toEqual([]);
      // Proves that the spy sees the messages.
      expect(seen.some((text) => text.includes('"kind":"login"'))).toBe(true);
      expect(await view(page)).toMatchObject({ status: 'loggedOut' });
    });

    test('after a popup, and the verifier is not in IndexedDB meanwhile', async () => {
      const { secrets, context, open } = await openProfile(worker);
      const page = await open();
      const opening = context.waitForEvent('page');
      await page.getByRole('button', { name: 'Sign in' }).click();
      const popup = await opening;
      await popup.getByRole('button', { name: 'Continue' }).waitFor();
      const during = await page.evaluate(everythingReadable);
      await popup.getByRole('button', { name: 'Continue' }).click();
      await expect.poll(() => page.evaluate(() => window.oauthVaultPage.outcome)).toBe('signed in ada');
      expect(await send(page)).toEqual(['200 ada DPoP']);
      const seen = [during, ...(await found(page))];

      expect(secrets.size).toBe(4);
      expect(seen.filter((text) => [...secrets].some((secret) => text.includes(secret)))).toEqual([]);
    });
  },
);

test.each(['shared', 'dedicated'] as const)(
  'With a %s worker, a provider of pushed requests and two APIs, each API gets its own tokens, and no script of the page finds one',
  async (worker) => {
    const { provider, secrets, open, leave, comeBack } = await openProfile(worker, {
      requiresPar: true,
      hasBilling: true,
    });
    const { api, billing, audiences } = provider;
    const page = await open();
    await leave(page);
    await comeBack(page);
    const sendBoth = () =>
      page.evaluate(
        (url) => Promise.all(['/me', url].map((path) => window.oauthVaultPage.send(5, path))),
        `${billing}/me`,
      );
    const all = Array(10).fill('200 ada DPoP');
    expect((await sendBoth()).flat()).toEqual(all);
    provider.expireAccessTokens();
    expect((await sendBoth()).flat()).toEqual(all);
    const grants = provider.tokenRequests.filter(({ status }) => status === 200).map(({ grant }) => grant);
    // The sign-in and the refresh, each with a further token for the second API.
    expect(grants).toEqual(['authorization_code', 'refresh_token', 'refresh_token', 'refresh_token']);
    expect(audiences).toEqual({ [api]: new Set([api]), [billing]: new Set(['urn:billing']) });
    const seen = await found(page);
    await page.evaluate(() => window.oauthVaultPage.session.logout());
    seen.push(...(await found(page)));

    expect(secrets.size).toBeGreaterThanOrEqual(9);
    expect(seen.filter((text) => [...secrets].some((secret) => text.includes(secret)))).toEqual([]);
    expect(await view(page)).toMatchObject({ status: 'loggedOut' });
    expect(await send(page)).toEqual(['401 undefined undefined']);
  },
);

test('A page that is reloaded signs in again in a hidden frame, without the user', async () => {
  const { open, leave, comeBack } = await openProfile('shared');
  const page = await open();
  await leave(page);
  await comeBack(page);
  await page.reload();
  await page.evaluate(() => window.oauthVaultPage.session.ready());

  expect((await view(page)).status).toBe('anonymous');
  expect(await page.evaluate(() => window.oauthVaultPage.silent())).toBe('signed in ada');
  expect(await send(page)).toEqual(['200 ada DPoP']);
});

test('Tabs that return at the same time share the session of the worker', async () => {
  const { provider, open, leave, comeBack } = await openProfile('shared');
  const tabs: Page[] = [];
  while (tabs.length < (testsEverything ? 10 : 3)) tabs.push(await open());
  for (const tab of tabs) await leave(tab);
  await Promise.all(tabs.map(comeBack));
  const sendAll = async () => (await Promise.all(tabs.map((tab) => send(tab)))).flat();
  await expect.poll(sendAll).toEqual(tabs.map(() => '200 ada DPoP'));
  provider.expireAccessTokens();
  expect(await sendAll()).toEqual(tabs.map(() => '200 ada DPoP'));
  await tabs[0]?.evaluate(() => window.oauthVaultPage.session.logout());

  for (const tab of tabs) await expect.poll(async () => (await view(tab)).status).toBe('loggedOut');
});
