import { afterAll, beforeAll, describe } from 'vitest';
import { describeStore } from '../store/storeContract.ts';
import { clientNames, clients, type OpenClient } from './clients.ts';
import { createPlaces } from './redisPlace.ts';
import { hasRedis, startRedis } from './server.ts';

describe.skipIf(!hasRedis).each(clientNames)('With the client %s', (name) => {
  const stack = new AsyncDisposableStack();
  const opened: OpenClient[] = [];
  const places = createPlaces(opened);

  beforeAll(async () => {
    const redis = stack.use(await startRedis());
    for (let times = 0; times < 2; times += 1) {
      opened.push(stack.adopt(await clients[name](redis.port), (client) => client.close()));
    }
    stack.use(places);
  });
  afterAll(() => stack.disposeAsync());

  describeStore('a store in Redis', places.createPlace);
});
