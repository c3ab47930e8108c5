import { expect, test } from 'vitest';
import { createGate } from '../referenceServer/authorities.ts';
import { partsOf, signIn, useApplication } from './world.ts';

const world = useApplication();

test('the devtools show the state, the waiting request, and the server’s response', async () => {
  const { page } = await world.visitAs('ada');
  const devtools = page.getByRole('region', { name: 'Session devtools' });
  await devtools.getByText('authenticated', { exact: true }).first().waitFor();
  const refresh = createGate();
  world.application.server.intercept('refresh', async (_request, next) => {
    await refresh.opened;
    return next();
  });
  world.application.server.revokeSessions();
  await page.getByRole('button', { name: 'Send order' }).click();

  await expect.poll(() => devtools.getAttribute('data-status')).toBe('refreshing');
  const order = devtools.getByRole('row').filter({ hasText: '/api/echo' });
  await order.filter({ hasText: 'held' }).waitFor();
  refresh.open();
  await expect.poll(() => devtools.getAttribute('data-status')).toBe('expired');
  await devtools.getByText('server.refreshTokenInvalid').first().waitFor();
  expect(await order.filter({ hasText: 'held' }).count()).toBe(1);
});

test('the page gets the response that was forced in the devtools', async () => {
  const { page } = await world.visitAs('ada');
  const devtools = page.getByRole('region', { name: 'Session devtools' });
  const before = world.application.server.counts();
  await devtools.getByRole('combobox', { name: 'Requests' }).selectOption('api');
  await devtools.getByRole('combobox', { name: 'Response' }).selectOption('401');
  await devtools.getByRole('combobox', { name: 'How often' }).selectOption('the next one');
  await devtools.getByRole('button', { name: 'Force', exact: true }).click();
  await page.getByRole('button', { name: 'Reload' }).click();

  await expect
    .poll(() => world.application.server.counts())
    .toEqual({ ...before, refresh: 1, api: before.api + 7 });
  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
});

test('the application works if the devtools cannot be loaded', async () => {
  const { page, context } = await world.visit();
  await context.route('**/assets/devtools-*', (route) => route.abort());
  await page.reload();
  await page.getByText('The devtools could not be loaded.').waitFor();
  await signIn(page, 'ada');
  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
});
