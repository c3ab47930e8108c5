import { describe, expect, test } from 'vitest';
import type { Lease, SessionStore } from '../../src/index.ts';
import { put } from './put.ts';
import { storedSession, type Person } from './records.ts';
import type { Place } from './storeContract.ts';

const timeout = 5_000;

const soon = (milliseconds = 20) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Asks for the lock, and logs when the task started and ended. */
function ask(
  store: SessionStore<Person>,
  key: string,
  task: (lease: Lease) => Promise<unknown> = () => soon(),
) {
  const controller = new AbortController();
  const log: string[] = [];
  const result = store.lock(
    key,
    async (lease) => {
      log.push('began');
      const value = await task(lease);
      log.push('ended');
      return value;
    },
    { signal: controller.signal, timeout },
  );
  return { result, log, abort: (reason: Error) => controller.abort(reason) };
}

/** A place with a stored session, and two stores on it. */
async function openTwo(createPlace: () => Place) {
  const place = createPlace();
  const [one, other] = [place.open(), place.open()];
  await put(one, 'session', storedSession());
  await put(one, 'work', storedSession({ sessionId: 'at-work' }));
  return { place, one, other };
}

/** The promises of `lock` and `watch`. */
export function describeSharing(name: string, createPlace: () => Place): void {
  describe(`${name} as a lock`, () => {
    test('runs one task at a time, for all stores on the place', async () => {
      const { one, other } = await openTwo(createPlace);
      let running = 0;
      let most = 0;
      const task = async () => {
        running += 1;
        most = Math.max(most, running);
        await soon(5);
        running -= 1;
      };
      await Promise.all([one, other, one, other].map((store) => ask(store, 'session', task).result));

      expect(most).toBe(1);
    });

    test('runs the tasks of two sessions at the same time', async () => {
      const { one, other } = await openTwo(createPlace);
      let free = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        free = resolve;
      });
      const first = ask(one, 'session', () => held);
      await ask(other, 'work').result;
      free();
      await first.result;

      expect(first.log).toEqual(['began', 'ended']);
    });

    test('passes on the result or the error of a task, and is free afterwards', async () => {
      const { one, other } = await openTwo(createPlace);
      const failure = new Error('The task failed');
      expect(await ask(one, 'session', async () => 'done').result).toBe('done');
      await expect(ask(one, 'session', () => Promise.reject(failure)).result).rejects.toBe(failure);

      expect(await ask(other, 'session', async () => 'done as well').result).toBe('done as well');
    });

    test('rejects a wait that is aborted with the reason, and never runs its task', async () => {
      const { one, other } = await openTwo(createPlace);
      const first = ask(one, 'session', () => soon(300));
      await expect.poll(() => first.log).toContain('began');
      const second = ask(other, 'session');
      const reason = new Error('Not needed any more');
      second.abort(reason);

      await expect(second.result).rejects.toBe(reason);
      await first.result;
      await soon();
      expect(second.log).toEqual([]);
    });

    test('does not end a task that has started when its signal is aborted', async () => {
      const { one } = await openTwo(createPlace);
      const first = ask(one, 'session', () => soon(300));
      await expect.poll(() => first.log).toContain('began');
      first.abort(new Error('Too late'));
      await first.result;

      expect(first.log).toEqual(['began', 'ended']);
    });

    test('says in the lease that it is held while the task runs', async () => {
      const { one } = await openTwo(createPlace);
      const lost = await ask(one, 'session', async (lease) => {
        const before = lease.isLost;
        await soon();
        return [before, lease.isLost];
      }).result;

      expect(lost).toEqual([false, false]);
    });

    test('lets its task update the record', async () => {
      const { one, other } = await openTwo(createPlace);
      await ask(one, 'session', async () => {
        await one.update('session', (found) =>
          found && !('ended' in found) ? { ...found, generation: 4 } : undefined,
        );
      }).result;

      expect(await other.read('session')).toMatchObject({ generation: 4 });
      expect(await other.read('session')).not.toHaveProperty('lockedBy');
    });
  });

  describe(`${name} as a source of hints`, () => {
    test('calls back after a change by another store on the place, but not after unsubscribing', async () => {
      const { one, other } = await openTwo(createPlace);
      const heard: string[] = [];
      const stops = [
        one.watch('session', () => heard.push('one')),
        other.watch('session', () => heard.push('other')),
      ];
      await put(one, 'session', storedSession({ generation: 4 }));
      await expect.poll(() => heard).toContain('other');
      for (const stop of stops) stop();
      await soon(100);
      heard.length = 0;
      await put(one, 'session', storedSession({ generation: 5 }));
      await soon(100);

      expect(heard).toEqual([]);
    });

    test('calls back when another store on the place writes its first record', async () => {
      const place = createPlace();
      const [one, other] = [place.open(), place.open()];
      const heard: string[] = [];
      const stops = [one, other].map((store, index) =>
        store.watch('session', () => heard.push(index === 0 ? 'one' : 'other')),
      );
      await put(one, 'session', storedSession());

      await expect.poll(() => heard).toContain('other');
      for (const stop of stops) stop();
    });

    test('does not call back for an update that changes nothing, or for another key', async () => {
      const { one, other } = await openTwo(createPlace);
      const heard: string[] = [];
      const stops = [
        one.watch('session', () => heard.push('one')),
        other.watch('session', () => heard.push('other')),
      ];
      // Until both are known to listen.
      for (const [writer, listener] of [
        [one, 'other'],
        [other, 'one'],
      ] as const) {
        await put(writer, 'session', storedSession({ generation: 4 }));
        await expect.poll(() => heard).toContain(listener);
      }
      await soon(100);
      heard.length = 0;
      await one.update('session', () => undefined);
      await put(one, 'work', storedSession({ generation: 9 }));
      await soon(100);

      expect(heard).toEqual([]);
      for (const stop of stops) stop();
    });
  });
}
