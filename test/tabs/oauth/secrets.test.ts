import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { openPopup, outcome, proceed, send, signOut, useOAuthPages } from './world.ts';

const world = useOAuthPages();

/** Everything that a page shows, tells and stores, except the record of the session. */
const exposed = (page: Page) =>
  page.evaluate(() =>
    JSON.stringify([
      window.oauthPage.overheard,
      window.oauthPage.session.getSnapshot(),
      window.oauthPage.session.history(),
      window.oauthPage.failure,
      location.href,
      document.documentElement.outerHTML,
      Object.entries(localStorage).filter(([key]) => key !== 'sessionchart:session'),
      Object.entries(sessionStorage),
    ]),
  );

test('No token, code or verifier is in a view, an event, the history, the console, the address or another entry of the storage', async () => {
  const { provider, context, open, signIn } = await world.profile({
    dpop: true,
    provider: { requiresNonce: true },
  });
  const secrets = new Set<string>();
  const shown: string[] = [];
  const add = (value: unknown) => {
    if (typeof value === 'string') secrets.add(value);
  };
  context.on('console', (message) => void shown.push(message.text()));
  context.on('request', (request) => {
    const body = new URLSearchParams(
      request.url() === `${provider.issuer}/token` ? (request.postData() ?? '') : '',
    );
    for (const name of ['code', 'code_verifier', 'refresh_token']) add(body.get(name));
  });
  const page = await open();
  const look = async () => {
    const record = await page.evaluate(() => localStorage.getItem('sessionchart:session') ?? '{}');
    const { accessToken, refreshToken, secrets: others } = JSON.parse(record) as Record<string, unknown>;
    for (const secret of [accessToken, refreshToken, (others as { idToken?: string } | undefined)?.idToken])
      add(secret);
    await page.evaluate(() => window.oauthPage.showDevtools());
    shown.push(await exposed(page));
  };
  await signIn(page);
  await send(page);
  await look();
  provider.expireAccessTokens();
  await send(page, 3);
  await look();
  await signOut(page);
  await look();
  await proceed(await openPopup(page));
  await outcome(page).toBe('signed in ada');
  await send(page);
  await look();
  await signOut(page);
  provider.answer = { error: 'access_denied' };
  await proceed(await openPopup(page));
  await outcome(page).toContain('access_denied');
  await look();

  // Two codes with their verifiers, three access and refresh tokens, and the ID tokens.
  expect(secrets.size).toBeGreaterThanOrEqual(12);
  expect(shown.join()).toContain('session.authenticated');
  expect(shown.join(), 'the devtools').toContain('code_verifier <i>(not shown)');
  for (const secret of secrets) expect(shown.filter((text) => text.includes(secret))).toEqual([]);
});
