import { createClient } from 'redis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { redisStore } from '../../src/redis/index.ts';
import { ada, openWorld, type User } from '../refresh/world.ts';
import { hasRedis, startRedis } from './server.ts';

const id = '0'.repeat(32);

async function openClient() {
  const redis = await startRedis();
  onTestFinished(() => redis[Symbol.asyncDispose]());
  const client = createClient({ url: `redis://127.0.0.1:${redis.port}` });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.destroy());
  return client;
}

describe.skipIf(!hasRedis)('A text in Redis that is no record of this version', () => {
  test.each([
    ['a record of a later version', `${id} {"version":99,"sessionId":"later"}`],
    ['JSON of another program', '{"token":1}'],
    ['text in another script', '세션'.repeat(40)],
    ['an id in capitals', `${'A'.repeat(32)} {}`],
    ['a short text', 'a b'],
  ])('is left alone until a user signs in: %s', async (_, text) => {
    const client = await openClient();
    const key = 'sessionchart:{ada}';
    await client.set(key, text);
    await using store = redisStore<User>(client);
    await using world = await openWorld({ store, name: 'ada' });
    await world.session.ready();
    expect(world.session.getSnapshot().status).toBe('anonymous');
    expect(await world.session.fetch('/api/me').then(({ status }) => status, String)).toBe(401);
    await world.session.logout();
    expect(await client.get(key)).toBe(text);

    await world.session.login(ada);
    expect(await store.read('ada')).toMatchObject({ generation: 1, user: { username: 'ada' } });
  });

  test('is left alone if it is not even a text, and the session works from memory', async () => {
    const client = await openClient();
    const key = 'sessionchart:{ada}';
    await client.lPush(key, 'work');
    await using store = redisStore<User>(client);
    await using world = await openWorld();
    const session = world.open({ store, name: 'ada' });
    const failed = new Promise<string>((resolve) => {
      session.on('store.failed', ({ operation }) => resolve(operation));
    });
    await session.login(ada);

    expect((await session.fetch('/api/me')).status).toBe(200);
    await world.clock.advance(0);
    expect(await failed).toBe('read');
    expect(await client.lRange(key, 0, -1)).toEqual(['work']);
  });
});
