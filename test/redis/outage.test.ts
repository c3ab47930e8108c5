import { describe, expect, test } from 'vitest';
import { openFleet, type Fleet, type Instance } from './fleet/fleet.ts';
import { hasRedis } from './server.ts';

const good = { outcomes: [200, 200], statuses: ['authenticated'], reasons: [] };

function two({ instances: [first, second] }: Fleet): readonly [Instance, Instance] {
  if (first === undefined || second === undefined) throw new Error('There are two instances');
  return [first, second];
}

describe.skipIf(!hasRedis)('Redis', () => {
  test('that is killed while a refresh is with the server gets its tokens after the restart', async () => {
    await using fleet = await openFleet({ lease: 1_000, timeout: 2_000 });
    const [first, second] = two(fleet);
    fleet.server.intercept(
      'refresh',
      async (_request, next) => {
        await fleet.redis.kill();
        return next();
      },
      { times: 1 },
    );
    fleet.server.expireAccessTokens();
    const during = await first.ask({ does: 'send', count: 2 });
    expect(during).toMatchObject(good);
    expect(during.failures).toEqual(['store.failed']);
    await fleet.redis.restart();

    expect(await second.ask({ does: 'send', count: 2 })).toMatchObject(good);
    expect(fleet.refreshes()).toEqual([200]);
  });

  test('that responds to nothing delays no request with a valid token for long, and a refresh until it responds', async () => {
    await using fleet = await openFleet({ lease: 1_000 });
    fleet.redis.freeze();
    for (const report of await fleet.ask({ does: 'send', count: 2 })) {
      expect(report).toMatchObject(good);
      // A request that waits for the store is held for 30 seconds.
      expect(report.took).toBeLessThan(20_000);
    }
    fleet.server.expireAccessTokens();
    const waiting = fleet.ask({ does: 'send', count: 2 });
    // The server has refused tokens, and no refresh is possible.
    const refused = () => fleet.server.requests.filter(({ status }) => status === 401);
    await expect.poll(() => refused().length).toBeGreaterThan(0);
    expect(fleet.refreshes()).toEqual([]);
    fleet.redis.thaw();

    for (const report of await waiting) expect(report).toMatchObject(good);
    expect(fleet.refreshes()).toEqual([200]);
  });

  test('that cuts all connections during a refresh loses no tokens', async () => {
    await using fleet = await openFleet();
    fleet.server.intercept(
      'refresh',
      async (_request, next) => {
        await fleet.redis.cut();
        return next();
      },
      { times: 1 },
    );
    fleet.server.expireAccessTokens();

    for (const report of await fleet.ask({ does: 'send', count: 2 })) expect(report).toMatchObject(good);
    expect(fleet.refreshes()).toEqual([200]);
  });

  test('gives the lock of a process that is killed to another one', async () => {
    await using fleet = await openFleet({ lease: 1_000 });
    const [first, second] = two(fleet);
    fleet.server.intercept(
      'refresh',
      () => {
        first.child.kill('SIGKILL');
        return Response.error();
      },
      { times: 1 },
    );
    fleet.server.expireAccessTokens();
    const lost = first.ask({ does: 'send', count: 2 });
    await expect(lost).rejects.toThrow('SIGKILL');

    expect(await second.ask({ does: 'send', count: 2 })).toMatchObject(good);
  });
});
