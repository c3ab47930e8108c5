import { expect, test } from 'vitest';
import { createGate } from '../referenceServer/authorities.ts';
import { partsOf, signIn, useApplication } from './world.ts';
import { storedTokens } from './tokens.ts';

const world = useApplication();

test('a reload keeps the session', async () => {
  const { page } = await world.visitAs('ada');
  await page.reload();

  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
  const { login, refresh } = world.application.server.counts();
  expect({ login, refresh }).toEqual({ login: 1, refresh: 0 });
});

test('after signing out, neither the storage, nor the back button, nor a reload shows the session', async () => {
  const { page } = await world.visitAs('ada');
  await page.getByRole('link', { name: 'Punched cards' }).click();
  await page.waitForURL('**/parts/3');
  expect(await storedTokens(page)).toHaveLength(2);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
  await expect.poll(() => storedTokens(page)).toEqual([]);

  for (const look of [() => page.goBack(), () => page.reload()]) {
    await look();
    await page.waitForURL('**/sign-in');
    await page.getByLabel('User name').waitFor();
    expect(await page.locator('.application').innerHTML()).not.toMatch(/for ada|ada@/);
  }
});

test('after a sign-out, even the same user sees nothing from the cache', async () => {
  const { page } = await world.visitAs('ada');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
  const counting = createGate();
  world.application.server.intercept('api', async (_request, next) => {
    await counting.opened;
    return next();
  });
  await signIn(page, 'ada');

  await page.getByText('Loading…', { exact: true }).waitFor();
  expect(await partsOf(page, 'ada').count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Brass gears' }).count()).toBe(0);
  counting.open();
  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
});
