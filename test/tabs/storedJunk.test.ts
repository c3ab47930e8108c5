import { describe, expect, test } from 'vitest';
import { openForeignPage, overwrite } from './foreignPage.ts';
import { cooldown, useTabs } from './world.ts';

const world = useTabs();
const options = { refresh: { proactive: false, cooldown: 0 } };

describe('data that other code has written to the store', () => {
  const junk = [
    '',
    '{',
    'null',
    '[]',
    '"session"',
    '{"version":1}',
    '{"version":2,"sessionId":"s","generation":1}',
    '{"version":1,"sessionId":"s","generation":"1","accessToken":"a"}',
    '{"version":1,"sessionId":"s","ended":"maybe"}',
    `"${'x'.repeat(1_000_000)}"`,
    '{"__proto__":{"version":1}}',
  ];

  test('is ignored by tabs with a session: no user is signed out', async () => {
    const profile = await world.signedIn(2, options);
    const foreign = await openForeignPage(world, profile);
    for (const text of junk) {
      await overwrite(foreign, text);
      for (const tab of profile.tabs) expect(await tab.send()).toEqual(['200 ada']);
    }
    world.server.expireAccessTokens();
    const outcomes = await Promise.all(profile.tabs.map((tab) => tab.send()));

    expect(outcomes.flat()).toEqual(['200 ada', '200 ada']);
    expect(world.tokenEndpoint).toMatchObject({ calls: 1, repeated: 0 });
    await expect.poll(() => profile.tabs[1].stored()).toMatchObject({ generation: 2 });
    expect(profile.tabs.flatMap((tab) => tab.complaints)).toEqual([]);
  });

  test('signs no user in in a new tab', async () => {
    const profile = await world.profile();
    const tab = await profile.open();
    for (const text of junk) {
      await overwrite(tab.page, text);
      await tab.page.reload();
      await tab.restored();
      expect(await tab.status()).toBe('anonymous');
      expect(await tab.send()).toEqual(['401 nobody']);
    }
    expect(await tab.signIn('ada')).toBe('authenticated');
    expect(tab.complaints).toEqual([]);
  });

  test('of an older generation does not restore used tokens', async () => {
    const profile = await world.signedIn(2, options);
    const [first, second] = profile.tabs;
    const foreign = await openForeignPage(world, profile);
    const old = JSON.stringify(await first.stored());
    world.server.expireAccessTokens();
    await first.send();
    await expect.poll(async () => (await second.stored())?.['generation']).toBe(2);
    await overwrite(foreign, old);
    // A tab stores its newer tokens again.
    await expect.poll(async () => (await second.stored())?.['generation']).toBe(2);

    expect(await second.send()).toEqual(['200 ada']);
    expect(await first.send()).toEqual(['200 ada']);
    await cooldown();
    world.server.expireAccessTokens();
    expect(await first.send()).toEqual(['200 ada']);
    expect(await second.send()).toEqual(['200 ada']);
    expect(world.tokenEndpoint.repeated).toBe(0);
  });
});
