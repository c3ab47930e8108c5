import { describe, expect, test } from 'vitest';
import type { SessionStore } from '../../src/index.ts';
import { outcome, stateOf, type User } from '../session/ending/world.ts';
import { put } from '../store/put.ts';
import { tombstone } from '../store/records.ts';
import { hour, minute, openLimited } from './world.ts';

describe('pages that share a store', () => {
  test('an activity in one extends the session in all, and the warning is taken back in all', async () => {
    await using world = await openLimited({ idle: 15 * minute });
    const { page, clock } = world;
    const other = world.open();
    await clock.advance(10 * minute);
    page.act();
    await clock.advance(10 * minute);
    expect(other.session.getSnapshot()).toMatchObject({ isSignedIn: true, ending: null });
    await clock.advance(4 * minute);
    expect([page, other].map(({ session }) => session.getSnapshot().ending?.reason)).toEqual([
      'idle',
      'idle',
    ]);
    other.limits.stay();
    await clock.advance(0);
    expect([page, other].map(({ session }) => session.getSnapshot().ending)).toEqual([null, null]);
  });

  test('all end together, with the same limit as the reason, and one revokes the tokens', async () => {
    await using world = await openLimited({ idle: 15 * minute });
    const pages = [world.page, world.open(), world.open()];
    await world.clock.advance(15 * minute);
    for (const page of pages) {
      expect(page.session.getSnapshot().status).toBe('loggedOut');
      expect(page.reason()).toMatchObject({ code: 'idle' });
      expect(page.told.map(({ type }) => type)).not.toContain('session.logoutFailed');
    }
    await expect.poll(() => world.asked('/logout')).toBe(1);
  });
});

test.each(['idle', 'lifetime'] as const)(
  'a page without limits shows that the limit `%s` of another page ended the session',
  async (limit) => {
    await using world = await openLimited({ [limit]: hour });
    const other = world.start({ refresh: { proactive: false } });
    await world.clock.advance(hour);
    await expect.poll(() => other.getSnapshot().reason).toMatchObject({ code: limit });
  },
);

test('a limit of no known name in the store is not shown', async () => {
  await using world = await openLimited({ idle: hour });
  const { session } = world.page;
  const { sessionId } = session.actor.getSnapshot().context;
  // @ts-expect-error: a later version may know other limits
  await put(world.store, 'session', tombstone({ sessionId: sessionId ?? '', limit: 'weather' }));
  world.signals.setVisible(false);
  world.signals.setVisible(true);
  await expect.poll(() => session.getSnapshot().status).toBe('loggedOut');

  expect(session.getSnapshot().reason?.code).toBeNull();
});

test('pages whose clocks differ by up to three seconds share the limits, and stop writing', async () => {
  await using world = await openLimited({ idle: 15 * minute, lifetime: hour });
  const { page, clock } = world;
  let writes = 0;
  const store: SessionStore<User> = {
    ...world.store,
    update(key, decide) {
      writes += 1;
      if (writes > 500) throw new Error('The pages write without end');
      return world.store.update(key, decide);
    },
  };
  const others = [1_200, 2_100, 3_000].map((behind) => {
    const late = { ...clock, now: () => clock.now() - behind };
    return world.open({ store, environment: { clock: late, random: () => 0.5, signals: world.signals } });
  });
  for (let passed = 0; passed < 55; passed += 5) {
    await clock.advance(5 * minute);
    for (const { act } of [page, ...others]) act();
  }
  expect(writes).toBeLessThan(300);
  expect(page.session.getSnapshot()).toMatchObject({ isSignedIn: true, ending: null });
  await clock.advance(5 * minute);
  expect(page.reason()).toMatchObject({ type: 'limit.reached', code: 'lifetime' });
});

describe('a reload', () => {
  test.each(['idle', 'lifetime'] as const)('does not reset the limit `%s`', async (limit) => {
    await using world = await openLimited({ [limit]: hour });
    await world.clock.advance(40 * minute);
    world.page.session.dispose();
    const page = world.open();
    await page.session.ready();
    await world.clock.advance(20 * minute);
    expect(page.reason()).toMatchObject({ type: 'limit.reached', code: limit });
  });

  test.each(['reads', 'is slow'])(
    'after the limit ends the session before a request is sent with its token (a store that %s)',
    async (kind) => {
      await using world = await openLimited({ idle: hour });
      world.page.session.dispose();
      world.clock.skip(2 * hour);
      const open = kind === 'is slow' ? world.store.close('read') : () => undefined;
      const page = world.open();
      const asked = outcome(page.session.api.get('api/me', { context: { auth: 'required' } }).json());
      open();
      await asked;
      await expect.poll(() => page.reason()).toMatchObject({ type: 'limit.reached', code: 'idle' });
      expect(stateOf(page.session)).toMatch(/^loggedOut\./);
      expect([world.asked('/api/me'), world.asked('/token')]).toEqual([0, 0]);
    },
  );
});
