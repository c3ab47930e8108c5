import { Cluster as IoredisCluster, Redis as Ioredis } from 'ioredis';
import { Cluster as IovalkeyCluster, Redis as Iovalkey } from 'iovalkey';
import { createClient, createCluster } from 'redis';
import { describe, expectTypeOf, it } from 'vitest';
import type { SessionStore } from '../../src/index.ts';
import { redisStore, type RedisStore } from '../../src/redis/index.ts';

interface User {
  readonly name: string;
}

describe('redisStore', () => {
  it('takes the clients and clusters of three packages', () => {
    expectTypeOf(redisStore<User>(createClient())).toEqualTypeOf<RedisStore<User>>();
    expectTypeOf(redisStore<User>(createCluster({ rootNodes: [] }))).toExtend<SessionStore<User>>();
    expectTypeOf(redisStore<User>(new Ioredis())).toExtend<SessionStore<User>>();
    expectTypeOf(redisStore<User>(new IoredisCluster([]))).toExtend<SessionStore<User>>();
    expectTypeOf(redisStore<User>(new Iovalkey())).toExtend<SessionStore<User>>();
    expectTypeOf(redisStore<User>(new IovalkeyCluster([]))).toExtend<SessionStore<User>>();
  });

  it('takes neither an address nor the promise of a client', () => {
    // @ts-expect-error -- an address
    redisStore('redis://localhost');
    // @ts-expect-error -- `connect()` was not awaited
    redisStore(createClient().connect());
  });
});
