import { describe, expect, test } from 'vitest';
import {
  withBlockedStorage,
  withoutBroadcastChannel,
  withoutStorageEvents,
  withoutWebLocks,
  type Fault,
} from './faults.ts';
import { untilStored } from './happenings.ts';
import type { Tab } from './tab.ts';
import { cooldown, useTabs } from './world.ts';

const world = useTabs();

const options = { refresh: { proactive: false, timeout: 20_000, cooldown: 0 } };

interface MissingFeature {
  readonly name: string;
  readonly faults: readonly Fault[];
  readonly facts: readonly string[];
}

const missingFeatures: readonly MissingFeature[] = [
  { name: 'Web Locks', faults: [withoutWebLocks], facts: ['lock.unavailable'] },
  { name: 'BroadcastChannel', faults: [withoutBroadcastChannel], facts: ['channel.unavailable'] },
  {
    name: 'Web Locks and BroadcastChannel',
    faults: [withoutWebLocks, withoutBroadcastChannel],
    facts: ['channel.unavailable', 'lock.unavailable'],
  },
  {
    name: 'Web Locks, BroadcastChannel and storage events',
    faults: [withoutWebLocks, withoutBroadcastChannel, withoutStorageEvents],
    facts: ['channel.unavailable', 'lock.unavailable'],
  },
];

async function troublesOf(tab: Tab): Promise<readonly string[]> {
  const facts = await tab.facts();
  return facts
    .map(({ type }) => type)
    .filter((type) => !type.startsWith('session.'))
    .sort();
}

describe.each(missingFeatures)('without $name', ({ faults, facts }) => {
  test('five tabs do not sign each other out', async () => {
    const { tabs } = await world.signedIn(5, { ...options, faults });
    const { tokenEndpoint, server } = world;
    tokenEndpoint.slow(100);

    for (let round = 1; round <= 2; round += 1) {
      server.expireAccessTokens();
      const outcomes = await Promise.all(tabs.map((tab) => tab.send(2)));

      expect(new Set(outcomes.flat())).toEqual(new Set(['200 ada']));
      expect(tokenEndpoint).toMatchObject({ repeated: 0, peak: 1, calls: round });
      await cooldown();
    }
    expect(tabs.flatMap((tab) => tab.complaints)).toEqual([]);
  });

  test('a tab reports once what is missing', async () => {
    const { tab } = await world.alone({ ...options, faults });
    world.server.expireAccessTokens();
    await tab.send(2);

    expect(await troublesOf(tab)).toEqual(facts);
  });
});

test('without Web Locks, a tab that is closed during its refresh delays others only as long as a refresh may take', async () => {
  const timeout = 6_000;
  const { tabs } = await world.signedIn(3, {
    refresh: { ...options.refresh, timeout },
    hold: { timeout: 10 * timeout },
    faults: [withoutWebLocks],
  });
  const [holder, ...others] = tabs;
  const { arrived } = world.tokenEndpoint.withhold('call');
  world.server.expireAccessTokens();
  await holder.start();
  await arrived;
  await Promise.all(others.map((tab) => tab.start(2)));
  await holder.close();
  const died = Date.now();
  for (const tab of others) await expect.poll(() => tab.outcomes()).toEqual(['200 ada', '200 ada']);

  // A tab that waited for a lock that is not released would take longer.
  expect(Date.now() - died).toBeLessThan(4 * timeout);
  expect(world.tokenEndpoint.calls).toBe(2);
});

/** Fills `localStorage` until not one more character fits. */
async function fill(tab: Tab): Promise<void> {
  await tab.page.evaluate(() => {
    let text = 'x'.repeat(4 * 1024 * 1024);
    for (let n = 0; text !== ''; n += 1) {
      try {
        localStorage.setItem(`filling ${n}`, text);
      } catch {
        text = text.slice(text.length / 2 + 0.5);
      }
    }
  });
}

describe('with a localStorage that is full', () => {
  test('sign-in, refresh and sign-out work from memory, and the failure is reported once', async () => {
    const profile = await world.profile();
    const tab = await profile.open(options);
    await fill(tab);
    expect(await tab.signIn('ada')).toBe('authenticated');
    expect(await tab.send(2)).toEqual(['200 ada', '200 ada']);
    world.server.expireAccessTokens();
    expect(await tab.send(2)).toEqual(['200 ada', '200 ada']);
    await tab.signOut();

    expect(await tab.status()).toBe('loggedOut');
    expect(await troublesOf(tab)).toEqual(['store.failed']);
    expect(await tab.stored()).toBeNull();
    expect(tab.complaints).toEqual([]);
  });

  test('two tabs that were signed in before do not sign each other out', async () => {
    const { tabs } = await world.signedIn(2, options);
    await fill(tabs[0]);
    world.server.expireAccessTokens();
    const outcomes = await Promise.all(tabs.map((tab) => tab.send(2)));

    expect(new Set(outcomes.flat())).toEqual(new Set(['200 ada']));
    expect(world.tokenEndpoint.repeated).toBe(0);
    for (const tab of tabs) expect(await tab.told('store.failed')).toBeLessThanOrEqual(1);
  });
});

test('with a blocked localStorage, each tab has its own session, and reports the failure once', async () => {
  const profile = await world.profile();
  const tab = await profile.open({ ...options, faults: [withBlockedStorage] });
  const other = await profile.open({ ...options, faults: [withBlockedStorage] });
  expect(await tab.signIn('ada')).toBe('authenticated');
  expect(await other.status()).toBe('anonymous');
  world.server.expireAccessTokens();
  expect(await tab.send(3)).toEqual(['200 ada', '200 ada', '200 ada']);
  expect(await other.signIn('grace')).toBe('authenticated');
  expect(await tab.send()).toEqual(['200 ada']);

  expect(await tab.told('store.failed')).toBe(1);
  expect([...tab.complaints, ...other.complaints]).toEqual([]);
});

describe('with a localStorage that is cleared', () => {
  test.each([
    { where: 'in the tab itself', which: 0 },
    { where: 'in another tab', which: 1 },
  ] as const)(
    '$where, the session continues, and is stored again with the next tokens',
    async ({ which }) => {
      const { tabs, open } = await world.signedIn(3, options);
      await tabs[which].page.evaluate(() => localStorage.clear());
      for (const tab of tabs) {
        await untilStored(tab, tabs[which]);
        expect(await tab.send()).toEqual(['200 ada']);
      }
      world.server.expireAccessTokens();
      const outcomes = await Promise.all(tabs.map((tab) => tab.send(2)));

      expect(new Set(outcomes.flat())).toEqual(new Set(['200 ada']));
      expect(world.tokenEndpoint).toMatchObject({ calls: 1, repeated: 0 });
      for (const tab of tabs) {
        expect(await tab.told('store.cleared')).toBe(1);
        await expect.poll(() => tab.stored()).toMatchObject({ generation: 2 });
      }
      expect(await (await open(options)).username()).toBe('ada');
    },
  );

  test('a sign-out reaches the tabs that still have the session', async () => {
    const { tabs } = await world.signedIn(2, options);
    await tabs[0].page.evaluate(() => localStorage.clear());
    await tabs[0].signOut();

    for (const tab of tabs) await expect.poll(() => tab.status()).toBe('loggedOut');
  });
});
