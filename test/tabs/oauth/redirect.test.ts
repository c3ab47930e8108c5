import { expect, test } from 'vitest';
import { isReady, keys, send, signOut, useOAuthPages, view } from './world.ts';

const world = useOAuthPages();

test.each([
  ['Bearer', false],
  ['DPoP', true],
])(
  'A user signs in by redirect, 20 requests over an expiry make one refresh, a reload keeps the session, and a sign-out revokes (%s)',
  async (scheme, isBound) => {
    const { provider, signedIn, refreshes } = await world.profile({
      dpop: isBound,
      provider: { requiresNonce: isBound },
    });
    const page = await signedIn();
    expect(page.url()).toBe(`${world.pageUrl}/`);
    expect(await view(page)).toMatchObject({ status: 'authenticated', user: { sub: 'ada' } });
    const twenty = Array.from({ length: 20 }, () => `200 ada ${scheme}`);
    expect(await send(page, 20)).toEqual(twenty);

    provider.expireAccessTokens();
    expect(await send(page, 20)).toEqual(twenty);
    expect(refreshes()).toBe(1);

    await page.reload();
    await isReady(page);
    expect(await send(page)).toEqual([`200 ada ${scheme}`]);
    expect(await keys(page)).toEqual(isBound ? ['extractable: false'] : []);
    await signOut(page);
    expect(await view(page)).toMatchObject({ status: 'loggedOut' });
    await expect.poll(() => keys(page)).toEqual([]);
  },
);
