import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { everythingLoaded, operate, signIn, useApplication } from './world.ts';

const world = useApplication();

/** Violations on the page, in light and dark. The devtools have their own tests. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const axe = new AxeBuilder({ page }).exclude('.sessionchart-devtools');
    // Nothing but colours depends on the scheme.
    if (colorScheme === 'dark') axe.withRules('color-contrast');
    const { violations } = await axe.analyze();
    for (const { id, nodes } of violations) {
      faults.push(...nodes.map(({ target }) => `${colorScheme}: ${id} of ${target.join(' ')}`));
    }
  }
  return faults;
}

test('every screen is accessible, in light and dark', async () => {
  const { page } = await world.visit();
  await page.getByLabel('User name').fill('ada');
  await page.getByLabel('Password').fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').filter({ hasText: 'Incorrect user name or password' }).waitFor();
  expect(await faultsOf(page)).toEqual([]);

  await signIn(page, 'ada');
  await everythingLoaded(page, 'ada');
  await page.getByRole('button', { name: 'Send order' }).click();
  await page.getByText('sent by').waitFor();
  expect(await faultsOf(page)).toEqual([]);

  await operate(page, 'Revoke the session');
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('dialog').waitFor();
  expect(await faultsOf(page)).toEqual([]);
});

test('nothing is cut off on a narrow screen', async () => {
  const { page } = await world.visitAs('ada');
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole('region', { name: 'Session devtools' }).waitFor();

  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});
