import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { operate, partsOf, signIn, useApplication } from './world.ts';

const world = useApplication();

/** Signs in, fills in an order, and sends it at a server that has revoked the session. */
async function sendAfterRevocation(): Promise<Page> {
  const { page } = await world.visitAs('ada');
  await page.getByLabel('Quantity').fill('12');
  await page.getByLabel('Note').fill('With the finest teeth');
  await operate(page, 'Revoke the session');
  await page.getByRole('button', { name: 'Send order' }).click();
  await page.getByRole('dialog', { name: 'Please sign in again' }).waitFor();
  return page;
}

const orders = () => world.application.server.requests.filter(({ path }) => path === '/api/echo');

test('a refused refresh asks the user to sign in again, in front of an unchanged screen, and the waiting order is sent once', async () => {
  const page = await sendAfterRevocation();
  const dialog = page.getByRole('dialog');
  expect(await dialog.getByLabel('User name').inputValue()).toBe('ada');
  await expect
    .poll(() => dialog.getByLabel('Password').evaluate((field) => field === document.activeElement))
    .toBe(true);
  expect(await partsOf(page, 'ada').count()).toBe(6);

  await dialog.getByLabel('Password').fill('not this one');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'Incorrect user name or password' }).waitFor();
  expect(await page.getByLabel('Note').inputValue()).toBe('With the finest teeth');
  expect(orders().map(({ status }) => status)).toEqual([401]);

  await signIn(page, 'ada');
  await page.getByText('12 × Brass gears').waitFor();
  await page.getByText('sent by ada').waitFor();
  expect(orders().map(({ status, username }) => ({ status, username }))).toEqual([
    { status: 401, username: undefined },
    { status: 200, username: 'ada' },
  ]);
  await dialog.waitFor({ state: 'detached' });
  const send = page.getByRole('button', { name: 'Send order' });
  await expect.poll(() => send.evaluate((button) => button === document.activeElement)).toBe(true);
});

test('an unsent form keeps its contents when the same user signs in again', async () => {
  const { page } = await world.visitAs('ada');
  await page.getByLabel('Note').fill('To be contin');
  await operate(page, 'Revoke the session');
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('dialog').waitFor();
  await signIn(page, 'ada');

  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
  expect(await page.getByLabel('Note').inputValue()).toBe('To be contin');
  await page.getByRole('button', { name: 'Reload' }).waitFor();
});

test('another user sees nothing of the previous one, whose order is never sent', async () => {
  const page = await sendAfterRevocation();
  await signIn(page, 'grace');

  await expect.poll(() => partsOf(page, 'grace').count()).toBe(6);
  await page.getByText('Loaded for grace@example.com').waitFor();
  expect(await page.getByLabel('Note').inputValue()).toBe('');
  expect(await page.getByLabel('Quantity').inputValue()).toBe('1');
  expect(await page.getByText('None yet.').count()).toBe(1);
  expect(await page.locator('.application').innerHTML()).not.toMatch(/\bada\b|finest teeth/);
  expect(orders().map(({ status }) => status)).toEqual([401]);
});

test('choosing to sign out instead never sends the order', async () => {
  const page = await sendAfterRevocation();
  await page.getByRole('button', { name: 'Sign out instead' }).click();

  await page.waitForURL('**/sign-in');
  await signIn(page, 'ada');
  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
  expect(await page.getByText('None yet.').count()).toBe(1);
  expect(orders().map(({ status }) => status)).toEqual([401]);
});
