import { expect, test } from 'vitest';
import { setVisible } from './faults.ts';
import { untilShown } from './happenings.ts';
import { useTabs } from './world.ts';

const world = useTabs();

test('A user who was updated in one tab is shown by all others, including hidden ones, and after a reload', async () => {
  const { tabs, open } = await world.signedIn(3);
  const [first, hidden] = tabs;
  await setVisible(hidden.page, false);
  await first.rename('Countess');

  for (const tab of tabs) await untilShown(tab, { status: 'authenticated', username: 'Countess' });
  expect(await Promise.all(tabs.map((tab) => tab.told('session.userUpdated')))).toEqual([1, 1, 1]);
  expect(await (await open()).username()).toBe('Countess');
  expect(await hidden.send()).toEqual(['200 ada']);
  expect(world.server.counts()).toMatchObject({ login: 1, refresh: 0 });
});
