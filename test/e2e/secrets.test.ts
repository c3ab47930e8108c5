import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { storedTokens } from './tokens.ts';
import { everythingLoaded, operate, signIn, useApplication } from './world.ts';

const world = useApplication();

/** The whole document as text, including shadow roots and form fields. */
function everythingIn(page: Page): Promise<string> {
  return page.evaluate(() => {
    const textOf = (root: Document | ShadowRoot): string =>
      [...root.querySelectorAll('*')]
        .map((element) => {
          const attributes = [...element.attributes].map(({ value }) => value);
          const text = [...element.childNodes].map((node) => node.nodeValue);
          const value = element instanceof HTMLInputElement ? element.value : '';
          return [...attributes, ...text, value, element.shadowRoot && textOf(element.shadowRoot)].join(' ');
        })
        .join('\n');
    return textOf(document);
  });
}

test('from sign-in to sign-out, the document contains no token and no password, and the console stays empty', async () => {
  const { page, complaints } = await world.visitAs('ada');
  const tokens = new Set<string>();
  const documents: string[] = [];
  const look = async () => {
    for (const token of await storedTokens(page)) tokens.add(token);
    documents.push(await everythingIn(page));
  };
  await look();

  await operate(page, 'Expire the access token');
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect.poll(() => world.application.server.counts().refresh).toBe(1);
  await everythingLoaded(page, 'ada');
  await look();

  await operate(page, 'Revoke the session');
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('dialog').waitFor();
  await look();

  await signIn(page, 'ada');
  await everythingLoaded(page, 'ada');
  await look();
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
  await look();

  expect(tokens.size).toBe(6);
  expect(documents.every((text) => text.includes('Stockroom'))).toBe(true);
  for (const secret of [...tokens, 'lovelace']) {
    expect(documents.filter((text) => text.includes(secret))).toEqual([]);
  }
  expect(complaints).toEqual([]);
});
