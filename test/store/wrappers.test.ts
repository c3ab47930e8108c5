import { describe, expect, test } from 'vitest';
import {
  encryptedStore,
  memoryStore,
  rememberMe,
  tokensInMemory,
  type SessionStore,
} from '../../src/index.ts';
import { put } from './put.ts';
import { storedSession, type Person } from './records.ts';

const wrappers: readonly (readonly [string, (store: SessionStore<Person>) => SessionStore<Person>])[] = [
  ['encryptedStore', (store) => encryptedStore(store, { keys: [new Uint8Array(32)] })],
  ['rememberMe', rememberMe],
  ['tokensInMemory', tokensInMemory],
];

describe.each(wrappers)('%s', (name, wrap) => {
  test('says what the store that it wraps can do, also if the store finds out late', () => {
    const missing: 'lock'[] = [];
    const store = {
      ...memoryStore<Person>(),
      isPrivate: false,
      requiresLock: true,
      canForget: true,
      missing,
    };
    const wrapped = wrap(store);
    missing.push('lock');

    expect(wrapped.isPrivate).toBe(false);
    expect(wrapped.requiresLock).toBe(true);
    expect(wrapped.canForget).toBe(true);
    expect(wrapped.missing).toEqual(['lock']);
    expect(wrap(memoryStore<Person>()).requiresLock ?? false).toBe(false);
    expect(wrap(memoryStore<Person>()).canForget ?? false).toBe(name === 'rememberMe');
  });

  test.each(['read', 'update', 'lock', 'watch'] as const)('refuses a store without `%s`', (member) => {
    const { [member]: _, ...rest } = memoryStore<Person>();

    // @ts-expect-error: JavaScript code can pass this
    expect(() => wrap(rest)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: `store.${member}` }),
    );
  });

  test('asks in the step of the write itself, so that a session that has lost its lock writes nothing', async () => {
    const place = memoryStore<Person>();
    let isWriting = false;
    const wrapped = wrap({
      ...place,
      update: (key, decide) =>
        place.update(key, (current) => {
          isWriting = true;
          const next = decide(current);
          isWriting = false;
          return next;
        }),
    });
    await put(wrapped, 'session', storedSession());
    const before = await place.read('session');
    await wrapped.update('session', (found) =>
      isWriting || found == null ? undefined : { ...found, userRevision: 1 },
    );

    expect(await place.read('session')).toEqual(before);
  });
});
