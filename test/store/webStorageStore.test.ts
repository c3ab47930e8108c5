import { describe, expect, test } from 'vitest';
import { webStorageStore } from '../../src/index.ts';
import { createFakeStorage } from './fakeStorage.ts';
import { createBorder } from './gate.ts';
import type { Person } from './records.ts';
import { describeStore } from './storeContract.ts';

describeStore('webStorageStore', () => {
  const { before, hold } = createBorder();
  const storage = createFakeStorage();
  return {
    open: () => before(webStorageStore<Person>(storage)),
    hold,
    refuse() {
      storage.getItem = storage.setItem = () => {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      };
    },
  };
});

describe('a webStorageStore', () => {
  test('shares its lock with all stores on the same storage, whether given as an object or a function', async () => {
    const storage = createFakeStorage();
    const [one, other] = [webStorageStore(storage), webStorageStore(() => storage)];
    const order: string[] = [];
    await Promise.all([
      one.lock('session', () => Promise.resolve().then(() => order.push('one')), lockOptions()),
      other.lock('session', async () => order.push('other'), lockOptions()),
    ]);

    expect(order).toEqual(['one', 'other']);
    expect(one.lock).toBe(other.lock);
    expect(webStorageStore(() => createFakeStorage()).lock).not.toBe(one.lock);
  });

  test('whose storage is blocked shares its lock with stores on the same function, and fails at each operation', () => {
    const blocked = (): Storage => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    };
    const store = webStorageStore(blocked);

    expect(store.isPrivate).toBe(true);
    expect(() => store.read('session')).toThrow('insecure');
    expect(store.lock).toBe(webStorageStore(blocked).lock);
  });
});

const lockOptions = () => ({ signal: new AbortController().signal, timeout: 1_000 });
