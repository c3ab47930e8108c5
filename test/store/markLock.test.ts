import { expect, test } from 'vitest';
import { memoryStore, type SessionStore, type StoredRecord } from '../../src/index.ts';
import { createMarkLock } from '../../src/store/markLock.ts';
import { createManualClock } from '../../src/testing/index.ts';
import { createGate } from '../referenceServer/authorities.ts';
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

/** Opens sessions on a store, each of which can hold the lock. */
async function openHolders(lockedBy?: unknown) {
  const clock = createManualClock();
  const store = memoryStore<Person>();
  // @ts-expect-error: another program may have written a mark of another form
  await put(store, 'session', storedSession({ lockedBy }));
  const order: string[] = [];
  return {
    clock,
    order,
    /** Asks for the lock. Returns a function that ends the task. */
    ask(name: string) {
      const gate = createGate();
      const task = async () => {
        order.push(`${name} began`);
        await gate.opened;
      };
      const limits = { signal: new AbortController().signal, timeout: 5_000 };
      const marks = createMarkLock({ store, clock, random: () => 0, isAtomic: true });
      const asked = marks.lock('session', task, limits);
      return async () => {
        gate.open();
        await asked;
      };
    },
  };
}

test('A session whose mark is too old does not remove the mark of the next one', async () => {
  const { clock, order, ask } = await openHolders();
  const endFirst = ask('first');
  await clock.advance(5_000);
  const endSecond = ask('second');
  await clock.advance(200);
  await endFirst();
  const endThird = ask('third');
  await clock.advance(400);
  expect(order).toEqual(['first began', 'second began']);
  await endSecond();
  await clock.advance(400);

  expect(order).toEqual(['first began', 'second began', 'third began']);
  await endThird();
});

const now = createManualClock().now();

test.each([
  [null],
  ['x'],
  [{}],
  [{ at: now }],
  [{ id: 'x' }],
  [{ id: 'x', at: String(now) }],
  [{ id: 'x', at: now - 5_000 }],
  [{ id: 'x', at: now + 5_000 }],
])('The mark %j keeps no session from the lock', async (lockedBy) => {
  const { clock, order, ask } = await openHolders(lockedBy);
  const end = ask('first');
  await clock.advance(0);

  expect(order).toEqual(['first began']);
  await end();
});

test('A session that waits while another one stores new tokens is told at once that the lock is not needed', async () => {
  const clock = createManualClock();
  const store = memoryStore<Person>();
  await put(store, 'session', storedSession({ lockedBy: { id: 'another', at: clock.now() } }));
  const limits = { signal: new AbortController().signal, timeout: 5_000 };
  const marks = createMarkLock({ store, clock, random: () => 0, isAtomic: true });
  const asked = marks.lock('session', (lease) => Promise.resolve(lease.isLost), limits);
  await clock.advance(0);
  await put(store, 'session', storedSession({ generation: 4, lockedBy: { id: 'another', at: clock.now() } }));
  await clock.advance(200);

  expect(await asked).toBe(true);
});

test('Two sessions that write their marks in the same moment get the lock one after another', async () => {
  const clock = createManualClock();
  let record: StoredRecord<Person> | null = storedSession();
  const pass = (time: number) => new Promise<void>((resolve) => void clock.schedule(resolve, time));
  const store: Pick<SessionStore<Person>, 'read' | 'update'> = {
    read: () => record,
    async update(_key, decide) {
      const next = decide(record);
      await pass(50);
      if (next !== undefined) record = next;
      return record;
    },
  };
  const order: string[] = [];
  const limits = { signal: new AbortController().signal, timeout: 5_000 };
  const asked = ['one', 'other'].map(() =>
    createMarkLock({ store, clock, random: () => 0 }).lock(
      'session',
      async () => {
        order.push('began');
        await pass(300);
        order.push('ended');
      },
      limits,
    ),
  );
  for (let waited = 0; waited < 60; waited += 1) await clock.advance(50);
  await Promise.all(asked);

  expect(order).toEqual(['began', 'ended', 'began', 'ended']);
});
