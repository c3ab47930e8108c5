import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { heardBy, key, listen, openForeignPage, say } from './foreignPage.ts';
import type { Tab } from './tab.ts';
import { useTabs } from './world.ts';

const world = useTabs();
const options = { refresh: { proactive: false, cooldown: 0 } };

/** A refresh, a sign-out and a sign-in, which each change the record. */
const hintsOfLife = 3;

/** Invalid messages, and messages that an attacker could send who knows the session's name. */
function forgeries(sessionId: unknown): readonly unknown[] {
  const forgedSession = {
    version: 1,
    sessionId: 'forged',
    generation: 9,
    accessToken: 'forged',
    refreshToken: 'forged',
    issuedAt: 0,
    expiresAt: null,
    user: { id: '9', username: 'mallory' },
  };
  return [
    null,
    0,
    '',
    'changed',
    'adopted',
    [],
    {},
    { type: null },
    { type: 'adopted' },
    { type: '__proto__', sessionId, generation: 1 },
    { type: 'adopted', sessionId: null, generation: '1' },
    { type: 'adopted', sessionId, generation: -1 },
    { type: 'adopted', sessionId, generation: 0 },
    { type: 'adopted', sessionId, generation: Number.MAX_SAFE_INTEGER },
    { ...forgedSession, type: 'adopted' },
    { ...forgedSession, type: 'adopted', record: forgedSession, user: forgedSession.user },
    { type: 'loggedOut', sessionId, generation: 0 },
    { type: 'loggedOut', sessionId: 'forged', generation: 0 },
    { type: 'expired', sessionId, generation: 99 },
    { type: 'present', id: 'x'.repeat(1_000_000), status: 'authenticated', holdsLock: true, isVisible: true },
    { type: 'present', id: 'ghost', status: 'signedIn', holdsLock: 1, isVisible: {} },
    { type: 'absent', id: sessionId },
    { type: 'rollCall', sessionId },
    { type: 'adopted', sessionId: 'x'.repeat(1_000_000), generation: 1 },
    'x'.repeat(1_000_000),
    JSON.stringify(forgedSession),
  ];
}

/** @returns how long the page has worked, in milliseconds, without the time that it waited for a busy processor */
async function watchWork(page: Page): Promise<() => Promise<number>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const worked = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
  const before = await worked();
  return async () => (await worked()) - before;
}

describe('messages on the channel', () => {
  test('that are forged, malformed or oversized change nothing and cause no error', async () => {
    const profile = await world.alone(options);
    const { tab } = profile;
    const anonymous = await profile.open({ name: 'another' });
    const foreign = await openForeignPage(world, profile);
    const before = { view: await tab.view(), stored: await tab.stored(), counts: world.server.counts() };
    const messages = forgeries(before.stored?.['sessionId']);
    await listen(tab.page);
    await say(foreign, messages);
    await expect.poll(() => heardBy(tab.page)).toBeGreaterThanOrEqual(messages.length);

    expect(await tab.view()).toEqual(before.view);
    expect(await tab.stored()).toEqual(before.stored);
    expect(world.server.counts()).toEqual(before.counts);
    expect(await tab.send(2)).toEqual(['200 ada', '200 ada']);
    expect(await anonymous.status()).toBe('anonymous');
    expect([...tab.complaints, ...anonymous.complaints]).toEqual([]);
  });

  test('cannot sign in a signed-out tab', async () => {
    const profile = await world.profile();
    const tab = await profile.open();
    const foreign = await openForeignPage(world, profile);
    const messages = forgeries('forged');
    await listen(tab.page);
    await say(foreign, messages);
    await expect.poll(() => heardBy(tab.page)).toBeGreaterThanOrEqual(messages.length);

    expect(await tab.status()).toBe('anonymous');
    expect(await tab.send()).toEqual(['401 nobody']);
    expect(tab.complaints).toEqual([]);
  });

  test('of an ended session change nothing when they are replayed', async () => {
    const profile = await world.signedIn(2, options);
    const [first, second] = profile.tabs;
    const foreign = await openForeignPage(world, profile);
    await liveOn(first);
    await expect.poll(() => second.username()).toBe('grace');
    const before = { view: await second.view(), stored: await second.stored() };
    await expect.poll(() => heardBy(foreign)).toBeGreaterThanOrEqual(hintsOfLife);
    const old = await foreign.evaluate(() => window.heard);
    await listen(second.page);
    await say(
      foreign,
      [...old, ...old].map((text): unknown => JSON.parse(text)),
    );
    await expect.poll(() => heardBy(second.page)).toBeGreaterThanOrEqual(2 * old.length);

    expect(await second.view()).toEqual(before.view);
    expect(await second.stored()).toEqual(before.stored);
    expect(await second.send()).toEqual(['200 grace']);
  });

  test('do not block the page, even ten thousand at once', async () => {
    const profile = await world.alone(options);
    const { tab } = profile;
    const foreign = await openForeignPage(world, profile);
    const before = { views: (await tab.history()).length, counts: world.server.counts() };
    await listen(tab.page);
    const work = await watchWork(tab.page);
    await say(foreign, Array<string>(10_000).fill('changed'));

    await expect.poll(() => heardBy(tab.page)).toBeGreaterThanOrEqual(10_000);
    expect(await work()).toBeLessThan(2_000);
    expect((await tab.history()).length).toBe(before.views);
    expect(world.server.counts()).toEqual(before.counts);
    expect(await tab.send()).toEqual(['200 ada']);
  });

  test('contain no token and no password', async () => {
    const profile = await world.signedIn(2, options);
    const foreign = await openForeignPage(world, profile);
    const secrets = await liveOn(profile.tabs[0]);
    await expect.poll(() => profile.tabs[1].username()).toBe('grace');
    await expect.poll(() => heardBy(foreign)).toBeGreaterThanOrEqual(hintsOfLife);
    const said = await foreign.evaluate(() => window.heard);

    expect(new Set(said)).toEqual(new Set(['"changed"']));
    expect(secrets.length).toBeGreaterThanOrEqual(8);
    for (const secret of secrets) expect(said.join('\n')).not.toContain(secret);
  });

  /** Refreshes, signs out, and signs in another user. @returns all secrets that were in use */
  async function liveOn(tab: Tab): Promise<readonly string[]> {
    const secrets = ['lovelace', 'hopper'];
    const note = async () => {
      const { accessToken, refreshToken } = (await tab.stored()) ?? {};
      secrets.push(String(accessToken), String(refreshToken));
    };
    await note();
    world.server.expireAccessTokens();
    expect(await tab.send()).toEqual(['200 ada']);
    await note();
    await tab.signOut();
    await tab.signIn('grace');
    await note();
    return secrets;
  }
});

describe('storage events', () => {
  test('that are forged change nothing: the store decides', async () => {
    const { tab } = await world.alone(options);
    const before = { view: await tab.view(), stored: await tab.stored(), counts: world.server.counts() };
    const texts = forgeries(before.stored?.['sessionId']).map((forgery) => JSON.stringify(forgery));
    await tab.page.evaluate(
      ([name, all]) => {
        for (const newValue of [...all, null, '{', '']) {
          for (const storageArea of [localStorage, sessionStorage, null]) {
            window.dispatchEvent(new StorageEvent('storage', { key: name, newValue, storageArea }));
          }
        }
        window.dispatchEvent(new StorageEvent('storage'));
        window.dispatchEvent(new Event('storage'));
      },
      [key, texts] as const,
    );

    expect(await tab.view()).toEqual(before.view);
    expect(await tab.stored()).toEqual(before.stored);
    expect(await tab.send()).toEqual(['200 ada']);
    expect(world.server.counts()).toEqual({ ...before.counts, api: before.counts.api + 1 });
    expect(tab.complaints).toEqual([]);
  });
});
