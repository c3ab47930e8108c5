import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { openPopup, outcome, proceed, send, useOAuthPages, view } from './world.ts';

const world = useOAuthPages();

/** Severs the popup from the page that opened it. */
function isolate(_request: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  return false;
}

describe('A sign-in in a popup', () => {
  test.each([false, true])(
    'opens the window during the click, and leaves the page as it is (DPoP: %s)',
    async (isBound) => {
      const { provider, context, open } = await world.profile({
        dpop: isBound,
        provider: { requiresNonce: isBound },
      });
      const page = await open();
      await proceed(await openPopup(page));
      await outcome(page).toBe('signed in ada');
      expect(await page.evaluate(() => window.oauthPage.wasOpenedAtOnce)).toBe(true);
      expect(await send(page)).toEqual([`200 ada ${isBound ? 'DPoP' : 'Bearer'}`]);
      expect(page.url()).toBe(`${world.pageUrl}/`);
      await expect.poll(() => context.pages().length).toBe(1);
      expect(provider.tokenRequests.filter(({ status }) => status === 200)).toHaveLength(1);
    },
  );

  test('works at a provider that severs the popup from the page', async () => {
    const { provider, context, open } = await world.profile();
    provider.intercept = isolate;
    const page = await open();
    // The popup has the focus while it is open.
    await page.evaluate(() => (document.hasFocus = () => false));
    const popup = await openPopup(page);
    await popup.waitForURL(/interaction/);
    expect(await popup.evaluate(() => window.opener === null)).toBe(true);
    await proceed(popup);
    await outcome(page).toBe('signed in ada');
    await expect.poll(() => context.pages().length).toBe(1);
  });

  test.each([false, true])('says that the user has closed the window (severed: %s)', async (isSevered) => {
    const { provider, open } = await world.profile();
    if (isSevered) provider.intercept = isolate;
    const page = await open();
    await page.evaluate(() => (document.hasFocus = () => false));
    const popup = await openPopup(page);
    await popup.waitForURL(/interaction/);
    expect(await page.evaluate(() => window.oauthPage.outcome)).toBeNull();
    await popup.close();
    await page.evaluate(() => (document.hasFocus = () => true));
    await outcome(page).toBe('ERR_LOGIN_FAILED popup_closed none popup_closed');
    expect(await view(page)).toMatchObject({ status: 'anonymous', error: { serverCode: 'popup_closed' } });
    provider.intercept = null;
    await proceed(await openPopup(page));
    await outcome(page).toBe('signed in ada');
  });

  test('says that the browser has blocked the window', async () => {
    const { open, context } = await world.profile();
    const page = await open();
    await page.evaluate(() => (window.open = () => null));
    await page.evaluate(() => window.oauthPage.whenClicked({}));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await outcome(page).toBe('ERR_LOGIN_FAILED popup_blocked none popup_blocked');
    expect(context.pages()).toHaveLength(1);
  });

  test('closes the window when the caller aborts it', async () => {
    const { open, context } = await world.profile();
    const page = await open();
    await (await openPopup(page)).waitForURL(/interaction/);
    await page.evaluate(() => window.oauthPage.abort());
    await outcome(page).toBe('Error: The user changed her mind');
    await expect.poll(() => context.pages().length).toBe(1);
    expect(await view(page)).toMatchObject({ status: 'anonymous', error: null });
  });

  test.each<[string, (response: ServerResponse) => unknown]>([
    ['does not respond', (response) => response.destroy()],
    ['is overloaded', (response) => response.writeHead(503).end()],
  ])('says that the provider is down if it %s, and works as soon as it is back', async (_, fail) => {
    const { provider, open, context } = await world.profile();
    provider.intercept = (_request, response) => {
      response.setHeader('access-control-allow-origin', '*');
      fail(response);
      return true;
    };
    const page = await open();
    await openPopup(page);
    await outcome(page).toBe('ERR_LOGIN_FAILED  unavailable false');
    await expect.poll(() => context.pages().length).toBe(1);
    provider.intercept = null;
    await proceed(await openPopup(page));
    await outcome(page).toBe('signed in ada');
  });

  test('names the refusal of the user', async () => {
    const { provider, open, context } = await world.profile();
    provider.answer = { error: 'access_denied' };
    const page = await open();
    await proceed(await openPopup(page));
    await outcome(page).toBe('ERR_LOGIN_FAILED access_denied none access_denied');
    await expect.poll(() => context.pages().length).toBe(1);
  });

  test('is refused in the window if the page that opened it is gone', async () => {
    const { open } = await world.profile();
    const page = await open();
    const popup = await openPopup(page);
    await popup.waitForURL(/interaction/);
    await page.reload();
    await proceed(popup);
    await popup.waitForURL(`${world.pageUrl}/callback`);
    await expect
      .poll(() => popup.evaluate(() => window.oauthPage.failure))
      .toBe('ERR_AUTHORIZATION unknown_state');
    expect(await view(page)).toMatchObject({ status: 'anonymous' });
  });
});

describe('A sign-in in a hidden frame', () => {
  test('signs in without a word to the user who is still signed in at the provider', async () => {
    const { signedIn, context } = await world.profile();
    const page = await signedIn();
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await page.waitForFunction(() => 'oauthPage' in window);
    expect(await page.evaluate(() => window.oauthPage.silent({}))).toBe('signed in ada');
    expect(await page.locator('iframe').count()).toBe(0);
    expect(await send(page)).toEqual(['200 ada Bearer']);
    expect(context.pages()).toHaveLength(1);
  });

  test('says that the user must sign in, or that the provider shows nothing', async () => {
    const { provider, open } = await world.profile();
    const page = await open();
    const silent = (timeout: number) =>
      page.evaluate((limit) => window.oauthPage.silent({ timeout: limit }), timeout);
    expect(await silent(60_000)).toBe('ERR_LOGIN_FAILED login_required none login_required');
    provider.intercept = ({ url = '' }) => url.startsWith('/auth');
    expect(await silent(200)).toBe('ERR_LOGIN_FAILED frame_timeout none frame_timeout');
    expect(await page.locator('iframe').count()).toBe(0);
  });
});
