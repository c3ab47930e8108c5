import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import { createCheckout } from '../../examples/recipes/xstate.ts';
import { ada, expire, grace, openWorld, refreshOften, type World } from './world.ts';

/** The states of a machine that follows the session. */
function start(world: World) {
  const checkout = createActor(createCheckout(world.session)).start();
  const states: string[] = [checkout.getSnapshot().value];
  checkout.subscribe(({ value }) => {
    if (value !== states.at(-1)) states.push(value);
  });
  return { checkout, states };
}

test('A machine with a session as its actor has the user from the start, and keeps it', async () => {
  using world = await openWorld();
  const { checkout, states } = start(world);
  await refreshOften(world);
  await expire(world);
  await world.session.login(ada);

  expect(states).toEqual(['payment']);
  expect(checkout.getSnapshot().context.user).toBe(world.session.getSnapshot().user);
});

test('it goes back at a sign-out, and continues with the next user', async () => {
  using world = await openWorld();
  const { checkout, states } = start(world);
  await world.session.logout();
  await world.session.login(grace);

  expect(states).toEqual(['payment', 'identification', 'payment']);
  expect(checkout.getSnapshot().context.user).toMatchObject({ username: 'grace' });
});

test('it unsubscribes when it is stopped', async () => {
  using world = await openWorld();
  const { checkout } = start(world);
  expect(world.listeners()).toBe(1);
  checkout.stop();

  expect(world.listeners()).toBe(0);
});
