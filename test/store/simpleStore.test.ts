import { describe, expect, test, vi } from 'vitest';
import { simpleStore, type StoredRecord } from '../../src/index.ts';
import { createBorder } from './gate.ts';
import { storedSession, type Person } from './records.ts';
import { describeStore } from './storeContract.ts';

/** Two functions over a map, and a `subscribe` for their changes. */
function createMedium() {
  const records = new Map<string, StoredRecord<Person>>();
  const listeners = new Map<() => void, string>();
  return {
    records,
    read: (key: string) => records.get(key) ?? null,
    write(key: string, record: StoredRecord<Person>) {
      records.set(key, record);
      for (const [listener, watched] of listeners) if (watched === key) listener();
    },
    subscribe(key: string, listener: () => void) {
      listeners.set(listener, key);
      return () => void listeners.delete(listener);
    },
  };
}

describeStore('simpleStore', () => {
  const border = createBorder();
  const store = border.before(simpleStore<Person>(createMedium()));
  return { ...border, open: () => store };
});

describe('simpleStore', () => {
  test('with `sharedAs` outside of a browser, reports that lock and channel are missing', () => {
    const store = simpleStore<Person>({ ...createMedium(), sharedAs: 'my place' });
    store.watch('session', () => undefined)();

    expect(store.isPrivate).not.toBe(true);
    expect(store.missing).toEqual(['lock', 'channel']);
    expect(simpleStore<Person>(createMedium()).missing ?? []).toEqual([]);
  });

  test('with `sharedAs`, gives two stores the lock one after another by marks in the record', async () => {
    const medium = createMedium();
    medium.write('session', storedSession());
    const [one, other] = [medium, medium].map((place) =>
      simpleStore<Person>({ ...place, sharedAs: 'place' }),
    );
    const { signal } = new AbortController();
    const order: string[] = [];
    const ask = (store: typeof one, name: string) =>
      store?.lock(
        'session',
        async () => {
          order.push(`${name} began`);
          await new Promise((resolve) => setTimeout(resolve, 50));
          order.push(`${name} ended`);
        },
        { signal, timeout: 5_000 },
      );
    await Promise.all([ask(one, 'one'), ask(other, 'other')]);

    expect([order[0]?.split(' ')[0], order[2]?.split(' ')[0]]).toEqual([
      order[1]?.split(' ')[0],
      order[3]?.split(' ')[0],
    ]);
    expect(medium.records.get('session')).toEqual(storedSession());
  });

  test('replaces a record that cannot be read if the decision says so, otherwise rejects with the error', async () => {
    const failure = new Error('The key is lost');
    const write = vi.fn();
    const store = simpleStore<Person>({ read: () => Promise.reject(failure), write });
    const update = async (next: StoredRecord<Person> | undefined) => store.update('session', () => next);

    await expect(update(undefined)).rejects.toBe(failure);
    expect(await update(storedSession())).toEqual(storedSession());
    expect(write).toHaveBeenCalledTimes(1);
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'store'],
    ['a store without `write`', { read: () => null }, 'store.write'],
    ['a place without a name', { read: () => null, write: () => undefined, sharedAs: '' }, 'sharedAs'],
  ])('refuses %s', (_, options, option) => {
    // @ts-expect-error: JavaScript code can pass this
    expect(() => simpleStore(options)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', option }),
    );
  });
});
