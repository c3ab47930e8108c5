import type { BrowserContext, Page } from 'playwright';
import { expect, test } from 'vitest';
import { createGate } from '../referenceServer/authorities.ts';
import { storedTokens } from './tokens.ts';
import { everythingLoaded, operate, partsOf, signIn, useApplication } from './world.ts';

const world = useApplication();

/** Another tab of the same profile. */
async function openTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(world.application.url);
  return page;
}

/** Two tabs in which Ada sees her stockroom. */
async function twoTabsOfAda(): Promise<readonly [Page, Page]> {
  const { page, context } = await world.visitAs('ada');
  const other = await openTab(context);
  await everythingLoaded(other, 'ada');
  return [page, other];
}

const signOut = (page: Page) => page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
const screenOf = (page: Page) => page.locator('.application').innerHTML();
const orders = () => world.application.server.requests.filter(({ path }) => path === '/api/echo');

test('signing in in one tab signs in the other, and signing out clears its screen', async () => {
  const { page, context, complaints } = await world.visit();
  const other = await openTab(context);
  await other.getByLabel('User name').waitFor();
  await signIn(page, 'ada');
  for (const tab of [page, other]) await everythingLoaded(tab, 'ada');
  expect(world.application.server.counts()).toMatchObject({ login: 1, refresh: 0 });

  await other.getByLabel('Note').fill('With the finest teeth');
  await signOut(page);
  await other.waitForURL('**/sign-in');
  await other.getByLabel('User name').waitFor();
  expect(await screenOf(other)).not.toMatch(/for ada|ada@|finest teeth/);
  await expect.poll(() => storedTokens(other)).toEqual([]);
  await other.reload();
  await other.getByLabel('User name').waitFor();
  expect(complaints).toEqual([]);
});

test('after a sign-in as another user, the other tab shows nothing of the first user, nor of a call in flight', async () => {
  const [page, other] = await twoTabsOfAda();
  await other.getByLabel('Quantity').fill('12');
  await other.getByRole('button', { name: 'Send order' }).click();
  await other.getByText('sent by ada').waitFor();
  await other.getByLabel('Note').fill('With the finest teeth');
  const counting = createGate();
  world.application.server.intercept('api', async (_request, next) => {
    await counting.opened;
    return next();
  });
  await other.getByRole('button', { name: 'Reload' }).click();
  await other.getByRole('button', { name: 'Waiting for 7…' }).waitFor();
  await signOut(page);
  await other.waitForURL('**/sign-in');

  counting.open();
  await signIn(page, 'grace');
  await partsOf(other, 'grace').nth(5).waitFor();
  await other.getByText('Loaded for grace@example.com').waitFor();
  expect(await other.getByLabel('Note').inputValue()).toBe('');
  expect(await other.getByText('None yet.').count()).toBe(1);
  // The texts of the page mention `ada` too.
  expect(await screenOf(other)).not.toMatch(/for ada|ada@|from ada|finest teeth/);
});

test('both tabs ask to sign in again, and signing in in one sends the order of the other', async () => {
  const [page, other] = await twoTabsOfAda();
  await other.getByLabel('Note').fill('With the finest teeth');
  await operate(page, 'Revoke the session');
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('dialog', { name: 'Please sign in again' }).waitFor();
  await other.getByRole('dialog', { name: 'Please sign in again' }).waitFor();
  expect(await other.getByLabel('Note').inputValue()).toBe('With the finest teeth');

  await signIn(page, 'ada');
  await other.getByRole('dialog').waitFor({ state: 'detached' });
  await other.getByRole('button', { name: 'Send order' }).click();
  await other.getByText('sent by ada').waitFor();
  expect(world.application.server.counts()).toMatchObject({ login: 2, refresh: 1 });
});

test('an order that waits in the other tab is never sent as another user', async () => {
  const [page, other] = await twoTabsOfAda();
  await other.getByLabel('Note').fill('With the finest teeth');
  await operate(other, 'Revoke the session');
  await other.getByRole('button', { name: 'Send order' }).click();
  await other.getByRole('dialog').waitFor();
  await page.getByRole('dialog').waitFor();
  await signIn(page, 'grace');

  await partsOf(other, 'grace').nth(5).waitFor();
  await partsOf(page, 'grace').nth(5).waitFor();
  expect(await other.getByLabel('Note').inputValue()).toBe('');
  expect(await screenOf(other)).not.toMatch(/for ada|ada@|from ada|finest teeth/);
  expect(orders().map(({ status }) => status)).toEqual([401]);
});

test('calls of both tabs with an expired token are all answered, after one refresh', async () => {
  const [page, other] = await twoTabsOfAda();
  const { server } = world.application;
  const refresh = createGate();
  server.intercept('refresh', async (_request, next) => {
    await refresh.opened;
    return next();
  });
  await operate(page, 'Expire the access token');
  for (const tab of [page, other]) await tab.getByRole('button', { name: 'Reload' }).click();
  for (const tab of [page, other]) await tab.getByRole('banner').getByText('refreshing').waitFor();

  refresh.open();
  for (const tab of [page, other]) {
    await tab.getByRole('banner').getByText('signed in').waitFor();
    await tab.getByRole('button', { name: 'Reload' }).waitFor();
  }
  expect(server.counts()).toMatchObject({ login: 1, refresh: 1 });
  expect(server.requests.filter(({ code }) => code === 'refreshTokenReused')).toEqual([]);
});
