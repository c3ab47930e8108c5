import { describe, expect, test } from 'vitest';
import { createSession } from '../../../src/index.ts';
import { send, statuses } from './outcomes.ts';
import { lifetime, timeout, withhold } from './turns.ts';
import { openWorld, within, type User } from './world.ts';

describe('a lock that is not granted', () => {
  const patient = {
    session: { refresh: { proactive: false, timeout }, hold: { timeout: 10 * timeout } },
  };

  test('because its holder is frozen is skipped after the longest time that a holder may take', async () => {
    using world = openWorld(patient);
    const [tab] = await world.signedIn(1);
    world.lock.occupy();
    await world.clock.advance(lifetime);
    const refreshed = tab.session.refresh();
    await world.clock.advance(4 * timeout - 1);
    expect(world.refreshTimes()).toEqual([]);

    await within(world, 1_000, refreshed);
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test('to several tabs is skipped by only one of them', async () => {
    using world = openWorld(patient);
    const tabs = await world.signedIn(4);
    world.lock.occupy();
    await world.clock.advance(lifetime);
    await within(world, 5 * timeout, Promise.all(tabs.map(({ session }) => session.refresh())));

    expect(world.refreshTimes()).toHaveLength(1);
    expect(statuses(tabs)).toEqual(tabs.map(() => 'authenticated'));
  });

  test('delays no request beyond its own timeout', async () => {
    using world = openWorld({
      session: { refresh: { proactive: false, timeout }, hold: { timeout: 3_000 } },
    });
    const [tab] = await world.signedIn(1);
    world.lock.occupy();
    await world.clock.advance(lifetime);
    const held = send(tab);
    await world.clock.advance(3_000);

    expect(await held).toBe('ERR_HOLD_TIMEOUT');
    expect(tab.session.getSnapshot().status).toBe('refreshing');
  });

  test('because the platform refuses it is skipped at once, and reported once', async () => {
    using world = openWorld({ session: { refresh: { proactive: false } } });
    const refused = { request: () => Promise.reject(new DOMException('Not here', 'SecurityError')) };
    const tabs = await world.signedIn(2, { lock: refused });
    await world.clock.advance(lifetime);

    expect(await within(world, 2_000, Promise.all(tabs.map(send)))).toEqual([200, 200]);
    expect(world.refreshTimes()).toHaveLength(1);

    await world.clock.advance(lifetime);
    expect(await within(world, 2_000, Promise.all(tabs.map(send)))).toEqual([200, 200]);
    expect(world.refreshTimes()).toHaveLength(2);
    for (const { facts } of tabs) {
      expect(facts.filter((fact) => fact === 'lock.unavailable')).toEqual(['lock.unavailable']);
    }
  });

  test.each(['before the call', 'during the call'])(
    'because its holder dies %s is granted to another tab at once',
    async (when) => {
      using world = openWorld({
        session: { refresh: { proactive: false, timeout } },
        ...(when === 'before the call' && { way: () => 1_000 }),
      });
      const [first, second] = await world.signedIn(2);
      if (second === undefined) throw new Error('Expected two tabs');
      await world.clock.advance(lifetime);
      if (when === 'during the call') {
        world.server.intercept('refresh', () => new Promise(() => undefined), { times: 1 });
      }
      void send(first);
      await world.clock.advance(500);
      const held = send(second);
      await world.clock.advance(100);
      expect(first.session.actor.getSnapshot().hasTag('holdsLock')).toBe(true);
      first.life.die();

      expect(await within(world, 5_000, held)).toBe(200);
    },
  );

  test('is waited for during the holder’s refresh, which may take twelve seconds', async () => {
    using world = openWorld({ session: { refresh: { proactive: false, timeout: 15_000 } } });
    const tabs = await world.signedIn(3);
    const release = withhold(world);
    await world.clock.advance(lifetime);
    const held = Promise.all(tabs.map(send));
    await world.clock.advance(12_000);
    expect(statuses(tabs)).toEqual(['refreshing', 'refreshing', 'refreshing']);
    release();

    expect(await within(world, 1_000, held)).toEqual([200, 200, 200]);
    expect(world.refreshTimes()).toHaveLength(1);
  });
});

test('a session with its own store waits for no other session’s lock', async () => {
  using world = openWorld();
  const [tab] = await world.signedIn(1);
  const alone = createSession<User>({
    baseUrl: world.server.url,
    server: {},
    environment: { clock: world.clock },
  });
  const facts: string[] = [];
  alone.on('lock.unavailable', ({ type }) => facts.push(type));
  await world.clock.advance(1_000);

  expect(facts).toEqual([]);
  expect(tab.facts).not.toContain('lock.unavailable');
  alone.dispose();
});
