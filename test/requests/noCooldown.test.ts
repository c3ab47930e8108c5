import { expect, test } from 'vitest';
import { openWorld } from './world.ts';

test('with `refresh.cooldown: 0`, a 401 right after a refresh starts another refresh', async () => {
  await using world = await openWorld({ refresh: { cooldown: 0 } });
  await world.session.refresh();
  world.server.expireAccessTokens();

  expect((await world.session.fetch('api/me')).status).toBe(200);
});

test('with a cooldown, that 401 is returned', async () => {
  await using world = await openWorld();
  await world.session.refresh();
  world.server.expireAccessTokens();

  expect((await world.session.fetch('api/me')).status).toBe(401);
});
