import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';
import { ada, openWorld, outcomeOf, until, type User } from '../refresh/world.ts';
import { createBorder } from './gate.ts';
import type { Person } from './records.ts';
import { sqliteStore } from './sqliteStore.ts';
import { describeStore } from './storeContract.ts';

const folder = mkdtempSync(join(tmpdir(), 'sessionchart-'));
let count = 0;
const newPath = () => join(folder, `${(count += 1)}.sqlite`);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeStore('a store over SQLite', () => {
  const border = createBorder();
  const path = newPath();
  return { ...border, open: () => border.before(sqliteStore<Person>(path)) };
});

/** Starts a thread with its own connection. Resolves at its first message. */
function start(path: string, does: 'count' | 'hold', timeout = 1_000): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('sqliteWorker.ts', import.meta.url), {
      workerData: { path, does, timeout },
    });
    worker.once('message', () => resolve(worker));
    worker.once('error', reject);
  });
}

describe('a store over SQLite, in two threads', () => {
  test('loses no update of two hundred', async () => {
    const path = newPath();
    using store = sqliteStore<Person>(path);
    const workers = await Promise.all(Array.from({ length: 4 }, () => start(path, 'count')));
    await Promise.all(workers.map((worker) => worker.terminate()));

    expect(await store.read('session')).toMatchObject({ generation: 200 });
  });

  test('gives its lock to another when the holder dies', async () => {
    const path = newPath();
    using store = sqliteStore<Person>(path);
    const worker = await start(path, 'hold');
    await worker.terminate();
    const { signal } = new AbortController();

    expect(await store.lock('session', async () => 'taken over', { signal, timeout: 1_000 })).toBe(
      'taken over',
    );
  });

  test('says in the lease that its lock was taken away', async () => {
    const path = newPath();
    using store = sqliteStore<Person>(path);
    using other = sqliteStore<Person>(path);
    const { signal } = new AbortController();
    const timeout = 200;
    const isLost = await store.lock(
      'session',
      async (lease) => {
        // The holder blocks its thread for longer than the lock is valid.
        const end = Date.now() + 2 * timeout;
        while (Date.now() < end);
        await other.lock('session', () => new Promise((resolve) => setTimeout(resolve, timeout)), {
          signal,
          timeout,
        });
        return lease.isLost;
      },
      { signal, timeout },
    );

    expect(isLost).toBe(true);
  });
});

test('two sessions over one database make one refresh', async () => {
  const path = newPath();
  using one = sqliteStore<User>(path);
  using other = sqliteStore<User>(path);
  await using world = await openWorld({ store: one, refresh: { proactive: false } });
  await world.session.login(ada);
  const second = world.open({ store: other });
  await second.ready();
  await world.clock.advance(60_000);
  const outcomes: unknown[] = [];
  for (const session of [world.session, second]) {
    void outcomeOf(session.fetch('/api/me')).then((outcome) => outcomes.push(outcome));
  }
  await until(() => outcomes.length === 2);

  expect(outcomes).toEqual([200, 200]);
  expect(world.refreshTimes()).toHaveLength(1);
});
