import { createRenderEffect } from 'solid-js';
import { render } from 'solid-js/web';
import { describe, expect, test } from 'vitest';
import { createUser, createView } from '../../examples/recipes/solid.ts';
import { openPlace } from './place.ts';
import { ada, expire, grace, openWorld, refreshOften } from './world.ts';

/** An application that shows the user and the status. */
async function openProgram() {
  const world = await openWorld();
  const place = openPlace();
  let renders = 0;
  const unmount = render(() => {
    const user = createUser(world.session);
    const view = createView(world.session);
    const name = document.createElement('p');
    const status = document.createElement('p');
    createRenderEffect(() => {
      renders += 1;
      name.textContent = user()?.username ?? 'nobody';
    });
    createRenderEffect(() => {
      status.textContent = view().status;
    });
    return [name, status];
  }, place.element);
  const close = () => {
    place[Symbol.dispose]();
    world.dispose();
  };
  const texts = () => [...place.element.children].map(({ textContent }) => textContent);
  return { ...world, unmount, texts, renders: () => renders, [Symbol.dispose]: close };
}

describe('A Solid component', () => {
  test('that shows the user does not run again during ten refreshes', async () => {
    using program = await openProgram();
    await refreshOften(program);

    expect(program.texts()).toEqual(['ada', 'authenticated']);
    expect(program.renders()).toBe(1);
  });

  test('shows a user, an expired session, and no user', async () => {
    using program = await openProgram();
    await expire(program);
    expect(program.texts()).toEqual(['ada', 'expired']);
    await program.session.login(ada);
    expect(program.texts()).toEqual(['ada', 'authenticated']);
    expect(program.renders()).toBe(1);

    await program.session.logout();
    expect(program.texts()).toEqual(['nobody', 'loggedOut']);
    await program.session.login(grace);
    expect(program.texts()).toEqual(['grace', 'authenticated']);
  });

  test('unsubscribes when it is unmounted', async () => {
    using program = await openProgram();
    expect(program.listeners()).toBe(2);
    program.unmount();

    expect(program.listeners()).toBe(0);
  });
});
