import type { Page } from 'playwright';

/** Returns every value in the page's storage that could be a token. */
export async function storedTokens(page: Page): Promise<readonly string[]> {
  const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
  return stored.match(/(?<=Token\\":\\")[^\\"]+/g) ?? [];
}
