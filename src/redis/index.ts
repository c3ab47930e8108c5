export { redisStore } from './redisStore.ts';

export type { RedisStore, RedisStoreOptions } from './redisStore.ts';
export type { IoredisClient, NodeRedisClient, RedisClient } from './client.ts';
