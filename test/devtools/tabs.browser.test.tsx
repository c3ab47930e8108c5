import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { credentials, openDevtools, openTab, start } from './world.tsx';

const table = page.getByRole('table', { name: 'Tabs of this session' });

/** The text of the table, row by row. */
const rows = (): readonly (readonly string[])[] =>
  [...document.querySelectorAll('.sessionchart-tabs tbody tr')].map((row) =>
    [...row.querySelectorAll('th, td')].map((cell) => cell.textContent),
  );

test('the list of tabs is hidden while there is only one', async () => {
  const devtools = await openDevtools();
  await devtools.clock.advance(10_000);
  expect(table.query()).toBeNull();
});

test('tabs appear when they open and disappear when they close', async () => {
  const devtools = await openDevtools();
  const tab = await openTab(devtools);
  await expect.poll(rows).toEqual([
    ['this tab', 'authenticated', 'visible', ''],
    [tab.name, 'authenticated', 'visible', ''],
  ]);

  tab.dispose();
  await devtools.clock.advance(10_000);
  await expect.poll(() => table.query()).toBeNull();
});

test('shows which tab holds the lock while the others wait', async () => {
  const devtools = await openDevtools();
  const tab = await openTab(devtools, { state: 'refreshing.requesting' });
  await expect.poll(() => rows()[1]).toEqual([tab.name, 'refreshing', 'visible', 'held']);
  start(devtools.session.refresh());
  await expect.poll(() => rows()[0]).toEqual(['this tab', 'refreshing', 'visible', '']);

  await tab.release();
  await expect.poll(rows).toEqual([
    ['this tab', 'authenticated', 'visible', ''],
    [tab.name, 'authenticated', 'visible', ''],
  ]);
  expect(devtools.server.counts().refresh).toBe(1);
});

test('shows that this tab holds the lock', async () => {
  const devtools = await openDevtools();
  await openTab(devtools);
  devtools.server.intercept('refresh', () => new Promise(() => undefined));
  start(devtools.session.refresh());
  await expect.poll(() => rows()[0]).toEqual(['this tab', 'refreshing', 'visible', 'held']);
});

test('shows which page is hidden', async () => {
  const devtools = await openDevtools();
  const tab = await openTab(devtools);
  tab.signals.setVisible(false);
  await expect.poll(() => rows().map((cells) => cells[2])).toEqual(['visible', 'hidden']);
  devtools.signals.setVisible(false);
  await expect.poll(() => rows().map((cells) => cells[2])).toEqual(['hidden', 'hidden']);
});

test('a change in the other tab updates both rows', async () => {
  const devtools = await openDevtools();
  const tab = await openTab(devtools);
  await tab.session.logout();
  await expect.poll(() => rows().map((cells) => cells[1])).toEqual(['loggedOut', 'loggedOut']);
  await devtools.session.login(credentials);
  await expect.poll(() => rows().map((cells) => cells[1])).toEqual(['authenticated', 'authenticated']);
});

test('the other tabs are asked only while the panel is open', async () => {
  const devtools = await openDevtools();
  const heard: unknown[] = [];
  const channel = new BroadcastChannel('sessionchart:tabs:session');
  channel.addEventListener('message', ({ data }) => heard.push(data));
  await openTab(devtools);
  await expect.poll(() => heard).not.toEqual([]);
  await devtools.close();
  heard.length = 0;
  await devtools.clock.advance(20_000);
  // Messages of one page arrive in the order in which they were sent.
  const marker = new BroadcastChannel('sessionchart:tabs:session');
  marker.postMessage('marker');
  await expect.poll(() => heard).toContain('marker');
  expect(heard).toEqual(['marker']);
  marker.close();
  channel.close();
});
