import { describe, expect, test } from 'vitest';
import {
  createSession,
  memoryStore,
  simpleStore,
  type Grant,
  type ServerContract,
  type Clock,
  type SessionStore,
} from '../../../src/index.ts';
import { createTestServer } from '../../../src/testing/index.ts';
import { createManualClock } from '../../clock.ts';
import { put } from '../put.ts';
import { rotating } from '../../referenceServer/contracts/rotating.ts';
import { ada, grace, within, type Credentials, type User } from './world.ts';

/** Sessions of one program that share a store. */
function openProgram() {
  const clock = createManualClock();
  const server = createTestServer({ dialect: 'rotating', now: () => clock.now() });
  const kept = memoryStore<User>();
  const start = (store: SessionStore<User> = kept, contract: ServerContract<User, Credentials> = rotating) =>
    createSession<User, Credentials>({
      baseUrl: server.url,
      server: contract,
      store,
      ky: { fetch: server.fetch, retry: 0 },
      refresh: { proactive: false },
      environment: { clock, random: () => 0.5 },
    });
  const follow = <Value>(what: Promise<Value>) => within({ clock }, 60_000, what);
  return { clock, kept, start, follow };
}

describe('a session that is adopted while another one on its store', () => {
  test.each(['refresh', 'logout'] as const)('is in `%s()` is not overwritten', async (call) => {
    for (let microtasks = 0; microtasks < 12; microtasks += 1) {
      const { clock, kept, start } = openProgram();
      using one = start();
      using other = start();
      await one.login(ada);
      await clock.advance(0);
      void one[call]().catch(() => undefined);
      for (let passed = 0; passed < microtasks; passed += 1) await Promise.resolve();
      await other.adopt({ accessToken: 'of-grace', user: { id: '2', username: 'grace' } });
      await clock.advance(1_000);

      expect([microtasks, other.getSnapshot().user?.username]).toEqual([microtasks, 'grace']);
      expect(kept.read('session')).toMatchObject({ user: { username: 'grace' } });
    }
  });
});

test('a session that is adopted while another one stores its grant is not overwritten', async () => {
  for (let microtasks = 0; microtasks < 60; microtasks += 1) {
    const { clock, kept, start } = openProgram();
    const grants: ((grant: Grant<User>) => void)[] = [];
    const server = { refresh: () => new Promise<Grant<User>>((resolve) => grants.push(resolve)) };
    using one = start(kept, server);
    using other = start(kept, server);
    await one.adopt({ accessToken: 'of-ada', user: { id: '1', username: 'ada' } });
    void one.refresh().catch(() => undefined);
    await clock.advance(1_000);
    grants[0]?.({ accessToken: 'of-ada-too' });
    for (let passed = 0; passed < microtasks; passed += 1) await Promise.resolve();
    await other.adopt({ accessToken: 'of-grace', user: { id: '2', username: 'grace' } });
    await clock.advance(1_000);

    expect([microtasks, other.getSnapshot().user?.username]).toEqual([microtasks, 'grace']);
    expect(kept.read('session')).toMatchObject({ user: { username: 'grace' } });
  }
});

/** A store over a network: it writes at once, but its response may be delayed. */
function openDistant(kept: SessionStore<User>) {
  const late: (() => void)[] = [];
  const distant = { isLate: false, tell: () => late.forEach((tell) => tell()) };
  const open = (clock: Clock) =>
    simpleStore<User>({
      clock,
      read: async (name) => kept.read(name),
      async write(name, record) {
        await put(kept, name, record);
        if (distant.isLate) await new Promise<void>((tell) => late.push(tell));
      },
    });
  return { distant, open };
}

describe('a write that completes long after its timeout', () => {
  test('does not sign out a user who has signed in elsewhere since', async () => {
    const { clock, kept, start, follow } = openProgram();
    const { distant, open } = openDistant(kept);
    using one = start(open(clock));
    await follow(one.ready());
    await follow(one.login(ada));
    distant.isLate = true;
    await follow(one.refresh());
    await follow(one.logout());
    using other = start();
    await follow(other.login(grace));
    distant.tell();
    await clock.advance(1_000);

    expect(await follow(other.fetch('/api/me'))).toMatchObject({ status: 200 });
    expect(kept.read('session')).toMatchObject({ user: { username: 'grace' } });
  });
});
