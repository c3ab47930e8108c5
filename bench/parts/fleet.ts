import { createClient } from 'redis';
import { createSession, restContract } from 'sessionchart';
import { redisStore } from 'sessionchart/redis';
import { startRedis } from '../../test/redis/server.ts';
import { cpuTime } from '../compare.ts';
import type { Part } from '../figure.ts';
import { heapOfEach } from '../heap.ts';
import { baseUrl, createApi } from '../server.ts';

interface User {
  readonly id: string;
}

const users = 10_000;

/** One session for each of ten thousand users in one process, in a Redis on this machine. */
const part: Part = async () => {
  const redis = await startRedis();
  const client = createClient({ url: `redis://127.0.0.1:${redis.port}` });
  await client.connect();
  const store = redisStore<User>(client);
  const { fetch } = createApi();
  const server = restContract<User>({ login: 'login', refresh: 'refresh' });
  const open = (index: number) =>
    createSession<User>({
      baseUrl,
      server,
      store,
      name: `user-${index}`,
      refresh: { proactive: false },
      ky: { fetch },
    });
  const restore = async (index: number) => {
    const session = open(index);
    await session.ready();
    if (!session.getSnapshot().isSignedIn) throw new Error('The session was not restored');
    return session;
  };

  for (let index = 0; index < users; index += 1) {
    using session = open(index);
    await session.login({ name: 'ada' });
  }
  await heapOfEach(200, restore);
  const bytes = await heapOfEach(users, restore);
  const began = cpuTime();
  for (let index = 0; index < users; index += 1) (await restore(index)).dispose();
  const perRequest = ((cpuTime() - began) * 1000) / users;
  const beganBare = cpuTime();
  for (let index = 0; index < users; index += 1) await client.get(`sessionchart:{user-${index}}`);
  const bare = ((cpuTime() - beganBare) * 1000) / users;
  await store.close();
  client.destroy();
  await redis[Symbol.asyncDispose]();
  return [
    {
      name: 'heap of each of 10,000 sessions that were restored',
      value: bytes / 1000,
      unit: 'kB',
      budget: 35,
    },
    {
      name: 'createSession to restored and dispose, on this machine',
      value: perRequest,
      unit: 'µs',
      budget: 600,
    },
    { name: 'the bare read of the record', value: bare, unit: 'µs' },
  ];
};

export default part;
