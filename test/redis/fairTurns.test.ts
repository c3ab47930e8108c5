import { createClient } from 'redis';
import { expect, test } from 'vitest';
import { redisStore } from '../../src/redis/index.ts';
import { clients } from './clients.ts';
import { hasRedis, startRedis } from './server.ts';

test.skipIf(!hasRedis)('The lock is granted in the order in which stores have asked for it', async () => {
  await using redis = await startRedis();
  await using stack = new AsyncDisposableStack();
  const limits = { signal: new AbortController().signal, timeout: 60_000 };
  const reader = createClient({ url: `redis://127.0.0.1:${redis.port}` });
  await reader.connect();
  stack.defer(() => reader.destroy());
  const order: number[] = [];
  let release = (): void => undefined;
  const holding = new Promise<void>((resolve) => {
    release = resolve;
  });

  const turns: Promise<unknown>[] = [];
  for (let asked = 0; asked < 5; asked += 1) {
    const { client } = stack.adopt(await clients.redis(redis.port), (opened) => opened.close());
    const store = stack.use(redisStore(client, { prefix: 'fair:' }));
    turns.push(
      store.lock(
        'session',
        async () => {
          order.push(asked);
          if (asked === 0) await holding;
        },
        limits,
      ),
    );
    // The first one holds the lock, and the others wait in the queue.
    if (asked === 0) await expect.poll(() => order).toEqual([0]);
    else await expect.poll(() => reader.lLen('fair:{session}:queue')).toBe(asked);
  }
  release();
  await Promise.all(turns);

  expect(order).toEqual([0, 1, 2, 3, 4]);
});
