import { expect, test } from 'vitest';
import { createGate } from '../referenceServer/authorities.ts';
import { everythingLoaded, operate, partsOf, useApplication } from './world.ts';

const world = useApplication();

/** The number of concurrent calls of the stockroom. */
const calls = 7;

/** The number of calls that a browser sends to one host at a time. */
const connections = 6;

test('concurrent calls with an expired token are all answered, after one refresh', async () => {
  const { page } = await world.visitAs('ada');
  const { server } = world.application;
  await operate(page, 'Expire the access token');
  let arrived = 0;
  const enoughArrived = createGate();
  server.intercept(
    'api',
    async (_request, next) => {
      arrived += 1;
      if (arrived === connections) enoughArrived.open();
      await enoughArrived.opened;
      return next();
    },
    { times: calls },
  );
  await page.getByRole('button', { name: 'Reload' }).click();

  await expect
    .poll(() => server.counts())
    .toEqual({ login: 1, refresh: 1, logout: 0, api: 3 * calls, refused: calls });
  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
  const answered = () => server.requests.filter(({ kind, status }) => kind === 'api' && status === 200);
  await expect.poll(() => answered().length).toBe(2 * calls);
});

test('the screen stays during a refresh, and new calls wait for it', async () => {
  const { page } = await world.visitAs('ada');
  const { server } = world.application;
  await page.getByLabel('Note').fill('Mind the teeth');
  server.expireAccessTokens();
  const refresh = createGate();
  server.intercept('refresh', async (_request, next) => {
    await refresh.opened;
    return next();
  });
  await page.getByRole('button', { name: 'Reload' }).click();

  await page.getByRole('banner').getByText('refreshing').waitFor();
  await page.getByRole('button', { name: 'Send order' }).click();
  await page.getByRole('button', { name: 'Sending…' }).waitFor();
  expect(await page.getByRole('banner').getByText('ada', { exact: true }).count()).toBe(1);
  expect(await page.getByLabel('Note').inputValue()).toBe('Mind the teeth');
  expect(server.requests.filter(({ path }) => path === '/api/echo')).toEqual([]);

  refresh.open();
  await page.getByText('sent by ada').waitFor();
  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
  expect(server.requests.filter(({ path }) => path === '/api/echo')).toHaveLength(1);
  expect(server.counts().refresh).toBe(1);
});

test('the countdown restarts before it reaches the end', async () => {
  const { page } = await world.visitAs('ada');
  await page.clock.install();
  await page.reload();
  await everythingLoaded(page, 'ada');
  const timer = page.getByRole('banner').getByRole('timer');
  const secondsLeft = async () => Number.parseInt(await timer.innerText(), 10);

  const before = await secondsLeft();
  await page.clock.runFor(5_000);
  await expect.poll(secondsLeft).toBeLessThanOrEqual(before - 5);
  expect(world.application.server.counts().refresh).toBe(0);
  await page.clock.runFor(50_000);
  await expect.poll(secondsLeft).toBeGreaterThan(before - 5);
  expect(world.application.server.counts()).toMatchObject({ refresh: 1, refused: 0 });
});
