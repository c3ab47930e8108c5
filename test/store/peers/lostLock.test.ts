import { describe, expect, test } from 'vitest';
import type { PlatformLock } from '../../../src/store/sharedLock.ts';
import { send, statuses, storedSession } from './outcomes.ts';
import { lifetime, timeout, withhold } from './turns.ts';
import { openWorld, within } from './world.ts';

const patient = {
  session: { refresh: { proactive: false, timeout }, hold: { timeout: 10 * timeout } },
};

/** A lock that can be stolen from its holder, as with `steal`: the holder is told, and its task continues. */
function stealable(): { readonly lock: PlatformLock; steal(): void } {
  let steal = (): void => undefined;
  let last: Promise<unknown> = Promise.resolve();
  return {
    lock: {
      request: (_name, _signal, task) => {
        const stolen = new Promise<never>((_, reject) => {
          steal = () => reject(new DOMException('The lock was stolen', 'AbortError'));
        });
        const held = last.then(() => Promise.race([task(), stolen]));
        last = held.catch(() => undefined);
        return held;
      },
    },
    steal: () => steal(),
  };
}

describe('a lock', () => {
  test('that is stolen during the call does not discard the response, since the refresh token was used', async () => {
    using world = openWorld(patient);
    const { lock, steal } = stealable();
    const [tab] = await world.signedIn(1, { lock });
    const release = withhold(world);
    const refreshed = tab.session.refresh();
    await world.clock.advance(100);
    steal();
    await world.clock.advance(100);
    release();

    await within(world, 1_000, refreshed);
    await within(world, 1_000, tab.session.refresh());
    expect(world.reuses()).toBe(0);
    expect(tab.session.getSnapshot().status).toBe('authenticated');
  });

  test('that is stolen during the call and released does not let another tab call too', async () => {
    using world = openWorld(patient);
    const { lock, steal } = stealable();
    const [tab, other] = await world.signedIn(2, { lock });
    if (other === undefined) throw new Error('Expected two tabs');
    await world.clock.advance(lifetime);
    const release = withhold(world);
    const first = send(tab);
    await world.clock.advance(100);
    steal();
    await world.clock.advance(100);
    const second = send(other);
    await world.clock.advance(1_000);
    expect(world.refreshTimes()).toHaveLength(1);
    release();

    expect(await within(world, 5_000, Promise.all([first, second]))).toEqual([200, 200]);
    expect(world.reuses()).toBe(0);
  });

  test('that becomes free while a tab calls without it does not let another tab call too', async () => {
    using world = openWorld(patient);
    const [tab, other] = await world.signedIn(2);
    if (other === undefined) throw new Error('Expected two tabs');
    const free = world.lock.occupy();
    await world.clock.advance(lifetime);
    const release = withhold(world);
    const first = send(tab);
    await world.clock.advance(5_000);
    const second = send(other);
    await world.clock.advance(4 * timeout - 4_000);
    expect(world.refreshTimes()).toHaveLength(1);
    free();
    await world.clock.advance(1_000);
    release();

    expect(await within(world, 5_000, Promise.all([first, second]))).toEqual([200, 200]);
    expect(world.refreshTimes()).toHaveLength(1);
    expect(statuses(world.tabs)).toEqual(['authenticated', 'authenticated']);
  });

  test('that becomes free while the calling tab dies is used when that call must have ended', async () => {
    using world = openWorld(patient);
    const [tab, other] = await world.signedIn(2);
    if (other === undefined) throw new Error('Expected two tabs');
    const free = world.lock.occupy();
    await world.clock.advance(lifetime);
    world.server.intercept('refresh', () => new Promise<Response>(() => undefined), { times: 1 });
    void send(tab);
    await world.clock.advance(5_000);
    const second = send(other);
    await world.clock.advance(4 * timeout - 4_000);
    tab.life.die();
    free();

    expect(await within(world, timeout, second)).toBe(200);
    expect(other.calls).toHaveLength(1);
  });

  test('that is refused does not let two attempts of one tab overlap', async () => {
    using world = openWorld({ ...patient, way: () => 400 });
    const refused = { request: () => Promise.reject(new DOMException('Not here', 'SecurityError')) };
    const [tab] = await world.signedIn(1, { lock: refused });
    await world.clock.advance(lifetime);
    const sent = send(tab);
    await world.clock.advance(50);
    tab.signals.setOnline(false);
    await world.clock.advance(150);
    tab.signals.setOnline(true);

    expect(await within(world, 10_000, sent)).toBe(200);
    expect(tab.calls).toHaveLength(1);
  });

  test('whose holder is disposed of before the call leaves no mark of that call', async () => {
    using world = openWorld({ ...patient, storeDelay: () => 50, accessTokenLifetime: 600 });
    const [tab] = await world.signedIn(1);
    void tab.session.refresh().catch(() => undefined);
    while (storedSession(world).attempt === undefined) await world.clock.advance(10);
    tab.session.dispose();
    await world.clock.advance(1_000);

    expect(world.refreshTimes()).toEqual([]);
    expect(storedSession(world)).not.toHaveProperty('attempt');
  });
});

test('An attempt that is sent after the network is lost is tracked, and no other is queued behind it', async () => {
  using world = openWorld({
    way: () => 400,
    handOver: () => 100,
    session: { refresh: { proactive: false } },
  });
  const [tab] = await world.signedIn(1);
  await world.clock.advance(lifetime);
  const busy = { status: 429, headers: { 'retry-after': '20' } };
  world.server.intercept('refresh', () => new Response(null, busy), { times: 1 });
  const sent = send(tab);
  await world.clock.advance(50);
  tab.signals.setOnline(false);
  await world.clock.advance(100);
  expect(tab.session.actor.getSnapshot().hasTag('holdsLock')).toBe(true);
  await world.clock.advance(100);
  tab.signals.setOnline(true);

  expect(await within(world, 30_000, sent)).toBe(200);
  expect(tab.calls).toHaveLength(2);
  expect((tab.calls[1] ?? 0) - (tab.calls[0] ?? 0)).toBeGreaterThanOrEqual(20_000);
});
