import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { chromium as launchOptions } from '../../scripts/browser/chromium.ts';

const script = join(import.meta.dirname, '../../examples/tabs/start.ts');

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch(await launchOptions());
});
afterAll(() => browser.close());

/** Starts it as `npm run demo:tabs` does, and waits until it says where it is. */
async function startDemo(): Promise<{ readonly started: ChildProcess; readonly url: string }> {
  const started = spawn(process.execPath, [script], { env: { ...process.env, PORT: '0', NO_COLOR: '1' } });
  onTestFinished(() => void started.kill('SIGKILL'));
  let output = '';
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (text) => (output += String(text)));
  await expect.poll(() => output).toContain('Ctrl-C');
  return { started, url: /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? '' };
}

/** Two tabs of one profile: Ada signs in in the first. */
async function openTabs(url: string): Promise<readonly [Page, Page]> {
  const context = await browser.newContext();
  context.setDefaultTimeout(15_000);
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

/** Of all tabs: how many requests were answered, how often they refreshed, how many tokens came twice. */
const countsIn = (tab: Page) => tab.getByRole('definition').allTextContents();

const expireAndSend = (tab: Page) => tab.getByRole('button', { name: 'Expire the token' }).click();

test('one command shows in two tabs how one refresh serves both, and ends with Ctrl-C', async () => {
  const { started, url } = await startDemo();
  const [first, second] = await openTabs(url);
  await expireAndSend(first);

  const holder = second.getByRole('row').filter({ has: second.getByRole('img', { name: 'holds it' }) });
  await holder.getByText('refreshes for all').waitFor();
  expect(await holder.count()).toBe(1);
  await expect.poll(() => countsIn(second)).toEqual(['10', '1', '0']);
  for (const tab of [first, second]) {
    expect(await tab.getByRole('status', { name: 'Requests of this tab' }).textContent()).toBe(
      '5 of 5 answered',
    );
  }

  started.kill('SIGINT');
  expect(await once(started, 'exit')).toEqual([0, null]);
  await expect(fetch(url)).rejects.toThrow(TypeError);
});

test('where the tab that refreshes is closed, the other one takes over', async () => {
  const { url } = await startDemo();
  const [first, second] = await openTabs(url);
  await expireAndSend(first);
  await first.getByRole('img', { name: 'holds it' }).waitFor();
  const isFirst = (await first.getByText('This tab asks the server').count()) === 1;
  const [holder, heir] = isFirst ? [first, second] : [second, first];
  await holder.close();

  await heir.getByText('This tab asks the server').waitFor();
  await heir.getByText('5 of 5 answered').waitFor();
  await heir.getByText('Open another tab, and put').waitFor();
  await expect.poll(() => countsIn(heir)).toEqual(['5', '2', '0']);
});

test('axe finds nothing on its page, in light and dark', async () => {
  const { url } = await startDemo();
  const [first, second] = await openTabs(url);
  const faults: string[] = [];
  const look = async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await second.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await new AxeBuilder({ page: second }).analyze();
      faults.push(
        ...violations.map(({ id, nodes }) => `${id} of ${String(nodes[0]?.target)}, ${colorScheme}`),
      );
    }
  };
  await look();
  await expireAndSend(first);
  await second.getByRole('img', { name: 'holds it' }).waitFor();
  await look();
  await first.getByRole('button', { name: 'Sign out' }).click();
  await second.getByLabel('Password').waitFor();
  await look();

  expect(faults).toEqual([]);
});
