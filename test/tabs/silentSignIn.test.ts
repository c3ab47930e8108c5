import { describe, expect, test } from 'vitest';
import type { Tab } from './tab.ts';
import { useTabs } from './world.ts';

const world = useTabs({ dialect: 'refreshCookie' });

const each = <Result>(tabs: readonly Tab[], task: (tab: Tab) => Promise<Result>) =>
  Promise.all(tabs.map((tab) => task(tab)));

const reload = async (tab: Tab) => {
  await tab.page.reload();
  await tab.restored();
};

/** Everything that scripts can read of the storages of a tab. */
const storages = ({ page }: Tab) =>
  page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie]));

describe('a page whose refresh token is in a cookie', () => {
  test('keeps its user over a reload, even with an empty storage', async () => {
    const { tab } = await world.alone();
    await reload(tab);
    expect(await tab.username()).toBe('ada');
    expect(await tab.send(3)).toEqual(['200 ada', '200 ada', '200 ada']);

    await tab.page.evaluate(() => localStorage.clear());
    await reload(tab);
    expect(await tab.username()).toBe('ada');
    expect(await tab.send()).toEqual(['200 ada']);
    expect(world.tokenEndpoint).toMatchObject({ repeated: 0, peak: 1 });
    expect(tab.complaints.filter((line) => !line.includes('401'))).toEqual([]);
  });

  test('has no token in any storage', async () => {
    const { context, tab } = await world.alone();
    await reload(tab);
    await tab.send();
    const accessToken = await tab.page.evaluate(() => window.page.session.accessToken());
    const cookies = await context.cookies(`${world.server.url}/auth/refresh`);
    const tokens = [accessToken, ...cookies.map(({ value }) => value)];

    expect(tokens).toHaveLength(2);
    const stored = await storages(tab);
    expect(stored).toContain('ada');
    for (const token of tokens) expect(stored).not.toContain(token);
  });
});

describe('ten tabs whose refresh token is in one cookie', () => {
  const timeout = 300_000;

  test(
    'reload at once with an empty storage, and none sends a token twice or signs out',
    { timeout },
    async () => {
      const { tabs } = await world.signedIn(10);
      await tabs[0].page.evaluate(() => localStorage.clear());
      const before = world.tokenEndpoint.calls;
      await each(tabs, reload);

      expect(new Set(await each(tabs, (tab) => tab.send(2).then((outcomes) => outcomes.join())))).toEqual(
        new Set(['200 ada,200 ada']),
      );
      expect(world.tokenEndpoint).toMatchObject({ repeated: 0, peak: 1 });
      expect(world.tokenEndpoint.calls - before).toBe(10);
      expect(new Set(await each(tabs, (tab) => tab.status()))).toEqual(new Set(['authenticated']));
      expect(world.server.requests.filter(({ code }) => code === 'refreshTokenReused')).toEqual([]);
    },
  );

  test('learn of a sign-out and of the next sign-in', { timeout }, async () => {
    const { tabs } = await world.signedIn(10);
    await each(tabs, (tab) => tab.send());
    await tabs[1].signOut();
    for (const tab of tabs) await expect.poll(() => tab.status()).toBe('loggedOut');
    expect(world.server.counts()).toMatchObject({ logout: 1 });
    await each(tabs, reload);
    expect(new Set(await each(tabs, (tab) => tab.status()))).toEqual(new Set(['anonymous']));

    await tabs[0].signIn('grace');
    for (const tab of tabs) await expect.poll(() => tab.username()).toBe('grace');
    expect((await each(tabs, (tab) => tab.send())).flat()).toEqual(tabs.map(() => '200 grace'));
    expect(world.tokenEndpoint).toMatchObject({ repeated: 0, peak: 1 });
  });
});
