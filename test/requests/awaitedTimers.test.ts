import { expect, test, vi } from 'vitest';
import { clients, openRefreshing, openWorld, type World } from './world.ts';

/** Whether each timer with this delay may keep a Node process alive, as the session tells its clock. */
function isAwaited({ clock }: World, delay: number): () => unknown[] {
  const schedule = vi.spyOn(clock, 'schedule');
  return () => schedule.mock.calls.filter(([, wait]) => wait === delay).map(([, , awaited]) => awaited);
}

test.each(clients)('$name keeps a Node process alive until `hold.timeout` is over', async ({ send }) => {
  await using world = await openRefreshing({ hold: { timeout: 4_321 } });
  const timers = isAwaited(world, 4_321);
  const held = send(world.session, 'api/me');
  await world.clock.advance(0);

  expect(timers()).toEqual([true]);
  world.refresh.open();
  await held;
});

test('session.api keeps a Node process alive until the `timeout` of a replay is over', async () => {
  await using world = await openWorld();
  world.server.expireAccessTokens();
  const timers = isAwaited(world, 4_321);
  await world.session.api.get('api/me', { timeout: 4_321 });

  expect(timers()).toEqual([true]);
});

test.each(clients)('$name keeps a Node process alive until `hold.whileStepUp` is over', async ({ send }) => {
  await using world = await openWorld({ hold: { whileStepUp: 4_321 } });
  const timers = isAwaited(world, 4_321);
  const challenge = { 'www-authenticate': 'Bearer error="insufficient_user_authentication"' };
  world.server.intercept('api', () => new Response(null, { status: 401, headers: challenge }));
  const held = send(world.session, 'api/me', { context: { auth: 'required' } });
  await expect.poll(timers).toEqual([true]);
  world.session.cancelStepUp();

  expect((await held).status).toBe(401);
});
