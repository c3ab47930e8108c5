import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { startTabs, type RunningTabs } from '../../examples/tabs/application.ts';
import { sharedBrowser } from '../browser/shared.ts';
import { cheapArgon2Cost, createGate } from '../referenceServer/authorities.ts';
import { bundleFolder } from './bundles.ts';

const script = join(import.meta.dirname, '../../examples/tabs/start.ts');

/** Starts the demo like `npm run demo:tabs`, and waits until it prints its URL. */
async function startDemo(): Promise<{ readonly started: ChildProcess; readonly url: string }> {
  const started = spawn(process.execPath, [script], { env: { ...process.env, PORT: '0', NO_COLOR: '1' } });
  onTestFinished(() => void started.kill('SIGKILL'));
  let output = '';
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (text) => (output += String(text)));
  await expect.poll(() => output).toContain('Ctrl-C');
  return { started, url: /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? '' };
}

/**
 * Starts the demo in this process, where the test controls the server: a refresh takes no longer than the test says, and
 * tabs refresh only when a test makes them.
 */
async function startInProcess(): Promise<RunningTabs> {
  const demo = await startTabs({
    argon2Cost: cheapArgon2Cost,
    refreshLatency: 0,
    cacheDir: bundleFolder(),
    isBuilt: true,
  });
  demo.server.setLifetimes({ accessTokenLifetime: 3_600 });
  return demo;
}

/** Two tabs of one profile: Ada signs in in the first. */
async function openTabs(url: string): Promise<readonly [Page, Page]> {
  const browser = await sharedBrowser();
  const context = await browser.newContext();
  context.setDefaultTimeout(30_000);
  onTestFinished(() => context.close());
  const open = async () => {
    const tab = await context.newPage();
    await tab.goto(url);
    await tab.getByLabel('Password').waitFor();
    return tab;
  };
  const tabs = [await open(), await open()] as const;
  await tabs[0].getByLabel('Password').fill('lovelace');
  await tabs[0].keyboard.press('Enter');
  for (const tab of tabs) {
    await tab.getByText('Signed in as ada').waitFor();
    await tab.getByText('All 2 tabs have the same tokens.').waitFor();
  }
  return tabs;
}

/** The counts of all tabs: answered requests, refreshes, and refresh tokens that were used twice. */
const countsIn = (tab: Page) => tab.getByRole('definition').allTextContents();

const expireAndSend = (tab: Page) => tab.getByRole('button', { name: 'Expire the token' }).click();

test('one command starts a server and a page where two tabs share a session, and stops with Ctrl-C', async () => {
  const { started, url } = await startDemo();
  const [first, second] = await openTabs(url);
  await expireAndSend(first);

  // The tokens live for 15 seconds, so a slow machine may see another refresh.
  const some = expect.stringMatching(/^[1-9]/) as unknown;
  await expect.poll(() => countsIn(second)).toEqual(['10', some, '0']);
  for (const tab of [first, second]) await tab.getByText('5 of 5 answered').waitFor();

  started.kill('SIGINT');
  expect(await once(started, 'exit')).toEqual([0, null]);
  await expect(fetch(url)).rejects.toThrow(TypeError);
});

test('each tab shows which tab holds the lock and refreshes for all', async () => {
  await using demo = await startInProcess();
  const [first, second] = await openTabs(demo.url);
  const answered = createGate();
  demo.server.intercept('refresh', (_request, next) => answered.opened.then(next), { times: 1 });
  await expireAndSend(first);

  for (const tab of [first, second]) {
    const holder = tab.getByRole('row').filter({ has: tab.getByRole('img', { name: 'holds the lock' }) });
    await holder.getByText('refreshing for all').waitFor();
    expect(await holder.count()).toBe(1);
  }
  answered.open();
  await expect.poll(() => countsIn(second)).toEqual(['10', '1', '0']);
});

test('if the tab that refreshes is closed, the other one takes over', async () => {
  await using demo = await startInProcess();
  const [first, second] = await openTabs(demo.url);
  const never = new Promise<Response>(() => undefined);
  demo.server.intercept('refresh', () => never, { times: 1 });
  await expireAndSend(first);
  await expect.poll(() => demo.server.counts().refresh).toBe(1);
  await first.getByRole('img', { name: 'holds the lock' }).waitFor();
  const isFirst = (await first.getByText('This tab is refreshing').count()) === 1;
  const [holder, heir] = isFirst ? [first, second] : [second, first];
  await holder.close();

  await heir.getByText('5 of 5 answered').waitFor();
  await heir.getByText('Open another tab, and place').waitFor();
  await expect.poll(() => countsIn(heir)).toEqual(['5', '2', '0']);
});

test('axe finds no problems on the page, in light and dark', async () => {
  await using demo = await startInProcess();
  const [first, second] = await openTabs(demo.url);
  const faults: string[] = [];
  const lookIn = async (colorScheme: 'light' | 'dark') => {
    await second.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const axe = new AxeBuilder({ page: second });
    // Nothing but colours depends on the scheme.
    if (colorScheme === 'dark') axe.withRules('color-contrast');
    const { violations } = await axe.analyze();
    faults.push(...violations.map(({ id, nodes }) => `${id} of ${String(nodes[0]?.target)}, ${colorScheme}`));
  };
  const schemes = ['light', 'dark'] as const;
  for (const scheme of schemes) await lookIn(scheme);
  const answered = createGate();
  demo.server.intercept('refresh', (_request, next) => answered.opened.then(next), { times: 1 });
  await expireAndSend(first);
  const lock = second.getByRole('img', { name: 'holds the lock' });
  // A copy shows the lock for as long as the checks take. A tab gives up a refresh that takes longer than ten seconds.
  await lock.evaluate(() => document.body.replaceWith(document.body.cloneNode(true)));
  answered.open();
  for (const scheme of schemes) await lookIn(scheme);
  expect(await lock.count()).toBe(1);
  await second.reload();
  await second.getByText('Signed in as ada').waitFor();
  await first.getByRole('button', { name: 'Sign out' }).click();
  await second.getByLabel('Password').waitFor();
  for (const scheme of schemes) await lookIn(scheme);

  expect(faults).toEqual([]);
});
