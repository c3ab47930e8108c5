import { describe, expect, test } from 'vitest';
import { lost } from '../../store/peers/air.ts';
import { send, storedSession } from '../../store/peers/outcomes.ts';
import { openWorld, within } from '../../store/peers/world.ts';
import { due, hours, long, sleep, wake } from './day.ts';

describe('a tab that wakes after hours', () => {
  test('makes no call if another tab has refreshed in the meantime, even if it missed the message', async () => {
    using world = openWorld({ ...long, fate: lost });
    const [asleep, awake] = await world.signedIn(2);
    if (awake === undefined) throw new Error('Expected two tabs');
    await sleep(world, [asleep], 6 * hours);
    const calls = world.refreshTimes().length;
    wake([asleep]);
    await world.clock.advance(1_000);

    expect(asleep.calls).toEqual([]);
    expect(world.refreshTimes()).toHaveLength(calls);
    expect(await asleep.session.accessToken()).toBe(await awake.session.accessToken());
  });

  test('does the same with a slow store', async () => {
    using world = openWorld({ ...long, fate: lost, storeDelay: () => 20 });
    const [asleep, awake] = await world.signedIn(2);
    if (awake === undefined) throw new Error('Expected two tabs');
    await sleep(world, [asleep], 6 * hours);
    wake([asleep]);
    await world.clock.advance(1_000);

    expect(asleep.calls).toEqual([]);
    const token = within(world, 1_000, asleep.session.accessToken());
    expect(await token).toBe(storedSession(world).accessToken);
  });

  test('notices that it was signed out, and sends nothing', async () => {
    using world = openWorld({ ...long, fate: lost });
    const [asleep, awake] = await world.signedIn(2);
    await sleep(world, [asleep], hours);
    await awake?.session.logout();
    const before = world.server.requests.length;
    wake([asleep]);
    await world.clock.advance(1_000);

    expect(asleep.session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
    expect(world.server.requests).toHaveLength(before);
  });

  test('and was frozen while it read the store is never shown as signed out', async () => {
    using world = openWorld({ ...long, storeDelay: () => 20 });
    await world.signedIn(1);
    const tab = world.open();
    const shown: string[] = [];
    tab.session.subscribe(({ isRestoring, status }) => shown.push(isRestoring ? 'restoring' : status));
    await sleep(world, [tab], hours);
    wake([tab]);
    await world.clock.advance(1_000);

    expect([...new Set(shown)]).toEqual(['restoring', 'authenticated']);
  });

  test.each([2, 12, 50])(
    'makes one call for all %i sleeping tabs, and sends all their requests',
    async (count) => {
      using world = openWorld({ ...long, way: () => 40 });
      const tabs = await world.signedIn(count);
      await sleep(world, tabs, 6 * hours);
      wake(tabs);
      const held = Promise.all(tabs.map(send));

      expect(await within(world, 5_000, held)).toEqual(tabs.map(() => 200));
      expect(world.refreshTimes()).toHaveLength(1);
      expect(world.server.counts().refused).toBe(0);
    },
  );

  test('sends no expired token, whether the request or the signal comes first', async () => {
    using world = openWorld({ ...long, session: { refresh: { proactive: false } } });
    const [tab] = await world.signedIn(1);
    await sleep(world, [tab], 6 * hours);
    tab.life.thaw();

    expect(await within(world, 1_000, send(tab))).toBe(200);
    expect(world.server.counts()).toMatchObject({ refresh: 1, refused: 0 });
  });

  test('during a pause between two attempts makes the next one at once', async () => {
    using world = openWorld({ ...long, random: () => 0.99 });
    const [tab] = await world.signedIn(1);
    const stop = world.server.intercept('refresh', () => new Response(null, { status: 503 }));
    await world.clock.advance(899_000 + 3_000);
    stop();
    await sleep(world, [tab], hours);
    wake([tab]);
    await world.clock.advance(1_000);

    expect(tab.session.getSnapshot()).toMatchObject({ status: 'authenticated', error: null });
    expect(await send(tab)).toBe(200);
  });

  test('does not shorten a `Retry-After` of the server', async () => {
    using world = openWorld(long);
    const [tab] = await world.signedIn(1);
    world.server.intercept(
      'refresh',
      () => new Response(null, { status: 503, headers: { 'retry-after': '280' } }),
      {
        times: 1,
      },
    );
    await world.clock.advance(due);
    expect(world.refreshTimes()).toEqual([due]);
    for (let n = 0; n < 20; n += 1) {
      await world.clock.advance(10_000);
      tab.signals.wake();
      tab.signals.setVisible(n % 2 === 0);
    }
    expect(world.refreshTimes()).toEqual([due]);
    tab.signals.setVisible(true);
    await world.clock.advance(600_000);

    expect(world.refreshTimes()).toEqual([due, due + 280_000]);
  });
});
