import { mount, unmount } from 'svelte';
import { get } from 'svelte/store';
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import SessionStatus from '../../examples/recipes/SessionStatus.svelte';
import { openPlace } from './place.ts';
import { ada, expire, grace, openWorld, refreshOften } from './world.ts';

async function openProgram() {
  const world = await openWorld();
  const place = openPlace();
  const component = mount(SessionStatus, { target: place.element, props: { session: world.session } });
  const close = () => {
    place[Symbol.dispose]();
    world.dispose();
  };
  return { ...world, component, writes: place.writes, [Symbol.dispose]: close };
}

describe('A Svelte component', () => {
  test('is not updated by ten refreshes', async () => {
    using program = await openProgram();
    await expect.element(page.getByText('ada is signed in')).toBeVisible();
    const before = program.writes();
    await refreshOften(program);

    expect(program.writes()).toBe(before);
    expect(program.server.counts().refresh).toBe(10);
  });

  test('signs out, and in', async () => {
    using _ = await openProgram();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect.element(page.getByText('ada')).not.toBeInTheDocument();
    await page.getByRole('button', { name: 'Sign in' }).click();

    await expect.element(page.getByText('ada is signed in')).toBeVisible();
  });

  test('shows an expired session, and then another user', async () => {
    using program = await openProgram();
    await expire(program);
    await expect.element(page.getByText('ada must sign in again')).toBeVisible();
    await program.session.login(ada);
    await expect.element(page.getByText('ada is signed in')).toBeVisible();
    await expire(program);
    await program.session.login(grace);

    await expect.element(page.getByText('grace is signed in')).toBeVisible();
  });

  test('unsubscribes when it is unmounted', async () => {
    using program = await openProgram();
    expect(program.listeners()).toBe(1);
    await unmount(program.component);

    expect(program.listeners()).toBe(0);
  });
});

test('A session is a Svelte store', async () => {
  using world = await openWorld();

  expect(get(world.session)).toBe(world.session.getSnapshot());
  expect(world.listeners()).toBe(0);
});
