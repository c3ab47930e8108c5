import { describe, expect, test } from 'vitest';
import { setVisible } from './faults.ts';
import type { Tab } from './tab.ts';
import { cooldown, useTabs, type SignedIn } from './world.ts';

const world = useTabs();
const [minute, hour] = [60_000, 3_600_000];

const statuses = (tabs: readonly Tab[]) => Promise.all(tabs.map((tab) => tab.status()));
const everywhere = (tabs: readonly Tab[], each: number) => Promise.all(tabs.map((tab) => tab.send(each)));

async function untilExpired(tab: Tab): Promise<void> {
  const { expiresAt } = await tab.view();
  await expect.poll(() => Date.now() - (expiresAt ?? Infinity)).toBeGreaterThan(0);
}

describe('without a network', () => {
  test('all tabs wait, and refresh once when it is back', async () => {
    world.server.setLifetimes({ accessTokenLifetime: 1 });
    const { tabs, context } = await world.signedIn(3, { refresh: { proactive: false } });
    await context.setOffline(true);
    await untilExpired(tabs[0]);
    await Promise.all(tabs.map((tab) => tab.start(2)));
    for (const tab of tabs) await expect.poll(() => tab.status()).toBe('refreshing');
    expect(world.server.counts()).toMatchObject({ refresh: 0, api: 0 });
    world.server.setLifetimes({ accessTokenLifetime: 60 });
    await context.setOffline(false);

    for (const tab of tabs) await expect.poll(() => tab.outcomes()).toEqual(['200 ada', '200 ada']);
    expect(world.tokenEndpoint).toMatchObject({ calls: 1, repeated: 0 });
    expect(world.server.counts().refused).toBe(0);
  });

  test('that comes and goes ten times, no tab is signed out and no refresh loop starts', async () => {
    world.server.setLifetimes({ accessTokenLifetime: 1 });
    const started = Date.now();
    const { tabs, context } = await world.signedIn(3);
    for (let n = 0; n < 10; n += 1) {
      await context.setOffline(true);
      await context.setOffline(false);
    }
    // On a busy machine, a request may take longer than a second.
    world.server.setLifetimes({ accessTokenLifetime: 60 });

    expect((await everywhere(tabs, 1)).flat()).toEqual(['200 ada', '200 ada', '200 ada']);
    // At most one for each lifetime that has passed (less the leeway), and never two at the same time.
    const lifetimes = (Date.now() - started) / 850;
    expect(world.tokenEndpoint.calls).toBeLessThanOrEqual(1 + lifetimes);
    expect(world.tokenEndpoint).toMatchObject({ repeated: 0 });
    expect(new Set(await statuses(tabs))).not.toContain('expired');
  });
});

describe('a laptop that is closed for three hours', () => {
  const lookAt = (tab: Tab) => tab.page.evaluate(() => window.dispatchEvent(new Event('focus')));

  test.each([
    {
      how: 'timers fire late',
      wake: ({ context }: SignedIn) => context.clock.fastForward(3 * hour),
    },
    {
      how: 'no timer fires, and the user opens the tab',
      async wake({ context, tabs }: SignedIn) {
        await context.clock.setSystemTime(Date.now() + 3 * hour);
        await Promise.all(tabs.map(lookAt));
      },
    },
    {
      how: 'no timer fires, and the application sends a request',
      wake: ({ context }: SignedIn) => context.clock.setSystemTime(Date.now() + 3 * hour),
    },
  ])('refreshes once for all tabs when it is opened ($how)', async ({ wake }) => {
    const signedIn = await world.signedIn(3, {}, { skew: 0 });
    const { tabs } = signedIn;
    world.tokenEndpoint.slow(100);
    world.passTime(3 * hour);
    await wake(signedIn);

    expect((await everywhere(tabs, 2)).flat()).toEqual(Array(6).fill('200 ada'));
    expect(world.tokenEndpoint).toMatchObject({ calls: 1, repeated: 0 });
    expect(world.server.counts().refused).toBe(0);
    expect(new Set(await statuses(tabs))).toEqual(new Set(['authenticated']));
  });
});

describe('a clock that is set', () => {
  test.each([
    { what: 'forward', by: 10 * minute },
    { what: 'back', by: -10 * minute },
  ])('$what by ten minutes signs no user out and starts no refresh loop', async ({ by }) => {
    const { tabs, context } = await world.signedIn(2, { refresh: { cooldown: 0 } }, { skew: 0 });
    await context.clock.setSystemTime(Date.now() + by);
    for (const tab of tabs) await tab.page.evaluate(() => window.dispatchEvent(new Event('focus')));
    for (let n = 0; n < 5; n += 1) {
      expect((await everywhere(tabs, 1)).flat()).toEqual(['200 ada', '200 ada']);
    }
    expect(world.tokenEndpoint.calls).toBeLessThanOrEqual(1);
    await cooldown();
    world.server.expireAccessTokens();

    expect((await everywhere(tabs, 2)).flat()).toEqual(Array(4).fill('200 ada'));
    expect(world.tokenEndpoint.calls).toBeLessThanOrEqual(2);
    expect(world.tokenEndpoint.repeated).toBe(0);
    expect(new Set(await statuses(tabs))).toEqual(new Set(['authenticated']));
  });

  test.each([
    { what: 'an hour ahead', skew: hour },
    { what: 'an hour behind', skew: -hour },
  ])('$what of the server’s from the start has no effect', async ({ skew }) => {
    const { tabs, context } = await world.signedIn(2, { refresh: { proactive: false } }, { skew });
    expect((await everywhere(tabs, 2)).flat()).toEqual(Array(4).fill('200 ada'));
    expect(world.tokenEndpoint.calls).toBe(0);
    world.passTime(2 * minute);
    await context.clock.fastForward(2 * minute);

    expect((await everywhere(tabs, 2)).flat()).toEqual(Array(4).fill('200 ada'));
    expect(world.tokenEndpoint).toMatchObject({ calls: 1, repeated: 0 });
    // The lifetime counts from the request by the device's clock, so no expired token was sent.
    expect(world.server.counts().refused).toBe(0);
  });
});

describe('a hidden tab', () => {
  test('does not refresh, and is up to date when it is shown again', async () => {
    const { tabs, context } = await world.signedIn(2, {}, { skew: 0 });
    for (const tab of tabs) await setVisible(tab.page, false);
    world.passTime(10 * minute);
    await context.clock.runFor(10 * minute);
    expect(world.tokenEndpoint.calls).toBe(0);
    expect(await statuses(tabs)).toEqual(['authenticated', 'authenticated']);
    await setVisible(tabs[0].page, true);

    await expect.poll(() => world.tokenEndpoint.calls).toBe(1);
    expect((await everywhere(tabs, 2)).flat()).toEqual(Array(4).fill('200 ada'));
    expect(world.tokenEndpoint).toMatchObject({ calls: 1, repeated: 0 });
    expect(world.server.counts().refused).toBe(0);
  });

  test('refreshes if its application sends a request', async () => {
    const { tab, context } = await world.alone({}, { skew: 0 });
    await setVisible(tab.page, false);
    world.passTime(10 * minute);
    await context.clock.runFor(10 * minute);

    expect(await tab.send(2)).toEqual(['200 ada', '200 ada']);
    expect(world.tokenEndpoint.calls).toBe(1);
  });

  test('gets the new tokens of the visible tab', async () => {
    const { tabs, context } = await world.signedIn(2, { refresh: { timeout: minute } }, { skew: 0 });
    const [shown, hidden] = tabs;
    await setVisible(hidden.page, false);
    let calls = 0;
    hidden.page.on('request', (request) => {
      if (request.url().endsWith('/auth/refresh')) calls += 1;
    });
    world.passTime(55_000);
    await context.clock.runFor(55_000);
    await expect.poll(() => world.tokenEndpoint.calls).toBe(1);

    for (const tab of tabs) await expect.poll(async () => (await tab.stored())?.['generation']).toBe(2);
    const { expiresAt } = await shown.view();
    await expect.poll(async () => (await hidden.view()).expiresAt).toBe(expiresAt);
    expect(calls).toBe(0);
  });
});
