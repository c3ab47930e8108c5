import { expect, test } from 'vitest';
import { send } from './outcomes.ts';
import { openWorld, within } from './world.ts';

const hour = 3_600;

test('Tabs do not keep refreshing each other’s tokens for an endpoint that always responds with 401', async () => {
  using world = openWorld({ accessTokenLifetime: hour, session: { refresh: { proactive: false } } });
  const tabs = await world.signedIn(3);
  world.server.intercept('api', () => new Response(null, { status: 401 }));
  for (let round = 0; round < 20; round += 1) {
    for (const tab of tabs) expect(await within(world, 1_000, send(tab))).toBe(401);
    await world.clock.advance(200);
  }

  expect(world.refreshTimes()).toHaveLength(1);
});

test('A token that another tab has refreshed can be refreshed again after the cooldown', async () => {
  using world = openWorld({ accessTokenLifetime: hour, session: { refresh: { proactive: false } } });
  const [tab, other] = await world.signedIn(2);
  if (other === undefined) throw new Error('Expected two tabs');
  await within(world, 1_000, tab.session.refresh());
  await world.clock.advance(5_000);
  world.server.expireAccessTokens();

  expect(await within(world, 1_000, send(other))).toBe(200);
  expect(other.calls).toHaveLength(1);
});
