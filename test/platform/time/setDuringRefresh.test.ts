import { describe, expect, test } from 'vitest';
import { send } from '../../store/peers/outcomes.ts';
import { withhold } from '../../store/peers/turns.ts';
import { openWorld, within } from '../../store/peers/world.ts';

const lifetime = 60_000;

describe.each([
  ['ahead by ten minutes', 600_000],
  ['ahead by half a minute', 30_000],
  ['back by ten minutes', -600_000],
])('a clock that is set %s', (_, jump) => {
  test('while the refresh is in flight refuses no waiting request', async () => {
    using world = openWorld({ session: { refresh: { proactive: false } } });
    const [tab] = await world.signedIn(1);
    await world.clock.advance(lifetime);
    const release = withhold(world);
    const held = send(tab);
    await world.clock.advance(1_000);
    world.device.ahead = jump;
    release();

    expect(await within(world, 1_000, held)).toBe(200);
    expect(await within(world, 1_000, send(tab))).toBe(200);
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test('between two attempts refuses no waiting request', async () => {
    using world = openWorld({ session: { refresh: { proactive: false } } });
    const [tab] = await world.signedIn(1);
    await world.clock.advance(lifetime);
    world.server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 3 });
    const held = send(tab);
    await world.clock.advance(300);
    world.device.ahead = jump;

    expect(await within(world, 10_000, held)).toBe(200);
    expect(world.refreshTimes()).toHaveLength(4);
  });

  test('while requests wait for `Retry-After` refuses neither them nor later ones', async () => {
    using world = openWorld({ session: { refresh: { proactive: false } } });
    const [tab] = await world.signedIn(1);
    await world.clock.advance(lifetime);
    const busy = { status: 503, headers: { 'retry-after': '20' } };
    world.server.intercept('refresh', () => new Response(null, busy), { times: 1 });
    const held = send(tab);
    await world.clock.advance(1_000);
    world.device.ahead = jump;
    const later = send(tab);

    expect(await within(world, 25_000, Promise.all([held, later]))).toEqual([200, 200]);
    expect(world.refreshTimes()).toEqual([lifetime, lifetime + 20_000]);
  });
});

test('A token that expired during sleep is sent once, and refreshed when the server refuses it', async () => {
  using world = openWorld({ session: { refresh: { proactive: false } } });
  const [tab] = await world.signedIn(1);
  await world.clock.advance(lifetime);
  const release = withhold(world);
  const held = send(tab);
  await world.clock.advance(1_000);
  tab.life.freeze();
  release();
  await world.clock.advance(2 * lifetime);
  tab.life.thaw();

  expect(await within(world, 30_000, held)).toSatisfy(
    (outcome) => outcome === 200 || outcome === 'ERR_HOLD_TIMEOUT',
  );
  expect(await within(world, 5_000, send(tab))).toBe(200);
});
