import { expect, test } from 'vitest';
import { memoryStore } from '../../src/index.ts';
import { createMarkLock } from '../../src/store/markLock.ts';
import { createManualClock } from '../../src/testing/index.ts';
import { put } from './put.ts';
import { storedSession, type Person } from './records.ts';

async function askTwice(isAtomic: boolean) {
  const clock = createManualClock();
  const store = memoryStore<Person>();
  await put(store, 'session', storedSession());
  const lateness: number[] = [];
  const order: string[] = [];
  const asked = ['one', 'other'].map((name) =>
    createMarkLock({ store, clock, random: () => 0, isAtomic }).lock(
      'session',
      async (lease) => {
        lateness.push(lease.lateness);
        order.push(`${name} began`);
        await Promise.resolve();
        order.push(`${name} ended`);
      },
      { signal: new AbortController().signal, timeout: 5_000 },
    ),
  );
  const startedAt = clock.now();
  let tookFirst: number | null = null;
  void asked[0]?.then(() => (tookFirst = clock.now() - startedAt));
  for (let waited = 0; waited < 20; waited += 1) await clock.advance(50);
  await Promise.all(asked);
  return { lateness, order, tookFirst };
}

test('A mark lock on a store with an atomic update is granted at once, with a lateness of 0', async () => {
  const { lateness, order, tookFirst } = await askTwice(true);

  expect(order).toEqual(['one began', 'one ended', 'other began', 'other ended']);
  expect(lateness).toEqual([0, 0]);
  expect(tookFirst).toBe(0);
});

test('A mark lock on another store is granted after a second read, with the lateness of the store', async () => {
  const { lateness, order, tookFirst } = await askTwice(false);

  expect(order).toHaveLength(4);
  expect(lateness).toEqual([3_100, 3_100]);
  expect(tookFirst).toBeGreaterThanOrEqual(100);
});

test('A mark lock says that it is lost as soon as its mark is too old', async () => {
  const clock = createManualClock();
  const store = memoryStore<Person>();
  await put(store, 'session', storedSession());
  const limits = { signal: new AbortController().signal, timeout: 5_000 };
  const lost = await createMarkLock({ store, clock, random: () => 0, isAtomic: true }).lock(
    'session',
    async (lease) => {
      const before = lease.isLost;
      // The process was stopped.
      await clock.advance(5_000);
      return [before, lease.isLost];
    },
    limits,
  );

  expect(lost).toEqual([false, true]);
});

test.each([2_000, -2_000])('A mark counts for a program whose clock differs by %i ms', async (difference) => {
  const clock = createManualClock();
  const store = memoryStore<Person>();
  await put(store, 'session', storedSession());
  const limits = { signal: new AbortController().signal, timeout: 5_000 };
  const order: string[] = [];
  const lock = (own: Pick<typeof clock, 'now' | 'schedule'>, task: () => Promise<void>) =>
    createMarkLock({ store, clock: own, random: () => 0, isAtomic: true }).lock('session', task, limits);
  const first = lock(clock, async () => {
    await clock.advance(1_000);
    order.push('the first ended');
  });
  const other = { ...clock, now: () => clock.now() + difference };
  const second = lock(other, async () => void order.push('the second began'));
  await first;
  await clock.advance(1_000);
  await second;

  expect(order).toEqual(['the first ended', 'the second began']);
});
