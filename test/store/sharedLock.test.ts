import { expect, test, vi } from 'vitest';
import { memoryStore, type Lease } from '../../src/index.ts';
import { createMarkLock } from '../../src/store/markLock.ts';
import { createSharedLock, type PlatformLock } from '../../src/store/sharedLock.ts';
import { createManualClock } from '../../src/testing/index.ts';
import { createGate } from '../referenceServer/authorities.ts';
import { put } from './put.ts';
import { storedSession, type Person } from './records.ts';

const timeout = 5_000;

/** A lock whose platform behaves as given. */
async function openLock(request: PlatformLock['request']) {
  const clock = createManualClock();
  const store = memoryStore<Person>();
  await put(store, 'session', storedSession());
  const onRefused = vi.fn();
  const marks = createMarkLock({ store, clock, random: () => 0 });
  const nameOf = (key: string) => `a name for ${key}`;
  const lock = createSharedLock({ platform: { request }, marks, clock, nameOf, lateness: 300, onRefused });
  const end = new AbortController();
  return {
    clock,
    store,
    onRefused,
    abort: (reason: Error) => end.abort(reason),
    ask: <Result>(task: (lease: Lease) => Promise<Result>) =>
      lock('session', task, { signal: end.signal, timeout }),
  };
}

const grant: PlatformLock['request'] = (_name, _signal, task) => task();

/** A platform whose holder never ends. */
const wait: PlatformLock['request'] = (_name, signal) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

test('The lock of a task that takes longer than four timeouts is lost', async () => {
  const { clock, ask } = await openLock(grant);
  const lost = await ask(async (lease) => {
    const { lateness } = lease;
    await clock.advance(4 * timeout - 1);
    const before = lease.isLost;
    await clock.advance(1);
    return [lateness, before, lease.isLost];
  });

  expect(lost).toEqual([300, false, true]);
});

test('A task whose lock the platform takes away continues under a mark, and knows it', async () => {
  const taken = createGate();
  const { store, ask } = await openLock(async (_name, _signal, task) => {
    void task();
    await taken.opened;
    throw new DOMException('Stolen', 'AbortError');
  });
  const result = await ask(async (lease) => {
    taken.open();
    await new Promise(setImmediate);
    return [lease.isLost, lease.lateness, await store.read('session')];
  });

  expect(result).toEqual([true, 3_100, expect.objectContaining({ lockedBy: expect.anything() as unknown })]);
  expect(await store.read('session')).toEqual(storedSession());
});

test('A wait that is aborted rejects with the reason: no mark is set, and the platform has not refused the lock', async () => {
  const { abort, ask, onRefused } = await openLock(wait);
  const task = vi.fn(() => Promise.resolve());
  const asked = ask(task);
  await Promise.resolve();
  abort(new Error('The session was disposed'));

  await expect(asked).rejects.toThrow('The session was disposed');
  expect(task).not.toHaveBeenCalled();
  expect(onRefused).not.toHaveBeenCalled();
});

test('After four timeouts a session takes the lock by a mark, and says nothing about the platform', async () => {
  const { clock, ask, onRefused } = await openLock(wait);
  const asked = ask((lease) => Promise.resolve(lease.lateness));
  for (let waited = 0; waited < 10; waited += 1) await clock.advance(timeout);

  expect(await asked).toBe(3_100);
  expect(onRefused).not.toHaveBeenCalled();
});

test('If the platform refuses its lock, that is told, and a mark takes its place', async () => {
  const { clock, ask, onRefused } = await openLock(() => Promise.reject(new Error('Not allowed')));
  const asked = ask((lease) => Promise.resolve(lease.lateness));
  await clock.advance(1_000);

  expect(await asked).toBe(3_100);
  expect(onRefused).toHaveBeenCalledTimes(1);
});
