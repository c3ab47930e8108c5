import { describe, expect, test } from 'vitest';
import { createSession, type StoredSession } from '../../src/index.ts';
import { lost } from './air.ts';
import { noLock } from './commonLock.ts';
import {
  ada,
  openWorld,
  outcomeOf,
  statuses,
  within,
  type Tab,
  type User,
  type World,
  type WorldOptions,
} from './world.ts';

const lifetime = 60_000;
const timeout = 10_000;

/** Tabs that share a store and no lock, and do not hear of each other either. */
function withoutLock(options: WorldOptions = {}): World {
  const { session, ...rest } = options;
  return openWorld({
    hasLock: false,
    fate: lost,
    session: { ...session, refresh: { proactive: false, timeout, ...session?.refresh } },
    ...rest,
  });
}

function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const request = (tab: Tab) => outcomeOf(tab.session.fetch('/api/me'));
const reasonOf = ({ session }: Tab) => session.getSnapshot().reason;

function storedSession({ store }: World): StoredSession<User> {
  const record = store.record();
  if (record === null || 'ended' in record) throw new Error('There is no session in the store');
  return record;
}

/** Holds back the answers to refresh calls from now on, until they are let go. */
function withhold({ server }: World, times = 1): () => void {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  server.intercept(
    'refresh',
    async (_request, next) => {
      const answer = await next();
      await released;
      return answer;
    },
    { times },
  );
  return () => release();
}

describe('tabs without a lock that are due at the same moment', () => {
  test.each([2, 3, 5])('make one call, %i of them, and all their requests are answered', async (count) => {
    using world = withoutLock({ way: () => 40 });
    const tabs = await world.signedIn(count);
    await world.clock.advance(lifetime);

    expect(await within(world, 5_000, Promise.all(tabs.map(request)))).toEqual(tabs.map(() => 200));
    expect(world.refreshTimes()).toHaveLength(1);
    expect(world.reuses()).toBe(0);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'make one call where the store takes its time and chance decides who is first (%i)',
    async (seed) => {
      const random = numbers(seed);
      using world = withoutLock({ way: () => 40, storeDelay: () => random() * 150, random });
      const tabs = await world.signedIn(5);
      await world.clock.advance(lifetime);

      expect(await within(world, 15_000, Promise.all(tabs.map(request)))).toEqual(tabs.map(() => 200));
      expect(world.refreshTimes()).toHaveLength(1);
    },
  );

  test('make one call for a timer that goes off in all of them', async () => {
    using world = withoutLock({ session: { refresh: { proactive: true } } });
    const tabs = await world.signedIn(5);
    await world.clock.advance(lifetime);

    expect(world.refreshTimes()).toHaveLength(1);
    expect(statuses(tabs)).toEqual(tabs.map(() => 'authenticated'));
  });

  test('wait out a call that takes almost as long as it may', async () => {
    using world = withoutLock({ way: () => 4_900 });
    const tabs = await world.signedIn(3);
    await world.clock.advance(lifetime);
    const held = tabs.map((tab) => tab.session.refresh());
    await within(world, 30_000, Promise.all(held));

    expect(world.refreshTimes()).toHaveLength(1);
    expect(statuses(tabs)).toEqual(['authenticated', 'authenticated', 'authenticated']);
  });

  test('tell once that there is no lock, each of them', async () => {
    using world = withoutLock();
    const tabs = await world.signedIn(2);
    await world.clock.advance(10 * lifetime);
    await within(world, 5_000, Promise.all(tabs.map(request)));

    for (const { facts } of tabs) {
      expect(facts.filter((fact) => fact === 'lock.unavailable')).toEqual(['lock.unavailable']);
    }
  });
});

describe('the loser of a race', () => {
  /** Two tabs of which one has called without leaving a mark, as an older program would. */
  async function race(world: World, winnerTakes: number) {
    const [loser] = await world.signedIn(1);
    const before = storedSession(world);
    const answer = await world.server.fetch(world.server.endpoints.refresh, {
      method: 'POST',
      body: JSON.stringify({ refreshToken: before.refreshToken }),
    });
    const grant = (await answer.json()) as { accessToken: string; refreshToken: string };
    const now = world.clock.now();
    const expiresAt = now + lifetime;
    world.clock.schedule(() => {
      world.store.put({ ...before, ...grant, generation: 2, issuedAt: now, expiresAt });
    }, winnerTakes);
    return { loser, grant };
  }

  test('looks into the store again before it believes that its refresh token was refused', async () => {
    using world = withoutLock();
    const { loser, grant } = await race(world, 2_000);
    await within(world, 5_000, loser.session.refresh());

    expect(world.reuses()).toBe(1);
    expect(await loser.session.accessToken()).toBe(grant.accessToken);
    expect(loser.session.getSnapshot().status).toBe('authenticated');
  });

  test('does so for a bounded time', async () => {
    using world = withoutLock();
    const { loser } = await race(world, 60_000);
    const refreshed = loser.session.refresh().catch((error: unknown) => error);

    expect(await within(world, timeout, refreshed)).toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
    expect(reasonOf(loser)).toMatchObject({ type: 'server.refreshTokenInvalid', status: 401 });
  });
});

describe('the mark of a tab that died in its call', () => {
  test('is waited out no longer than the call could take, and then another one calls', async () => {
    using world = withoutLock();
    const tabs = await world.signedIn(3);
    const [first, ...others] = tabs;
    world.server.intercept('refresh', () => new Promise(() => undefined), { times: 1 });
    await world.clock.advance(lifetime);
    void request(first);
    await world.clock.advance(500);
    first.life.die();
    const held = Promise.all(others.map(request));

    expect(await within(world, timeout + 1_000, held)).toEqual([200, 200]);
    expect(world.refreshTimes()).toHaveLength(2);
  });

  test('says why the server refuses the next one', async () => {
    using world = withoutLock();
    const [first, second] = await world.signedIn(2);
    withhold(world);
    await world.clock.advance(lifetime);
    void request(first);
    await world.clock.advance(500);
    first.life.die();
    const held = request(second ?? first);

    expect(await within(world, 2 * timeout, held)).toBe('ERR_SESSION_EXPIRED');
    expect(reasonOf(second ?? first)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: true });
  });

  test('that was set by a clock which has been set back since holds nobody up', async () => {
    using world = withoutLock();
    const [first, second] = await world.signedIn(2);
    world.server.intercept('refresh', () => new Promise(() => undefined), { times: 1 });
    await world.clock.advance(lifetime);
    void request(first);
    await world.clock.advance(500);
    first.life.die();
    world.device.ahead = -600_000;

    await within(world, 1_000, (second ?? first).session.refresh());
    expect(world.refreshTimes()).toHaveLength(2);
  });
});

describe.each([
  ['with a lock', true],
  ['without one', false],
])('the mark in the store, %s,', (_, hasLock) => {
  const open = (options: WorldOptions = {}) => withoutLock({ hasLock, ...options });

  test('is there while the call is under way, and gone with its answer', async () => {
    using world = open();
    const [tab] = await world.signedIn(1);
    const release = withhold(world);
    const refreshed = tab.session.refresh();
    await world.clock.advance(1_000);

    expect(storedSession(world).attempt).toMatchObject({ id: tab.session.peers.id });
    release();
    await refreshed;
    expect(storedSession(world)).toMatchObject({ generation: 2 });
    expect(storedSession(world)).not.toHaveProperty('attempt');
  });

  test('is taken back when the server has answered that it is not there for anybody', async () => {
    using world = open();
    const [tab] = await world.signedIn(1);
    world.server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
    const refreshed = tab.session.refresh().catch((error: unknown) => error);

    expect(await within(world, 5_000, refreshed)).toMatchObject({ code: 'ERR_REFRESH_UNAVAILABLE' });
    expect(storedSession(world)).not.toHaveProperty('attempt');
  });

  test('stays where the answer was lost', async () => {
    using world = open();
    const [tab] = await world.signedIn(1);
    world.server.intercept('refresh', (_request, next) => next().then(() => Response.error()), { times: 1 });
    await within(
      world,
      5_000,
      tab.session.refresh().catch((error: unknown) => error),
    );

    expect(storedSession(world).attempt).toMatchObject({ id: tab.session.peers.id });
  });

  test('of a lost answer outlives a later call that the server answered with 503', async () => {
    using world = open();
    const [first, second, third] = await world.signedIn(3);
    if (second === undefined || third === undefined) throw new Error('Expected three tabs');
    world.server.intercept('refresh', (_request, next) => next().then(() => Response.error()), { times: 1 });
    await within(
      world,
      5_000,
      first.session.refresh().catch((error: unknown) => error),
    );
    first.life.die();
    await world.clock.advance(timeout);
    world.server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
    await within(
      world,
      5_000,
      second.session.refresh().catch((error: unknown) => error),
    );
    second.life.die();
    await within(
      world,
      30_000,
      third.session.refresh().catch((error: unknown) => error),
    );

    expect(reasonOf(third)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: true });
  });

  test('of another tab that was answered with 503 is no lost answer', async () => {
    using world = open();
    const [first, second] = await world.signedIn(2);
    if (second === undefined) throw new Error('Expected two tabs');
    world.server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
    await within(
      world,
      5_000,
      first.session.refresh().catch((error: unknown) => error),
    );
    world.server.revokeSessions();
    await within(
      world,
      30_000,
      second.session.refresh().catch((error: unknown) => error),
    );

    expect(reasonOf(second)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: false });
  });

  test('tells a program that is started again that the last run lost an answer', async () => {
    using world = open();
    const [first] = await world.signedIn(1);
    withhold(world);
    void first.session.refresh().catch(() => undefined);
    await world.clock.advance(1_000);
    first.life.die();
    await world.clock.advance(3 * lifetime);
    const again = world.open();
    expect(await within(world, 30_000, request(again))).toBe('ERR_SESSION_EXPIRED');

    expect(reasonOf(again)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: true });
  });

  test('is no reason to think so where the server gives new tokens nevertheless', async () => {
    using world = open();
    const [first] = await world.signedIn(1);
    world.server.intercept('refresh', () => Response.error(), { times: 1 });
    await within(
      world,
      5_000,
      first.session.refresh().catch((error: unknown) => error),
    );
    first.life.die();
    await world.clock.advance(lifetime);
    const again = world.open();
    expect(await within(world, 30_000, request(again))).toBe(200);
    world.server.revokeSessions();
    await within(
      world,
      30_000,
      again.session.refresh().catch((error: unknown) => error),
    );

    expect(reasonOf(again)).toMatchObject({ type: 'server.refreshTokenInvalid', answerLost: false });
  });
});

describe('where no mark can be left', () => {
  test('in a store that is full, a tab without a lock refreshes all the same and works from memory', async () => {
    using world = withoutLock({ quota: 0 });
    const tab = world.open();
    await within(world, 1_000, tab.session.login(ada));
    await world.clock.advance(lifetime);

    expect(await within(world, 5_000, request(tab))).toBe(200);
    expect(tab.facts.filter((fact) => fact === 'store.failed')).toHaveLength(1);
  });

  test('in a store that has filled up since, it is no different', async () => {
    using world = withoutLock();
    const [tab] = await world.signedIn(1);
    const { store } = world;
    let isFull = false;
    const life = { ...tab.life };
    const kept = store.open(life);
    const full = world.open({
      store: {
        ...kept,
        write(name, record) {
          if (isFull) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
          return kept.write(name, record);
        },
      },
    });
    tab.life.die();
    isFull = true;
    for (const round of [1, 2, 3]) {
      await world.clock.advance(lifetime);
      expect(await within(world, 5_000, request(full)), `round ${round}`).toBe(200);
    }
    expect(world.refreshTimes()).toHaveLength(3);
  });

  test('in a store that was emptied, it refreshes and stores its session again', async () => {
    using world = withoutLock();
    const [tab] = await world.signedIn(1);
    world.store.clear();
    await world.clock.advance(lifetime);

    expect(await within(world, 5_000, request(tab))).toBe(200);
    expect(storedSession(world)).toMatchObject({ generation: 2, user: { username: 'ada' } });
  });
});

describe('a lock that is not given', () => {
  const patient = {
    session: { refresh: { proactive: false, timeout }, hold: { timeout: 10 * timeout } },
  };

  test('because its holder is frozen, is done without after the longest that a holder may take', async () => {
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

  test('to several tabs is done without by one of them alone', async () => {
    using world = openWorld(patient);
    const tabs = await world.signedIn(4);
    world.lock.occupy();
    await world.clock.advance(lifetime);
    await within(world, 5 * timeout, Promise.all(tabs.map(({ session }) => session.refresh())));

    expect(world.refreshTimes()).toHaveLength(1);
    expect(statuses(tabs)).toEqual(tabs.map(() => 'authenticated'));
  });

  test('holds no request longer than the request has patience', async () => {
    using world = openWorld({
      session: { refresh: { proactive: false, timeout }, hold: { timeout: 3_000 } },
    });
    const [tab] = await world.signedIn(1);
    world.lock.occupy();
    await world.clock.advance(lifetime);
    const held = request(tab);
    await world.clock.advance(3_000);

    expect(await held).toBe('ERR_HOLD_TIMEOUT');
    expect(tab.session.getSnapshot().status).toBe('refreshing');
  });

  test('at once, for a platform refuses it, is done without in the same breath', async () => {
    using world = openWorld({ session: { refresh: { proactive: false } } });
    const refused = { request: () => Promise.reject(new DOMException('Not here', 'SecurityError')) };
    const tabs = await world.signedIn(2, { lock: refused });
    await world.clock.advance(lifetime);

    expect(await within(world, 2_000, Promise.all(tabs.map(request)))).toEqual([200, 200]);
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test.each(['before the call', 'during the call'])(
    'because its holder dies %s, is taken over at once',
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
      void request(first);
      await world.clock.advance(500);
      const held = request(second);
      await world.clock.advance(100);
      expect(first.session.actor.getSnapshot().hasTag('holdsLock')).toBe(true);
      first.life.die();

      expect(await within(world, 5_000, held)).toBe(200);
    },
  );

  test('is waited for as long as the refresh of its holder takes, which may be twelve seconds', async () => {
    using world = openWorld({ session: { refresh: { proactive: false, timeout: 15_000 } } });
    const tabs = await world.signedIn(3);
    const release = withhold(world);
    await world.clock.advance(lifetime);
    const held = Promise.all(tabs.map(request));
    await world.clock.advance(12_000);
    expect(statuses(tabs)).toEqual(['refreshing', 'refreshing', 'refreshing']);
    release();

    expect(await within(world, 1_000, held)).toEqual([200, 200, 200]);
    expect(world.refreshTimes()).toHaveLength(1);
  });
});

test('a session on a store of its own needs no lock in common, and leaves no turn to anybody', async () => {
  using world = openWorld();
  const [tab] = await world.signedIn(1);
  const alone = createSession<User>({
    baseUrl: world.server.url,
    server: {},
    environment: { clock: world.clock, lock: noLock },
  });
  const facts: string[] = [];
  alone.on('lock.unavailable', ({ type }) => facts.push(type));
  await world.clock.advance(1_000);

  expect(facts).toEqual([]);
  expect(tab.facts).not.toContain('lock.unavailable');
  alone.dispose();
});
