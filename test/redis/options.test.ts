import { createClient } from 'redis';
import { describe, expect, test } from 'vitest';
import { isInvalidOptionError } from '../../src/index.ts';
import { redisStore, type RedisClient, type RedisStoreOptions } from '../../src/redis/index.ts';

const message = (create: () => unknown): string | undefined => {
  try {
    create();
  } catch (error) {
    if (isInvalidOptionError(error)) return error.message;
  }
  return 'no error';
};

describe('`redisStore` refuses', () => {
  test.each<[string, unknown, string]>([
    ['nothing', null, 'null'],
    ['an address', 'redis://localhost', 'a string of 17 characters'],
    ['the function that creates a client', createClient, 'create the client first'],
    ['a client of another database', { get: () => null, query: () => null }, 'an object'],
    ['a promise of a client', Promise.resolve(), 'an object'],
  ])('%s in place of a client, and says which clients it takes', (_, client, received) => {
    const text = message(() => redisStore(client as RedisClient));

    expect(text).toContain('`client`');
    expect(text).toContain('`ioredis` or `iovalkey`');
    expect(text).toContain(received);
  });

  test.each<[keyof RedisStoreOptions | 'prefx', unknown]>([
    ['prefix', ''],
    ['prefix', 'shop{1}:'],
    ['timeToLive', 0],
    ['timeToLive', 1_000.5],
    ['lease', 10],
    ['timeout', Number.NaN],
    ['clock', {}],
    ['prefx', 'shop:'],
  ])('the option %s: %j, and names it', (option, value) => {
    const client = createClient();

    expect(message(() => redisStore(client, { [option]: value }))).toContain(option);
  });
});
