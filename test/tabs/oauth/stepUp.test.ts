import { describe, expect, test } from 'vitest';
import { isReady, openPopup, outcome, proceed, send, useOAuthPages, view } from './world.ts';

const world = useOAuthPages();
const hold = { whileStepUp: 600_000 };
const stepUp = { acrValues: 'gold', maxAge: 0 };

describe('An API that asks for a stronger sign-in', () => {
  test('gets the waiting request after a popup, and the session continues', async () => {
    const { signedIn } = await world.profile({ hold });
    const page = await signedIn();
    const { identity } = await view(page);
    await page.evaluate(() => window.oauthPage.start('/transfers'));
    await expect.poll(async () => (await view(page)).stepUp).toEqual(stepUp);
    await proceed(await openPopup(page, stepUp));
    await outcome(page).toBe('signed in ada');
    await expect.poll(() => page.evaluate(() => window.oauthPage.outcomes)).toEqual(['200 ada Bearer']);
    expect(await view(page)).toMatchObject({ status: 'authenticated', stepUp: null, identity });
    expect(await page.evaluate(() => window.oauthPage.facts.map(({ type }) => type))).toContain(
      'session.stepUpRequired',
    );
  });

  test('keeps waiting if another user signs in in the popup, and no page is left for the sign-out', async () => {
    const { provider, signedIn } = await world.profile({ hold, endsAtProvider: true, dpop: true });
    const page = await signedIn();
    await page.evaluate(() => window.oauthPage.start('/transfers'));
    await expect.poll(async () => (await view(page)).stepUp).toEqual(stepUp);
    provider.answer = { account: 'grace' };
    await proceed(await openPopup(page, stepUp));
    await outcome(page).toBe('ERR_LOGIN_FAILED  subjectMismatch false');
    expect(await view(page)).toMatchObject({ user: { sub: 'ada' }, stepUp });
    expect(await send(page)).toEqual(['200 ada DPoP']);
    provider.answer = { account: 'ada' };
    await proceed(await openPopup(page, stepUp));
    await outcome(page).toBe('signed in ada');
    await expect.poll(() => page.evaluate(() => window.oauthPage.outcomes)).toEqual(['200 ada DPoP']);
    expect(page.url()).toBe(`${world.pageUrl}/`);
  });

  test('gets the waiting request of one tab after a redirect in another', async () => {
    const { signedIn, open } = await world.profile({ hold });
    const page = await signedIn();
    const { identity } = await view(page);
    await page.evaluate(() => window.oauthPage.start('/transfers'));
    await expect.poll(async () => (await view(page)).stepUp).toEqual(stepUp);
    const other = await open();
    await other.evaluate((asked) => window.oauthPage.signIn({ ...asked, returnTo: '/' }), stepUp);
    await proceed(other);
    await other.waitForURL(`${world.pageUrl}/`);
    await isReady(other);
    expect(await send(other, 1, '/transfers')).toEqual(['200 ada Bearer']);
    await expect.poll(() => page.evaluate(() => window.oauthPage.outcomes)).toEqual(['200 ada Bearer']);
    expect(await view(page)).toMatchObject({ status: 'authenticated', stepUp: null, identity });
  });

  test('refuses another user after a redirect, and the session stays', async () => {
    const { provider, signedIn } = await world.profile();
    const page = await signedIn();
    expect(await send(page, 1, '/transfers')).toEqual(['401 undefined undefined']);
    provider.answer = { account: 'grace' };
    await page.evaluate((asked) => window.oauthPage.signIn({ ...asked, returnTo: '/' }), stepUp);
    await proceed(page);
    await page.waitForURL(`${world.pageUrl}/callback`);
    await expect
      .poll(() => page.evaluate(() => window.oauthPage.failure))
      .toBe('ERR_LOGIN_FAILED  subjectMismatch false');
    expect(await send(page)).toEqual(['200 ada Bearer']);
  });
});
