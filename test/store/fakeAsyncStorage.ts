import type { AsyncStorageLike, SecureStoreLike } from '../../src/index.ts';
import { createGate, type Gate } from './gate.ts';

/** What is kept where, and what stands in the way of it. */
export interface FakeStorage<Storage> {
  readonly storage: Storage;
  readonly values: Map<string, string>;
  readonly gate: Gate;
}

/** As `@react-native-async-storage/async-storage` behaves: strings under any key, answers by promise. */
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
 * As the module `expo-secure-store` behaves, and stricter: it refuses values over 2048 bytes, of which the real one
 * only warned, and never to the end. Keys are checked as by the real one.
 */
export function createFakeSecureStore(values = new Map<string, string>()): FakeStorage<SecureStoreLike> {
  const gate = createGate();
  const checked = (key: string): string => {
    if (!/^[\w.-]+$/.test(key)) throw new Error(`Invalid key provided to SecureStore: ${key}`);
    return key;
  };
  const block = (): never => {
    throw new Error('The methods that block the program are not for a session');
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
