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
  test('shares its scope with all on the same storage, however they were given it', () => {
    const storage = createFakeStorage();
    const scopes = [storage, () => storage, () => storage].map((given) => webStorageStore(given).scope);

    expect(new Set(scopes).size).toBe(1);
    expect(webStorageStore(() => createFakeStorage()).scope).not.toBe(scopes[0]);
  });

  test('whose storage is blocked has a scope of its own, and fails at each operation', () => {
    const blocked = (): Storage => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    };
    const store = webStorageStore(blocked);

    expect(store.isShared).toBe(false);
    expect(() => store.read('session')).toThrow('insecure');
    expect(store.scope).toBe(webStorageStore(blocked).scope);
  });
});
