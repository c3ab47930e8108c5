import { describe, expect, test } from 'vitest';
import { send, statuses } from './outcomes.ts';
import { lifetime, timeout, withhold } from './turns.ts';
import { rotating } from '../../referenceServer/contracts/rotating.ts';
import { lost } from './air.ts';
import { createLife } from './life.ts';
import { openWorld, within, type Tab, type World, type WorldOptions } from './world.ts';

/** Two tabs, one of which gets the lock right after the other has written. */
async function handOver(
  options: WorldOptions,
): Promise<{ world: World; outcomes: Promise<unknown>; second: Tab }> {
  const world = openWorld({
    fate: lost,
    storeLateness: 150,
    session: { refresh: { proactive: false } },
    ...options,
  });
  const [first, second] = await world.signedIn(2);
  if (second === undefined) throw new Error('Expected two tabs');
  await world.clock.advance(lifetime);
  const release = withhold(world);
  const one = send(first);
  await world.clock.advance(100);
  const other = send(second);
  await world.clock.advance(100);
  release();
  return { world, outcomes: within(world, 5_000, Promise.all([one, other])), second };
}

test.each(['expired', 'loggedOut'] as const)(
  'A tab that writes “%s” over the new session of another user, which it does not see yet, does not end it',
  async (ended) => {
    const { login, errorCodes } = rotating;
    using world = openWorld({
      storeLateness: 150,
      hasStorageEvents: true,
      session: { server: { ...(login && { login }), ...(errorCodes && { errorCodes }) } },
    });
    const [first, second] = await world.signedIn(2);
    if (second === undefined) throw new Error('Expected two tabs');
    world.server.expireAccessTokens();
    await first.session.adopt({ accessToken: 'of-grace', user: { id: '2', username: 'grace' } });
    if (ended === 'loggedOut') await second.session.logout();
    else expect(await within(world, 100, send(second))).toBe('ERR_SESSION_EXPIRED');
    expect(world.store.record()).toMatchObject({ ended });
    for (let passed = 0; passed < 2; passed += 1) {
      await world.clock.advance(150);
      world.store.tell();
    }

    expect(world.store.record()).toMatchObject({ accessToken: 'of-grace' });
    expect(world.tabs.map(({ session }) => session.getSnapshot().user?.username)).toEqual(['grace', 'grace']);
    expect(first.facts).not.toContain('session.loggedOut');
  },
);

test('A tab that writes refreshed tokens over the new session of another user, which it does not see yet, does not replace it', async () => {
  using world = openWorld({ storeLateness: 150, hasStorageEvents: true });
  const [first, second] = await world.signedIn(2);
  if (second === undefined) throw new Error('Expected two tabs');
  world.server.expireAccessTokens();
  const release = withhold(world);
  const answer = send(second);
  await world.clock.advance(100);
  await first.session.adopt({ accessToken: 'of-grace', user: { id: '2', username: 'grace' } });
  release();
  expect(await within(world, 100, answer)).toBe(200);
  expect(world.store.record()).toMatchObject({ user: { username: 'ada' } });
  for (let passed = 0; passed < 2; passed += 1) {
    await world.clock.advance(150);
    world.store.tell();
  }

  expect(world.store.record()).toMatchObject({ accessToken: 'of-grace' });
  expect(world.tabs.map(({ session }) => session.getSnapshot().user?.username)).toEqual(['grace', 'grace']);
});

describe('A store in which a tab sees the writes of another tab late', () => {
  test('never makes a tab use a refresh token twice, if it has `catchUp`', async () => {
    const { world, outcomes, second } = await handOver({ canCatchUp: true });

    expect(await outcomes).toEqual([200, 200]);
    expect(second.calls).toEqual([]);
    world[Symbol.dispose]();
  });

  test('signs no tab out if the server only refuses the used token', async () => {
    const spare = { reuse: 'refused' };
    const { world, outcomes, second } = await handOver({});
    world.server.intercept('refresh', () => Response.json(spare, { status: 401 }), { times: 1 });

    expect(await outcomes).toEqual([200, 200]);
    expect(second.calls).toHaveLength(1);
    expect(statuses(world.tabs)).toEqual(['authenticated', 'authenticated']);
    world[Symbol.dispose]();
  });

  test.each([
    ['fails', () => Promise.reject(new Error('It cannot tell'))],
    [
      'throws',
      () => {
        throw new Error('It cannot tell');
      },
    ],
    ['never answers', () => new Promise<never>(() => undefined)],
  ])('keeps no tab from refreshing if its `lock` %s', async (_, lock) => {
    using world = openWorld({
      session: { refresh: { proactive: false, timeout }, hold: { timeout: 20 * timeout } },
    });
    const store = { ...world.store.open(createLife()), lock };
    const [tab] = await world.signedIn(1, { store });
    await world.clock.advance(lifetime);

    expect(await within(world, 11 * timeout, send(tab))).toBe(200);
    expect(tab.facts).not.toContain('store.failed');
    expect(tab.facts).toContain('lock.unavailable');
  });
});
