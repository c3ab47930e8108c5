import { expect, test } from 'vitest';
import type { Tab } from './tab.ts';
import { useTabs } from './world.ts';

const world = useTabs({ dialect: 'express' });
const minute = 60_000;
// A token that is refreshed early and arrives late is revoked as well, which would be a second logout at the server.
const options = { limits: { idle: 15 * minute, lifetime: 8 * 60 * minute }, refresh: { proactive: false } };

const endings = (tabs: readonly Tab[]) =>
  Promise.all(tabs.map(async (tab) => (await tab.view()).ending?.reason ?? null));
const reasons = (tabs: readonly Tab[]) =>
  Promise.all(
    tabs.map(async (tab) => {
      const { status, reason } = await tab.view();
      return `${status} ${String(reason?.code)}`;
    }),
  );
const loggedOut = () => world.server.counts().logout;

test('Tabs share the idle timeout: input in one keeps all signed in, all warn, one extends all, all end', async () => {
  const { tabs, context } = await world.signedIn(2, options, { skew: 0 });
  const [first, second] = tabs;
  await context.clock.fastForward(10 * minute);
  await first.page.mouse.move(10, 10);
  await first.page.keyboard.press('Shift');
  await context.clock.fastForward(10 * minute);
  expect(await endings(tabs)).toEqual([null, null]);
  expect(await second.status()).toBe('authenticated');

  await context.clock.fastForward(4.5 * minute);
  await expect.poll(() => endings(tabs)).toEqual(['idle', 'idle']);
  expect(await second.told('session.ending')).toBe(1);
  await second.page.keyboard.press('Shift');
  expect(await endings(tabs)).toEqual(['idle', 'idle']);
  await second.page.evaluate(() => window.page.limits?.stay());
  await expect.poll(() => endings(tabs)).toEqual([null, null]);

  await context.clock.fastForward(15 * minute);
  await expect.poll(() => reasons(tabs)).toEqual(['loggedOut idle', 'loggedOut idle']);
  await expect.poll(loggedOut).toBe(1);
  expect(await Promise.all(tabs.map((tab) => tab.told('session.logoutFailed')))).toEqual([0, 0]);
  expect(tabs.flatMap(({ complaints }) => complaints)).toEqual([]);
});

test('A reload after the limit ends the session, and sends no request with its tokens', async () => {
  const { tab, context, open } = await world.alone(options, { skew: 0 });
  await tab.close();
  await context.clock.fastForward(16 * minute);
  const later = await open(options);
  await expect.poll(() => reasons([later])).toEqual(['loggedOut idle']);
  await expect.poll(loggedOut).toBe(1);
  expect(world.server.counts()).toMatchObject({ refresh: 0, api: 0 });
});
