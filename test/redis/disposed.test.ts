import { createClient } from 'redis';
import { describe, expect, test } from 'vitest';
import { redisStore } from '../../src/redis/index.ts';
import { ada, openWorld, type User } from '../refresh/world.ts';
import { hasRedis, startRedis } from './server.ts';

describe.skipIf(!hasRedis)('A session for one request', () => {
  test('that is disposed of during a refresh stores the new tokens for the next request', async () => {
    await using redis = await startRedis();
    const client = createClient({ url: `redis://127.0.0.1:${redis.port}` });
    client.on('error', () => undefined);
    await client.connect();
    await using store = redisStore<User>(client);
    await using world = await openWorld({ store, name: 'ada', refresh: { proactive: false } });
    await world.session.login(ada);
    let answer = (): void => undefined;
    const called = new Promise<void>((resolve) => {
      world.answerRefresh(
        async (_request, next) => {
          resolve();
          await new Promise<void>((release) => (answer = release));
          return next();
        },
        { times: 1 },
      );
    });
    world.server.expireAccessTokens();
    const request = world.session.fetch('/api/me');
    await called;
    world.session.dispose();
    await expect(request).rejects.toMatchObject({ code: 'ERR_SESSION_DISPOSED' });
    answer();
    await expect.poll(async () => store.read('ada')).toMatchObject({ generation: 2 });

    const next = world.open();
    expect((await next.fetch('/api/me')).status).toBe(200);
    expect(world.refreshTimes()).toHaveLength(1);
    client.destroy();
  });
});
