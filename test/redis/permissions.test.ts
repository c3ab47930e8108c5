import { createClient } from 'redis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { redisStore } from '../../src/redis/index.ts';
import { ada, openWorld, type User } from '../refresh/world.ts';
import { hasRedis, startRedis } from './server.ts';

/** Opens a client of a Redis user with these rules (ACL), and one that may do everything. */
async function openLimited(rules: readonly string[]) {
  const redis = await startRedis();
  onTestFinished(() => redis[Symbol.asyncDispose]());
  const open = async (user: object) => {
    const client = createClient({ url: `redis://127.0.0.1:${redis.port}`, ...user });
    client.on('error', () => undefined);
    await client.connect();
    onTestFinished(() => client.destroy());
    return client;
  };
  const admin = await open({});
  await admin.sendCommand(['ACL', 'SETUSER', 'shop', 'on', '>secret', '~shop:*', '+@all', ...rules]);
  return { admin, client: await open({ username: 'shop', password: 'secret' }) };
}

describe.skipIf(!hasRedis)('A user of Redis', () => {
  test.each([
    ['the channel', ['resetchannels']],
    ['`SUBSCRIBE`', ['allchannels', '-subscribe']],
    ['`PUBLISH`', ['allchannels', '-publish']],
  ])('without permission for %s can refresh, and the session says so', async (lacks, rules) => {
    const { admin, client } = await openLimited(rules);
    await using store = redisStore<User>(client, { prefix: 'shop:' });
    await using world = await openWorld({ store, name: 'ada', refresh: { proactive: false } });
    const told: string[] = [];
    for (const type of ['channel.unavailable', 'store.failed', 'lock.unavailable'] as const)
      world.session.on(type, () => told.push(type));
    await world.session.login(ada);
    world.server.expireAccessTokens();

    expect((await world.session.fetch('/api/me')).status).toBe(200);
    expect(told).toEqual(lacks === '`PUBLISH`' ? [] : ['channel.unavailable']);
    expect(await admin.get('shop:{ada}')).toContain('"generation":2');
    expect(await admin.exists('shop:{ada}:lock')).toBe(0);
  });
});
