import { expect, test } from 'vitest';
import { operate, partsOf, useApplication } from './world.ts';

const world = useApplication();

test('without a network all calls wait, and continue when it is back', async () => {
  const { page, context } = await world.visitAs('ada');
  const before = world.application.server.counts();
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect.poll(() => page.getByRole('link', { name: 'waiting for the network' }).count()).toBe(6);
  await page.getByRole('button', { name: 'Send order' }).click();
  await page.getByText('waiting for the network').nth(6).waitFor();
  expect(world.application.server.counts()).toEqual(before);

  await context.setOffline(false);
  await page.getByText('sent by ada').waitFor();
  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
  await expect.poll(() => world.application.server.counts()).toEqual({ ...before, api: before.api + 8 });
});

test('the button takes the page offline, and an expired token is refreshed afterwards', async () => {
  const { page } = await world.visitAs('ada');
  const whatIf = page.getByRole('group', { name: 'What if…' });
  await operate(page, 'Expire the access token');
  await whatIf.getByRole('button', { name: 'Go offline' }).click();
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect.poll(() => page.getByRole('link', { name: 'waiting for the network' }).count()).toBe(6);
  expect(world.application.server.counts().refresh).toBe(0);

  await whatIf.getByRole('button', { name: 'Go online' }).click();
  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
  expect(world.application.server.counts().refresh).toBe(1);
  await page.getByRole('banner').getByText('signed in').waitFor();
});
