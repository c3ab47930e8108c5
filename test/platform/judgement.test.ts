import { expect, test } from 'vitest';
import { openWorld } from '../store/peers/world.ts';

/** In seconds. */
const accessTokenLifetime = 900;

test('a page that always counts as visible refreshes ahead of time', async () => {
  using world = openWorld({ accessTokenLifetime });
  const [tab] = await world.signedIn(1);
  tab.signals.isVisible = () => true;
  tab.signals.setVisible(false);
  await world.clock.advance(accessTokenLifetime * 1_000);

  expect(world.refreshTimes()).toHaveLength(1);
});

test('a page that is shown notices that the network is back, even without an event', async () => {
  using world = openWorld({ accessTokenLifetime });
  const [tab] = await world.signedIn(1);
  tab.signals.setVisible(false);
  tab.signals.setOnline(false);
  await world.clock.advance(accessTokenLifetime * 1_000);
  tab.signals.isOnline = () => true;
  tab.signals.setVisible(true);
  await world.clock.advance(1_000);

  expect(world.refreshTimes()).toHaveLength(1);
  expect(tab.session.getSnapshot().status).toBe('authenticated');
});
