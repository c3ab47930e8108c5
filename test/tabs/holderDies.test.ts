import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import type { Tab } from './tab.ts';
import { useTabs } from './world.ts';

const world = useTabs();

/** The time limit of a refresh is longer than this test waits for anything, so no tab may wait for the dead one. */
const options = { refresh: { proactive: false, timeout: 60_000, cooldown: 0 }, hold: { timeout: 240_000 } };

interface Stage {
  readonly name: string;
  /** Stops the refresh of a tab at this stage. */
  stopAt(holder: Page): Promise<{ readonly reached: Promise<unknown> }>;
}

/**
 * Stops the refresh in the page. The browser could also hold the request, but would send it as soon as the tab is
 * closed.
 */
async function stopInPage(holder: Page, when: 'before' | 'after'): Promise<{ reached: Promise<unknown> }> {
  await holder.evaluate((moment) => {
    const send = window.fetch;
    window.fetch = async (input, init) => {
      if (!(input instanceof Request) || !input.url.endsWith('/auth/refresh')) return send(input, init);
      if (moment === 'after') await send(input, init);
      console.debug('stopped');
      return new Promise(() => undefined);
    };
  }, when);
  return { reached: holder.waitForEvent('console', (message) => message.text() === 'stopped') };
}

/** The refresh token has not been used. */
const unspent: readonly Stage[] = [
  { name: 'before its call has left the page', stopAt: (holder) => stopInPage(holder, 'before') },
  {
    name: 'while its call is at the server, which has done nothing yet',
    stopAt: async () => ({ reached: world.tokenEndpoint.withhold('call').arrived }),
  },
];

/** The server has used the refresh token, and its response has not been received. */
const spent: readonly Stage[] = [
  {
    name: 'while the server’s response is on its way',
    stopAt: async () => ({ reached: world.tokenEndpoint.withhold('answer').arrived }),
  },
  { name: 'when the answer has come, and is not read yet', stopAt: (holder) => stopInPage(holder, 'after') },
];

/** The page runs an endless loop instead of the write, so it can neither navigate nor crash. */
const aboutToStore: Stage = {
  name: 'when the response was read but not stored',
  async stopAt(holder) {
    await holder.evaluate(() => {
      const write = Storage.prototype.setItem;
      Storage.prototype.setItem = function (key, text) {
        if (!text.includes('"generation":2')) return write.call(this, key, text);
        console.debug('stopped');
        for (;;);
      };
    });
    return { reached: holder.waitForEvent('console', (message) => message.text() === 'stopped') };
  },
};

interface Death {
  readonly name: string;
  kill(holder: Page): Promise<unknown>;
}

const closing: Death = { name: 'is closed', kill: (page) => page.close() };
const deaths: readonly Death[] = [
  closing,
  {
    name: 'crashes',
    async kill(page) {
      const crashed = page.waitForEvent('crash');
      // This call never settles, since the tab that would respond is dead.
      void page.goto('chrome://crash').catch(() => undefined);
      await crashed;
    },
  },
  { name: 'navigates away', kill: (page) => page.goto(`${world.pageUrl}/elsewhere`) },
];

/** A tab holds the lock and dies at this stage of its refresh, while two others wait for the lock. */
async function dieAt({ stopAt }: Stage, { kill }: Death): Promise<readonly Tab[]> {
  const { tabs } = await world.signedIn(3, options);
  const [holder, ...others] = tabs;
  const { reached } = await stopAt(holder.page);
  world.server.expireAccessTokens();
  await holder.start();
  await reached;
  await Promise.all(others.map((tab) => tab.start(2)));
  for (const tab of others) await expect.poll(() => tab.status()).toBe('refreshing');
  await kill(holder.page);
  return others;
}

async function outcomesOf(tabs: readonly Tab[]): Promise<readonly string[]> {
  return (await Promise.all(tabs.map((tab) => tab.outcomes()))).flat();
}

describe.each(deaths)('the tab that holds the lock $name', (death) => {
  test.each(unspent)('$name: another tab refreshes, and no tab is signed out', async (stage) => {
    const others = await dieAt(stage, death);
    await expect.poll(() => outcomesOf(others)).toEqual(Array(4).fill('200 ada'));

    for (const tab of others) expect(await tab.status()).toBe('authenticated');
    await expect.poll(async () => (await others[0]?.stored())?.['generation']).toBe(2);
    expect(others.flatMap((tab) => tab.complaints)).toEqual([]);
  });
});

const unseen = [
  ...spent.flatMap((stage) => deaths.map((death) => ({ stage, death }))),
  { stage: aboutToStore, death: closing },
];

describe('the tab that holds the lock, after its token was used', () => {
  test.each(unseen)(
    '$death.name $stage.name: every tab expires, and one knows that a response was lost',
    async ({ stage, death }) => {
      const others = await dieAt(stage, death);
      await expect.poll(() => outcomesOf(others)).toEqual(Array(4).fill('ERR_SESSION_EXPIRED'));

      for (const tab of others) await expect.poll(() => tab.status()).toBe('expired');
      const reasons = await Promise.all(others.map(async (tab) => (await tab.view()).reason));
      expect(reasons.filter((reason) => reason?.answerLost === true)).toHaveLength(1);
      await expect.poll(() => others[0]?.stored()).not.toHaveProperty('refreshToken');
      expect(world.tokenEndpoint.calls).toBe(2);
    },
  );
});

describe('the only tab', () => {
  test('is reloaded before its refresh has used the token: the session continues', async () => {
    const { tab } = await refreshingAlone('call');
    await tab.page.reload();
    await tab.restored();

    expect(await tab.send(2)).toEqual(['200 ada', '200 ada']);
    expect((await tab.stored())?.['generation']).toBe(2);
  });

  test('is reloaded after the token was used: the session expires, and reports a lost response', async () => {
    const { tab } = await refreshingAlone('answer');
    await tab.page.reload();
    await tab.restored();

    expect(await tab.send(2)).toEqual(['ERR_SESSION_EXPIRED', 'ERR_SESSION_EXPIRED']);
    expect((await tab.view()).reason).toMatchObject({ answerLost: true });
    expect(await tab.signIn('ada')).toBe('authenticated');
    expect(await tab.send()).toEqual(['200 ada']);
  });

  test.each([
    { what: 'call', outcome: '200 ada', answerLost: undefined },
    { what: 'answer', outcome: 'ERR_SESSION_EXPIRED', answerLost: true },
  ] as const)('the browser is closed during the refresh ($what) and reopened', async (end) => {
    const { tab, context } = await refreshingAlone(end.what);
    const storageState = await context.storageState();
    await context.close();
    const again = await (await world.profile({ storageState })).open(options);

    expect(await again.status()).toBe('authenticated');
    expect(await again.send()).toEqual([end.outcome]);
    expect((await again.view()).reason?.answerLost).toBe(end.answerLost);
    expect(tab.complaints).toEqual([]);
  });

  async function refreshingAlone(what: 'call' | 'answer') {
    const { tab, context } = await world.alone(options);
    const { arrived } = world.tokenEndpoint.withhold(what);
    world.server.expireAccessTokens();
    await tab.start();
    await arrived;
    return { tab, context };
  }
});
