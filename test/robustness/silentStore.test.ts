import { describe, expect, test } from 'vitest';
import { ada, openWorld, outcomeOf, until, type User } from '../refresh/world.ts';
import { failingStore, failuresOf, type Operation } from './failingStore.ts';

const operations: [Operation[]][] = [[['read']], [['write']], [['read', 'write']]];

describe('a store that never responds', () => {
  const never = () => new Promise<never>(() => undefined);

  test('delays requests for `hold.timeout` at most, and is reported', async () => {
    const broken = failingStore(never, ['read', 'write']);
    broken.break();
    await using world = await openWorld({ store: broken.store });
    const told = failuresOf(world.session);
    const held = outcomeOf(world.session.fetch('/api/public'));
    let isReady = false;
    void world.session.ready().then(() => (isReady = true));
    await world.clock.advance(1_000);
    expect([isReady, world.session.getSnapshot().isRestoring]).toEqual([false, true]);
    await world.clock.advance(29_000);

    expect(isReady).toBe(true);
    expect(await held).toBe(200);
    expect(world.session.getSnapshot()).toMatchObject({ status: 'anonymous', isRestoring: false });
    expect(told).toMatchObject([{ operation: 'read' }]);
  });

  test.each(operations)('does not lose requests that wait for a refresh (%j)', async (which) => {
    const broken = failingStore(never, which);
    await using world = await openWorld({ store: broken.store, refresh: { proactive: false } });
    const told = failuresOf(world.session);
    await world.session.login(ada);
    broken.break();
    await world.clock.advance(60_000);
    let outcome: unknown = null;
    void outcomeOf(world.session.fetch('/api/me')).then((got) => (outcome = got));
    for (let waited = 0; waited < 30 && outcome === null; waited += 1) {
      await world.clock.advance(1_000);
      await until(() => world.server.requests.every(({ status }) => status !== 0));
      await world.clock.advance(0);
    }

    expect(outcome).toBe(200);
    expect(world.refreshTimes()).toHaveLength(1);
    expect(told).toHaveLength(1);
  });

  test('does not delay the refusal of a waiting request after a logout', async () => {
    const broken = failingStore(never, ['read', 'write']);
    broken.break();
    await using world = await openWorld({ store: broken.store });
    const requests = [
      outcomeOf(world.session.fetch('/api/me')),
      outcomeOf(world.session.api.get('api/me')),
      outcomeOf(world.session.fetch('/api/me', { method: 'POST', body: 'order' })),
    ];
    await world.clock.advance(0);
    void world.session.logout();
    const outcomes: unknown[] = [];
    for (const outcome of requests) void outcome.then((got) => outcomes.push(got));
    await world.clock.advance(0);

    expect(outcomes).toMatchObject(requests.map(() => ({ code: 'ERR_LOGGED_OUT' })));
  });

  test('does not prevent signing in and out', async () => {
    const broken = failingStore(never, ['read', 'write']);
    broken.break();
    await using world = await openWorld({ store: broken.store });
    await world.clock.advance(30_000);
    const users: (User | null)[] = [];
    void world.session.login(ada).then((user) => users.push(user));
    await until(() => world.server.requests.some(({ kind, status }) => kind === 'login' && status === 200));
    for (let waited = 0; waited < 30 && users.length === 0; waited += 1) await world.clock.advance(1_000);

    expect(users).toMatchObject([{ username: 'ada' }]);
    void world.session.logout();
    expect(world.session.getSnapshot().status).toBe('loggedOut');
  });
});
