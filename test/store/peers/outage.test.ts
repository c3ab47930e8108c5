import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../clock.ts';
import { lost } from './air.ts';
import { send, statuses, storedSession } from './outcomes.ts';
import { openWorld, within, type World, type WorldOptions } from './world.ts';

const lifetime = 60_000;

/** Tabs whose access token has expired, with a refresh endpoint that responds with 503 from now on. */
async function openOutage(count: number, headers: HeadersInit = {}, options: WorldOptions = {}) {
  const world = openWorld({
    session: { refresh: { proactive: false }, hold: { timeout: 26_000 } },
    handOver: () => 50,
    ...options,
  });
  await world.signedIn(count);
  await world.clock.advance(lifetime);
  const repair = world.server.intercept('refresh', () => new Response(null, { status: 503, headers }));
  return { world, repair };
}

const callsOf = ({ refreshTimes }: World) => refreshTimes().map((time) => time - lifetime);

describe.each([
  ['with a lock', {}],
  ['in a slow store', { storeDelay: () => 20 }],
  ['without a lock', { hasLock: false }],
] satisfies [string, WorldOptions][])('ten tabs whose refresh endpoint fails, %s,', (_, options) => {
  test('call it once before `Retry-After` has passed', async () => {
    const { world } = await openOutage(10, { 'retry-after': '20' }, options);
    using _world = world;
    for (const tab of world.tabs) void send(tab);
    await world.clock.advance(19_900);

    expect(callsOf(world)).toHaveLength(1);
  });

  test('call it as often as one tab, and refuse requests at the same time as one tab', async () => {
    const { world: alone } = await openOutage(1, {}, options);
    using _alone = alone;
    expect(await within(alone, 31_000, send(alone.tabs[0] ?? alone.open()))).toBe('ERR_REFRESH_UNAVAILABLE');
    const { world } = await openOutage(10, {}, options);
    using _world = world;
    const outcomes = await within(world, 31_000, Promise.all(world.tabs.map(send)));

    expect(outcomes).toEqual(outcomes.map(() => 'ERR_REFRESH_UNAVAILABLE'));
    // In a slow store, the pause may end while a tab is still reading, so that one more call is made.
    expect(callsOf(world).length).toBeLessThanOrEqual(callsOf(alone).length + 1);
    expect(statuses(world.tabs)).toEqual(world.tabs.map(() => 'authenticated'));
  });

  test('all continue as soon as one of them succeeds', async () => {
    const { world, repair } = await openOutage(10, {}, options);
    using _world = world;
    const held = Promise.all(world.tabs.map(send));
    await world.clock.advance(5_000);
    repair();

    expect(await within(world, 10_000, held)).toEqual(world.tabs.map(() => 200));
    expect(callsOf(world).length).toBeLessThanOrEqual(7);
    expect(storedSession(world)).not.toHaveProperty('failedRefresh');
  });
});

test('A tab that is opened during an outage respects the server’s `Retry-After`', async () => {
  const { world } = await openOutage(1, { 'retry-after': '60' });
  using _world = world;
  const [first] = world.tabs;
  if (first === undefined) throw new Error('Expected a tab');
  expect(await within(world, 1_000, send(first))).toBe('ERR_REFRESH_UNAVAILABLE');
  first.life.die();
  await world.clock.advance(5_000);
  const next = world.open();
  await next.session.ready();

  expect(await within(world, 1_000, send(next))).toBe('ERR_REFRESH_UNAVAILABLE');
  expect(next.calls).toEqual([]);
});

describe('a failed refresh in the store', () => {
  /** Sends a request after this value was written into the record. */
  async function sendAfter(failedRefresh: unknown) {
    using world = openWorld({ session: { refresh: { proactive: false } } });
    const [tab] = await world.signedIn(1);
    await world.clock.advance(lifetime);
    world.store.putText(JSON.stringify({ ...storedSession(world), failedRefresh }));
    return {
      outcome: await within(world, 40_000, send(tab)),
      calls: callsOf(world),
      start: world.clock.now(),
    };
  }

  const now = createManualClock().now() + lifetime;
  const failed = { at: now - 1, retryAt: now + 20_000, isAsked: true, failures: 1, status: 503, code: null };

  test('makes a request wait until its pause has passed', async () => {
    expect(await sendAfter(failed)).toMatchObject({ outcome: 200, calls: [20_000] });
  });

  test.each([
    [
      'that lies in the future, since the clock was set back,',
      { ...failed, at: now + 1, retryAt: now + 3_600_000 },
    ],
    ['that is not an object', 'soon'],
    ['without a time', { ...failed, retryAt: null }],
    ['whose time is not a number', { ...failed, retryAt: 'never' }],
    ['with a negative count', { ...failed, failures: -1 }],
    ['whose pause is over', { ...failed, retryAt: now }],
  ])('%s delays no request', async (_, given) => {
    expect(await sendAfter(given)).toMatchObject({ outcome: 200, calls: [0] });
  });

  test('delays no request for longer than `refresh.maxRetryAfter`', async () => {
    using world = openWorld({ session: { refresh: { proactive: false } } });
    const [tab] = await world.signedIn(1);
    await world.clock.advance(lifetime);
    world.store.putText(
      JSON.stringify({ ...storedSession(world), failedRefresh: { ...failed, retryAt: Number.MAX_VALUE } }),
    );
    expect(await within(world, 1_000, send(tab))).toBe('ERR_REFRESH_UNAVAILABLE');
    await world.clock.advance(300_000);

    expect(await within(world, 1_000, send(tab))).toBe(200);
  });

  test('is found under the lock by a tab whose timer fires: it waits for the pause', async () => {
    using world = openWorld({ fate: lost });
    await world.signedIn(1);
    // The timer fires at 52.5 s.
    await world.clock.advance(52_000);
    const at = world.clock.now();
    const failedRefresh = { ...failed, at, retryAt: at + 20_000 };
    world.store.putText(JSON.stringify({ ...storedSession(world), failedRefresh }));
    await world.clock.advance(30_000);

    expect(world.refreshTimes()).toEqual([72_000]);
  });

  test('that was noted while this tab waited for the lock counts as its own', async () => {
    using world = openWorld({ fate: lost, session: { refresh: { proactive: false, attempts: 1 } } });
    const [tab] = await world.signedIn(1);
    const free = world.lock.occupy();
    const refreshed = tab.session.refresh().catch((error: unknown) => error);
    await world.clock.advance(100);
    const at = world.clock.now();
    const failedRefresh = { ...failed, at, retryAt: at + 250, isAsked: false };
    world.store.putText(JSON.stringify({ ...storedSession(world), failedRefresh }));
    await world.clock.advance(1_000);
    free();

    expect(await within(world, 1_000, refreshed)).toMatchObject({
      code: 'ERR_REFRESH_UNAVAILABLE',
      status: 503,
    });
    expect(world.refreshTimes()).toEqual([]);
  });

  test.each([
    [
      { status: 599, code: 'x'.repeat(64) },
      { status: 599, serverCode: 'x'.repeat(64) },
    ],
    [
      { status: 600, code: 'x'.repeat(65) },
      { status: null, serverCode: null },
    ],
    [
      { status: '503', code: 7 },
      { status: null, serverCode: 7 },
    ],
    [
      { status: 0, code: { text: 'x' } },
      { status: null, serverCode: null },
    ],
  ])('is the reason in the error of a request, as far as it is valid (%j)', async (given, expected) => {
    using world = openWorld({ session: { refresh: { proactive: false } } });
    const [tab] = await world.signedIn(1);
    await world.clock.advance(lifetime);
    const failedRefresh = { ...failed, retryAt: Number.MAX_VALUE, ...given };
    world.store.putText(JSON.stringify({ ...storedSession(world), failedRefresh }));
    const sent = tab.session.fetch('/api/me').catch((error: unknown) => error);

    expect(await within(world, 1_000, sent)).toMatchObject({ code: 'ERR_REFRESH_UNAVAILABLE', ...expected });
  });

  test('that this tab did not hear of counts when its own call fails', async () => {
    using world = openWorld({ fate: lost, session: { refresh: { proactive: false } } });
    const [tab] = await world.signedIn(1);
    world.server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
    const at = world.clock.now();
    const failedRefresh = { ...failed, at: at - 10_000, retryAt: at - 5_000, failures: 3 };
    await world.clock.advance(100);
    world.store.putText(JSON.stringify({ ...storedSession(world), failedRefresh }));
    void tab.session.refresh().catch(() => undefined);
    await world.clock.advance(100);

    expect(storedSession(world)).toMatchObject({ failedRefresh: { failures: 4 } });
  });

  test.each([
    ['is over when', {}, 2],
    ['is over when', { 'retry-after': '0' }, 2],
    ['lasts although', { 'retry-after': '20' }, 1],
  ])('has a pause that %s the network returns to another tab (%j)', async (_, headers, calls) => {
    const { world } = await openOutage(2, headers, { fate: lost, handOver: () => 0 });
    using _world = world;
    const [first, second] = world.tabs;
    if (first === undefined || second === undefined) throw new Error('Expected two tabs');
    void send(first);
    await world.clock.advance(10);
    void send(second);
    await world.clock.advance(10);
    second.signals.setOnline(false);
    second.signals.setOnline(true);
    await world.clock.advance(10);

    expect(callsOf(world)).toHaveLength(calls);
  });
});
