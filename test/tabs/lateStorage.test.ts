import { expect, test } from 'vitest';
import { withLateStorage } from './faults.ts';
import { useTabs } from './world.ts';

const world = useTabs();

test('A tab that gets the lock before it sees the previous holder’s write uses no refresh token twice', async () => {
  const options = { refresh: { proactive: false, cooldown: 0 } };
  const { tab, open } = await world.alone(options);
  const late = await open({ ...options, faults: [withLateStorage] });
  world.server.expireAccessTokens();
  const call = world.tokenEndpoint.withhold('call');
  await tab.start();
  await call.arrived;
  await late.start();
  await expect
    .poll(() => late.page.evaluate(async () => (await navigator.locks.query()).pending?.length))
    .toBe(1);
  call.release();

  await expect
    .poll(async () => [...(await tab.outcomes()), ...(await late.outcomes())])
    .toEqual(['200 ada', '200 ada']);
  expect(world.tokenEndpoint).toMatchObject({ calls: 1, repeated: 0 });
  expect(await late.told('session.expired')).toBe(0);
});

test('A tab that changes the user before it sees the newer tokens of another one uses no refresh token twice', async () => {
  const options = { refresh: { proactive: false, cooldown: 0 } };
  const { tab, open } = await world.alone(options);
  const late = await open({ ...options, faults: [withLateStorage] });
  world.server.expireAccessTokens();
  await tab.start();
  await expect.poll(() => tab.outcomes()).toEqual(['200 ada']);
  // Meanwhile the other tab cannot store its tokens again.
  const shown = tab.page.waitForEvent('dialog');
  void tab.page.evaluate(() => alert('This blocks the page')).catch(() => undefined);
  const dialog = await shown;
  // As many writes as those of the refresh.
  await late.page.evaluate(() => window.page.rename('Ada'));
  await late.page.evaluate(() => window.page.rename('Ada L.'));
  await late.start();

  await expect.poll(() => late.outcomes()).toEqual(['200 ada']);
  await dialog.accept();
  expect(world.tokenEndpoint).toMatchObject({ calls: 1, repeated: 0 });
});
