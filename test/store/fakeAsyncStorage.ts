import type { AsyncStorageLike, SecureStoreLike } from '../../src/index.ts';
import { createGate, type Gate } from './gate.ts';

/** A storage, its values, and a gate that can hold or fail its calls. */
export interface FakeStorage<Storage> {
  readonly storage: Storage;
  readonly values: Map<string, string>;
  readonly gate: Gate;
}

/** Behaves like `@react-native-async-storage/async-storage`: strings under any key, read and written by promise. */
export function createFakeAsyncStorage(
  values = new Map<string, string>(),
): FakeStorage<AsyncStorageLike & { removeItem(key: string): Promise<void> }> {
  const gate = createGate();
  return {
    values,
    gate,
    storage: {
      getItem: (key) => gate.pass(() => values.get(key) ?? null),
      setItem: (key, value) => gate.pass(() => void values.set(key, value)),
      removeItem: (key) => gate.pass(() => void values.delete(key)),
    },
  };
}

/**
 * Behaves like the module `expo-secure-store`, but is stricter: it refuses values over 2048 bytes, for which the real one
 * only logged a warning. It checks keys as the real one does.
 */
export function createFakeSecureStore(values = new Map<string, string>()): FakeStorage<SecureStoreLike> {
  const gate = createGate();
  const checked = (key: string): string => {
    if (!/^[\w.-]+$/.test(key)) throw new Error(`Invalid key provided to SecureStore: ${key}`);
    return key;
  };
  const block = (): never => {
    throw new Error('A session must not use the methods that block the program');
  };
  const storage = {
    getItem: block,
    setItem: block,
    getItemAsync: (key: string) => gate.pass(() => values.get(checked(key)) ?? null),
    setItemAsync: (key: string, value: string) =>
      gate.pass(() => {
        if (new TextEncoder().encode(value).length > 2048) throw new Error('The value is too large');
        values.set(checked(key), value);
      }),
    deleteItemAsync: (key: string) => gate.pass(() => void values.delete(checked(key))),
  };
  return { values, gate, storage };
}
