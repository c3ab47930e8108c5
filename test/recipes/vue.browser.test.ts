import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { computed, createApp, defineComponent, h } from 'vue';
import { useSession } from '../../examples/recipes/vue.ts';
import { openPlace } from './place.ts';
import { ada, expire, grace, openWorld, refreshOften } from './world.ts';

/** An application that shows the user, and whether to sign in again. */
async function openProgram() {
  const world = await openWorld();
  const place = openPlace();
  let renders = 0;
  const UserName = defineComponent({
    setup() {
      const view = useSession(world.session);
      const user = computed(() => view.value.user);
      return () => {
        renders += 1;
        return h('p', user.value?.username ?? 'nobody');
      };
    },
  });
  const Status = defineComponent({
    setup() {
      const view = useSession(world.session);
      return () => h('p', { role: 'status' }, view.value.status);
    },
  });
  const app = createApp(() => [h(UserName), h(Status)]);
  app.mount(place.element);
  const close = () => {
    place[Symbol.dispose]();
    world.dispose();
  };
  return { ...world, app, renders: () => renders, [Symbol.dispose]: close };
}

describe('A Vue component', () => {
  test('that shows the user does not re-render during ten refreshes', async () => {
    using program = await openProgram();
    await expect.element(page.getByText('ada')).toBeVisible();
    await refreshOften(program);
    await expect.element(page.getByText('authenticated')).toBeVisible();

    expect(program.renders()).toBe(1);
  });

  test('shows a user, an expired session, and no user', async () => {
    using program = await openProgram();
    await expire(program);
    await expect.element(page.getByRole('status')).toHaveTextContent('expired');
    await expect.element(page.getByText('ada')).toBeVisible();
    await program.session.login(ada);
    await expect.element(page.getByRole('status')).toHaveTextContent('authenticated');
    expect(program.renders()).toBe(1);

    await program.session.logout();
    await expect.element(page.getByText('nobody')).toBeVisible();
    await program.session.login(grace);
    await expect.element(page.getByText('grace')).toBeVisible();
  });

  test('unsubscribes when it is unmounted', async () => {
    using program = await openProgram();
    expect(program.listeners()).toBe(2);
    program.app.unmount();

    expect(program.listeners()).toBe(0);
  });
});
