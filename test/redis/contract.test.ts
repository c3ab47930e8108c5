import { afterAll, beforeAll, describe } from 'vitest';
import { testsEverything } from '../everything.ts';
import { describeStore } from '../store/storeContract.ts';
import { describeSharing } from '../store/sharingContract.ts';
import { describeUpdate } from '../store/updateContract.ts';
import { encryptedStore, type SessionStore } from '../../src/index.ts';
import type { Person } from '../store/records.ts';
import { clientNames, clients, clusters, sendsTwice, type OpenClient } from './clients.ts';
import { startCluster } from './cluster.ts';
import { createPlaces } from './redisPlace.ts';
import { hasRedis, servers, startRedis } from './server.ts';

/** Opens two clients of one Redis for the tests that follow. */
function usePlaces(
  start: () => Promise<AsyncDisposable & { readonly port: number }>,
  open: (port: number) => Promise<OpenClient>,
  wrap?: (store: SessionStore<Person>) => SessionStore<Person>,
) {
  const stack = new AsyncDisposableStack();
  const opened: OpenClient[] = [];
  const places = createPlaces(opened, wrap);

  beforeAll(async () => {
    const redis = stack.use(await start());
    for (let times = 0; times < 2; times += 1) {
      opened.push(stack.adopt(await open(redis.port), (client) => client.close()));
    }
    stack.use(places);
  });
  afterAll(() => stack.disposeAsync());
  return places;
}

for (const [index, { name: server, path: program }] of servers.entries()) {
  const names = testsEverything || index === 0 ? clientNames : (['redis'] as const);
  describe.skipIf(program === null).each(names)(`On ${server}, with the client %s`, (name) => {
    const { createPlace } = usePlaces(() => startRedis({ program }), clients[name]);
    describeStore('a store in Redis', createPlace);
  });

  const inCluster = testsEverything ? clientNames : index === 0 ? (['redis'] as const) : [];
  describe.skipIf(program === null).each(inCluster)(`On ${server}, with the cluster client %s`, (name) => {
    const { createPlace } = usePlaces(() => startCluster({ program }), clusters[name]);
    describeUpdate('a store in a cluster of three servers', createPlace);
    describeSharing('a store in a cluster of three servers', createPlace);
  });
}

describe.skipIf(!hasRedis)('With a client that sends each script twice', () => {
  const { createPlace } = usePlaces(() => startRedis(), sendsTwice);
  describeSharing('a store in Redis', createPlace);
});

describe.skipIf(!hasRedis)('Encrypted', () => {
  const keys = [new Uint8Array(32).fill(1)];
  const wrap = (store: SessionStore<Person>) => encryptedStore(store, { keys });
  const { createPlace } = usePlaces(() => startRedis(), clients.redis, wrap);
  describeUpdate('a store in Redis', createPlace);
  describeSharing('a store in Redis', createPlace);
});
