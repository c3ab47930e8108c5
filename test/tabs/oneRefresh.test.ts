import { describe, expect, test } from 'vitest';
import { testsEverything } from '../everything.ts';
import type { Tab } from './tab.ts';
import { cooldown, useTabs } from './world.ts';

const world = useTabs();

/**
 * Tokens expire only at the server, and the cooldown is as short as possible. The time limits are long, because fifty
 * tabs keep a machine busy.
 */
const manual = { refresh: { proactive: false, cooldown: 0, timeout: 60_000 }, hold: { timeout: 120_000 } };

/** Every tab sends some requests at the same time. */
async function sendEverywhere(tabs: readonly Tab[], each: number): Promise<readonly string[]> {
  return (await Promise.all(tabs.map((tab) => tab.send(each)))).flat();
}

async function generation(tab: Tab): Promise<unknown> {
  return (await tab.stored())?.['generation'];
}

describe.each([
  { count: 2, rounds: 3 },
  { count: 10, rounds: 3 },
  ...(testsEverything ? [{ count: 50, rounds: 2 }] : []),
])('$count tabs of one profile, whose tokens expire at the same moment', ({ count, rounds }) => {
  // Fifty tabs are fifty processes.
  const timeout = 300_000;

  test('refresh once per generation, and every request of all tabs is answered', { timeout }, async () => {
    const { tabs } = await world.signedIn(count, manual);
    const [first] = tabs;
    const { tokenEndpoint, server } = world;
    tokenEndpoint.slow(300);

    for (let round = 1; round <= rounds; round += 1) {
      server.expireAccessTokens();
      expect(new Set(await sendEverywhere(tabs, 3))).toEqual(new Set(['200 ada']));

      expect(tokenEndpoint).toMatchObject({ calls: round, repeated: 0, peak: 1 });
      await cooldown();
    }

    await expect.poll(() => generation(first)).toBe(rounds + 1);
    expect(new Set(await Promise.all(tabs.map((tab) => tab.status())))).toEqual(new Set(['authenticated']));
    expect(tabs.flatMap((tab) => tab.complaints)).toEqual([]);
  });
});

describe('ten tabs whose timers fire together', () => {
  test('refresh once per lifetime, many times, and are never signed out', async () => {
    world.server.setLifetimes({ accessTokenLifetime: 1 });
    const { tabs } = await world.signedIn(10, { refresh: { cooldown: 0 } });
    const { tokenEndpoint } = world;
    const refreshes = 5;
    await expect.poll(() => tokenEndpoint.calls).toBeGreaterThanOrEqual(refreshes);

    expect(tokenEndpoint).toMatchObject({ repeated: 0, peak: 1 });
    const views = (await Promise.all(tabs.map((tab) => tab.page.evaluate(() => window.page.views)))).flat();
    expect(new Set(views.map(({ status }) => status))).not.toContain('expired');
    expect(new Set(views.map(({ identity }) => identity)).size).toBeLessThanOrEqual(2);
    expect(world.server.counts().refused).toBe(0);
  });
});
