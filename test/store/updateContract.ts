import { describe, expect, test } from 'vitest';
import type { Decide as DecideOn, SessionStore } from '../../src/index.ts';
import { storedSession, type Person } from './records.ts';
import type { Place } from './storeContract.ts';
import { put } from './put.ts';

type Decide = DecideOn<Person>;

const update = async (store: SessionStore<Person>, decide: Decide) => store.update('session', decide);

const next: Decide = (current) =>
  storedSession({ generation: current && 'generation' in current ? current.generation + 1 : 1 });

/** What `update` of a store promises. */
export function describeUpdate(name: string, createPlace: () => Place): void {
  describe(`${name} as a store with an atomic update`, () => {
    test('calls `decide` with `null` if there is no record, and returns what it has stored', async () => {
      const store = createPlace().open();
      const seen = new Set<unknown>();
      const stored = await update(store, (current) => {
        seen.add(current);
        return storedSession();
      });

      expect([...seen]).toEqual([null]);
      expect(stored).toEqual(storedSession());
      expect(await store.read('session')).toEqual(storedSession());
    });

    test('keeps and returns the record if `decide` returns `undefined`', async () => {
      const store = createPlace().open();
      await put(store, 'session', storedSession());

      expect(await update(store, () => undefined)).toEqual(storedSession());
      expect(await store.read('session')).toEqual(storedSession());
      expect(
        await createPlace()
          .open()
          .update('nothing here', () => undefined),
      ).toBeNull();
    });

    test('changes nothing if `decide` throws, rejects with its error, and continues to work', async () => {
      const store = createPlace().open();
      await put(store, 'session', storedSession({ generation: 1 }));
      const failure = new Error('No decision');
      let decisions = 0;
      const failing = update(store, () => {
        decisions += 1;
        throw failure;
      });

      await expect(failing).rejects.toBe(failure);
      expect(decisions).toBe(1);
      expect(await store.read('session')).toMatchObject({ generation: 1 });
      expect(await update(store, next)).toMatchObject({ generation: 2 });
    });

    test('loses none of forty concurrent updates of two stores on one place', async () => {
      const place = createPlace();
      const stores = [place.open(), place.open()];
      await Promise.all(Array.from({ length: 20 }, () => stores.map((store) => update(store, next))).flat());

      expect(await place.open().read('session')).toMatchObject({ generation: 40 });
    });
  });
}
