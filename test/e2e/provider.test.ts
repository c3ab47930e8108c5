import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { everythingLoaded, operate, partsOf, useApplication } from './world.ts';

const world = useApplication({ hasProvider: true });

const stepsOf = (page: Page) => page.getByRole('table', { name: 'OAuth steps' }).getByRole('row');

async function chooseProvider(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Identity provider' }).click();
  await page.getByRole('button', { name: 'Continue at the provider' }).click();
  await page.waitForURL('**/interaction/*');
}

async function signInAtProvider(page: Page): Promise<void> {
  await page.getByLabel('User name').selectOption('ada');
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('a user signs in at the provider, refreshes, signs in again in a popup, and signs out there too', async () => {
  const { page, context, complaints } = await world.visit('/parts/3');
  await chooseProvider(page);
  await signInAtProvider(page);
  await page.waitForURL('**/parts/3');
  await everythingLoaded(page, 'ada');
  for (const step of ['discovery', 'authorize', 'callback', 'token authorization_code'])
    await stepsOf(page).filter({ hasText: step }).first().waitFor();
  expect(await stepsOf(page).filter({ hasText: 'use_dpop_nonce' }).count()).toBeGreaterThan(0);

  await operate(page, 'Expire the access token');
  await page.getByRole('button', { name: 'Reload' }).click();
  await stepsOf(page).filter({ hasText: 'token refresh_token' }).filter({ hasText: '200' }).waitFor();
  await everythingLoaded(page, 'ada');

  await operate(page, 'Revoke the session');
  await page.getByRole('button', { name: 'Send order' }).click();
  await stepsOf(page).filter({ hasText: 'invalid_grant' }).waitFor();
  const opening = context.waitForEvent('page');
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in at the provider' }).click();
  const popup = await opening;
  await popup.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('sent by ada').waitFor();

  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/session/end?*');
  await page.getByRole('button').first().click();
  await page.waitForURL('**/sign-in');
  await stepsOf(page).filter({ hasText: 'revoke' }).first().waitFor();
  await stepsOf(page).filter({ hasText: 'end session' }).waitFor();
  expect(complaints).toEqual([]);
});

test('a user who cancels comes back to the sign-in, and can use a password again', async () => {
  const { page } = await world.visit('/sign-in');
  await chooseProvider(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('alert').filter({ hasText: 'You have cancelled the sign-in.' }).waitFor();
  const { violations } = await new AxeBuilder({ page }).exclude('.sessionchart-devtools').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  await page.getByRole('button', { name: 'Password', exact: true }).click();
  await page.getByLabel('User name').fill('ada');
  await page.getByLabel('Password').and(page.locator('input')).fill('lovelace');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
});
