import { afterAll, beforeAll, describe } from 'vitest';
import { describeStore } from '../store/storeContract.ts';
import { describeSharing } from '../store/sharingContract.ts';
import { describeUpdate } from '../store/updateContract.ts';
import { clientNames, clients, clusters, type OpenClient } from './clients.ts';
import { createPlaces } from './redisPlace.ts';
import { hasRedis, startRedis, type RedisOptions } from './server.ts';

/** Opens two clients of one Redis for the tests that follow. */
function usePlaces(open: (port: number) => Promise<OpenClient>, options?: RedisOptions) {
  const stack = new AsyncDisposableStack();
  const opened: OpenClient[] = [];
  const places = createPlaces(opened);

  beforeAll(async () => {
    const redis = stack.use(await startRedis(options));
    for (let times = 0; times < 2; times += 1) {
      opened.push(stack.adopt(await open(redis.port), (client) => client.close()));
    }
    stack.use(places);
  });
  afterAll(() => stack.disposeAsync());
  return places;
}

describe.skipIf(!hasRedis).each(clientNames)('With the client %s', (name) => {
  describeStore('a store in Redis', usePlaces(clients[name]).createPlace);
});

describe.skipIf(!hasRedis).each(clientNames)('With the cluster client %s', (name) => {
  const { createPlace } = usePlaces(clusters[name], { isCluster: true });
  describeUpdate('a store in a cluster', createPlace);
  describeSharing('a store in a cluster', createPlace);
});
