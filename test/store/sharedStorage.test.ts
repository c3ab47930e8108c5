import { expect, test } from 'vitest';
import { asyncStorageStore } from '../../src/index.ts';
import { ada, openWorld, outcomeOf, until, type User } from '../refresh/world.ts';
import { createFakeAsyncStorage } from './fakeAsyncStorage.ts';

test('sends one refresh for two sessions with separate wrappers around one storage', async () => {
  const values = new Map<string, string>();
  const wrap = () => asyncStorageStore<User>(createFakeAsyncStorage(values).storage);
  await using world = await openWorld({ store: wrap(), refresh: { proactive: false } });
  const first = world.session;
  await first.login(ada);
  const second = world.open({ store: wrap() });
  await second.ready();
  expect(second.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'ada' } });
  await world.clock.advance(60_000);
  const outcomes: unknown[] = [];
  for (const session of [first, second]) {
    void outcomeOf(session.fetch('/api/me')).then((outcome) => outcomes.push(outcome));
  }
  await until(() => outcomes.length === 2);

  expect(outcomes).toEqual([200, 200]);
  expect(world.refreshTimes()).toHaveLength(1);
});
