import { describe, expect, test, vi } from 'vitest';
import { webStorageStore } from '../../src/index.ts';
import { createFakeStorage } from './fakeStorage.ts';
import { createBorder } from './gate.ts';
import { put } from './put.ts';
import { storedSession, type Person } from './records.ts';
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

  test('listens to changes of its key in other tabs, and to a storage that is cleared, until it is told to stop', () => {
    const page = new EventTarget();
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
    using _ = { [Symbol.dispose]: () => void vi.unstubAllGlobals() };
    const storage = createFakeStorage();
    const heard = vi.fn();
    const stop = webStorageStore(storage).watch('session', heard);
    const change = (key: string | null, storageArea: Storage = storage) =>
      page.dispatchEvent(Object.assign(new Event('storage'), { key, storageArea }));
    change('theme');
    change('sessionchart:session', createFakeStorage());
    expect(heard).toHaveBeenCalledTimes(0);
    change('sessionchart:session');
    expect(heard).toHaveBeenCalledTimes(1);
    change(null);
    expect(heard).toHaveBeenCalledTimes(2);
    stop();
    change('sessionchart:session');
    expect(heard).toHaveBeenCalledTimes(2);
  });

  test('returns the same record until its text changes', async () => {
    const storage = createFakeStorage();
    const store = webStorageStore<Person>(storage);
    await put(store, 'session', storedSession());
    const found = await store.read('session');
    expect(found).toEqual(storedSession());
    expect(await store.read('session')).toBe(found);
    await put(webStorageStore<Person>(storage), 'session', storedSession({ generation: 4 }));

    expect(await store.read('session')).toMatchObject({ generation: 4 });
  });

  test('refuses an object that is no storage', () => {
    const { setItem: _, ...rest } = createFakeStorage();

    // @ts-expect-error: JavaScript code can pass this
    expect(() => webStorageStore(rest)).toThrow(
      'Expected `storage` to be a Storage such as `localStorage`, or a function, got an object',
    );
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
