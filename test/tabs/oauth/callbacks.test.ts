import type { IncomingMessage } from 'node:http';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { createGate } from '../../referenceServer/authorities.ts';
import { isReady, proceed, send, signOut, useOAuthPages, view } from './world.ts';

const world = useOAuthPages();

const failure = (page: Page) => expect.poll(() => page.evaluate(() => window.oauthPage.failure));
const pending = (page: Page) =>
  page.evaluate(
    () => Object.keys(localStorage).filter((key) => key.startsWith('sessionchart.oauth.')).length,
  );

const leave = (page: Page) =>
  page.evaluate(() => window.oauthPage.signIn({ prompt: 'consent', returnTo: '/' }));

/** Signs in at the provider, and returns the address of the callback before the page has completed it. */
async function callbackOf(page: Page): Promise<string> {
  await page.evaluate(() => sessionStorage.setItem('isStopped', 'true'));
  await leave(page);
  await proceed(page);
  await page.waitForURL(`${world.pageUrl}/callback?**`);
  await page.evaluate(() => sessionStorage.removeItem('isStopped'));
  return page.url();
}

describe('A callback', () => {
  test('belongs to its own sign-in, with several under way in several tabs', async () => {
    const { open, provider } = await world.profile();
    const tabs = [await open(), await open(), await open()];
    await Promise.all(tabs.map(leave));
    const [first, second, third] = tabs as [Page, Page, Page];
    expect(await pending(await open())).toBe(3);
    for (const tab of [second, third, first]) {
      await proceed(tab);
      await tab.waitForURL(`${world.pageUrl}/`);
      await isReady(tab);
    }
    expect(await send(first)).toEqual(['200 ada Bearer']);
    expect(await view(second)).toMatchObject({ status: 'authenticated' });
    expect(await pending(first)).toBe(0);
    expect(provider.tokenRequests.filter(({ status }) => status === 200)).toHaveLength(3);
  });

  test('shows a sign-in while the code is exchanged', async () => {
    const exchange = createGate();
    const delay = ({ url }: IncomingMessage) => (url === '/token' ? exchange.opened : Promise.resolve());
    const { open } = await world.profile({ provider: { delay } });
    const page = await open();
    await leave(page);
    await proceed(page);
    await page.waitForURL(`${world.pageUrl}/callback`);
    await isReady(page);
    await expect.poll(() => view(page)).toMatchObject({ status: 'anonymous', isSigningIn: true });
    exchange.open();
    await page.waitForURL(`${world.pageUrl}/`);
    await isReady(page);
    expect(await view(page)).toMatchObject({ status: 'authenticated', isSigningIn: false });
  });

  test('signs in in two tabs whose codes are exchanged at the same time, and both share one session', async () => {
    const exchange = createGate();
    const delay = ({ url }: IncomingMessage) => (url === '/token' ? exchange.opened : Promise.resolve());
    const { open, provider, refreshes } = await world.profile({ provider: { delay } });
    const revocations: string[] = [];
    provider.intercept = ({ url = '' }) => {
      if (url.includes('revocation')) revocations.push(url);
      return false;
    };
    const [first, second] = [await open(), await open()];
    const callbacks = [await callbackOf(first), await callbackOf(second)];
    await first.goto(callbacks[0] ?? '');
    await second.goto(callbacks[1] ?? '');
    for (const tab of [first, second])
      await expect.poll(() => view(tab)).toMatchObject({ isSigningIn: true });
    exchange.open();
    for (const tab of [first, second]) {
      await tab.waitForURL(`${world.pageUrl}/`);
      await isReady(tab);
      expect(await send(tab)).toEqual(['200 ada Bearer']);
    }
    provider.expireAccessTokens();
    for (const tab of [first, second]) expect(await send(tab)).toEqual(['200 ada Bearer']);
    expect(refreshes()).toBe(1);
    const sessionIds = [first, second].map((tab) =>
      tab.evaluate(() => window.oauthPage.session.actor.getSnapshot().context.sessionId),
    );
    expect(new Set(await Promise.all(sessionIds)).size).toBe(1);
    expect(revocations).toEqual([]);
  });

  test('counts once, and not after an hour', async () => {
    const { open } = await world.profile();
    const page = await open();
    const used = await callbackOf(page);
    await page.goto(used);
    await page.waitForURL(`${world.pageUrl}/`);
    await page.goto(used);
    await failure(page).toBe('ERR_AUTHORIZATION unknown_state');
    expect(await view(page)).toMatchObject({ status: 'authenticated' });
    await signOut(page);

    const late = await callbackOf(await open());
    await page.evaluate(() => {
      for (const [key, value] of Object.entries(localStorage))
        if (key.startsWith('sessionchart.oauth.'))
          localStorage.setItem(key, String(value).replace(/"at":\d+/, `"at":${Date.now() - 3_600_001}`));
    });
    await page.goto(late);
    await failure(page).toBe('ERR_AUTHORIZATION unknown_state');
    expect(await view(page)).toMatchObject({ status: 'anonymous' });
    expect(await pending(page)).toBe(0);
  });

  test('may come in another tab, and after a sign-out in the meantime', async () => {
    const { open } = await world.profile();
    const callback = await callbackOf(await open());
    const page = await open();
    await page.goto(callback);
    await page.waitForURL(`${world.pageUrl}/`);
    await isReady(page);
    expect(await send(page)).toEqual(['200 ada Bearer']);

    const other = await open();
    await leave(other);
    await signOut(page);
    await proceed(other);
    await other.waitForURL(`${world.pageUrl}/`);
    await isReady(other);
    expect(await send(other)).toEqual(['200 ada Bearer']);
    await expect.poll(async () => (await view(page)).status).toBe('authenticated');
  });

  test.each<[string, (url: URL) => void, string]>([
    [
      'another issuer',
      (url) => url.searchParams.set('iss', 'https://evil.example'),
      'OAUTH_INVALID_RESPONSE',
    ],
    ['no issuer', (url) => url.searchParams.delete('iss'), 'OAUTH_INVALID_RESPONSE'],
    ['a guessed state', (url) => url.searchParams.set('state', 'guessed'), 'unknown_state'],
    ['a forged code', (url) => url.searchParams.set('code', 'forged'), 'invalid_grant'],
    ['an error', (url) => url.searchParams.set('error', 'access_denied'), 'access_denied'],
  ])('with %s is refused, and the address has no code afterwards', async (_, change, error) => {
    const { open } = await world.profile();
    const page = await open();
    const url = new URL(await callbackOf(page));
    change(url);
    await page.goto(url.href);
    await failure(page).toBe(`ERR_AUTHORIZATION ${error}`);
    expect(page.url()).toBe(`${world.pageUrl}/callback`);
    expect(await view(page)).toMatchObject({ status: 'anonymous' });
  });

  test('names the refusal of the user', async () => {
    const { provider, open } = await world.profile();
    provider.answer = { error: 'access_denied' };
    const page = await open();
    await leave(page);
    await proceed(page);
    await page.waitForURL(`${world.pageUrl}/callback`);
    await failure(page).toBe('ERR_AUTHORIZATION access_denied');
    expect(await pending(page)).toBe(0);
  });
});

describe('A sign-in during an open session', () => {
  test('continues the session of the same user, and replaces that of another', async () => {
    const { provider, signedIn, signIn, context } = await world.profile({ dpop: true });
    const page = await signedIn();
    const other = await context.newPage();
    await other.goto(world.pageUrl);
    await isReady(other);
    const { identity } = await view(other);
    await signIn(page);
    await expect.poll(() => send(other)).toEqual(['200 ada DPoP']);
    expect((await view(other)).identity).toBe(identity);

    provider.answer = { account: 'grace' };
    await context.clearCookies();
    await signIn(page);
    expect(await send(page)).toEqual(['200 grace DPoP']);
    await expect.poll(async () => (await view(other)).user).toMatchObject({ sub: 'grace' });
    expect((await view(other)).identity).not.toBe(identity);
  });
});

test('A sign-out ends the session at the provider too, and the user comes back', async () => {
  const { provider, signedIn, open } = await world.profile({ endsAtProvider: true });
  const page = await signedIn();
  const other = await open();
  await page.evaluate(() => void window.oauthPage.session.logout());
  await page.waitForURL(/session\/end/);
  expect(await view(other)).toMatchObject({ status: 'loggedOut' });
  await page.getByRole('button').first().click();
  await page.waitForURL(`${world.pageUrl}/`);
  await isReady(page);
  expect(await view(page)).toMatchObject({ isSignedIn: false });
  expect(other.url()).toBe(`${world.pageUrl}/`);
  expect(provider.apiResponses).toEqual([]);
});
