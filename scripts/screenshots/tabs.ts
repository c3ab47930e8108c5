import type { Browser, Page } from 'playwright';
import { startTabs } from '../../examples/tabs/application.ts';

/** Opens three tabs, one of which refreshes for all, and returns the page of a tab that waits. */
export async function openTabs(browser: Browser, colorScheme: 'light' | 'dark') {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await startTabs({ refreshLatency: 5_000 }));
  const context = stack.use(
    await browser.newContext({
      viewport: { width: 1180, height: 790 },
      colorScheme,
      reducedMotion: 'reduce',
    }),
  );
  const open = async () => {
    const page = await context.newPage();
    await page.goto(url);
    await page.getByLabel('Password').waitFor();
    return page;
  };
  const [first, second] = [await open(), await open(), await open()];
  await first.getByLabel('Password').fill('lovelace');
  await first.keyboard.press('Enter');
  await first.getByText('All 3 tabs').waitFor();
  await sendAndWait(first, 'Send from this tab');
  await sendAndWait(second, 'Send from this tab');
  await first.getByRole('button', { name: 'Expire the token' }).click();
  await second.getByText('for all 3 tabs').waitFor();
  const disposal = stack.move();
  return { page: second, [Symbol.asyncDispose]: () => disposal.disposeAsync() };
}

async function sendAndWait(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.getByText('5 of 5 answered').waitFor();
}
