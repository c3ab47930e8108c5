import { describe, expect, test } from 'vitest';
import { createSession, indexedDbStore, type SessionEmitted } from '../../src/index.ts';
import { createManualClock } from '../../src/testing/index.ts';
import { storedSession, type Person } from './records.ts';
import { put } from './put.ts';

describe('indexedDbStore without IndexedDB', () => {
  test('can be created, and rejects each operation', async () => {
    expect('indexedDB' in globalThis).toBe(false);
    const store = indexedDbStore<Person>();

    await expect(store.read('session')).rejects.toThrow();
    await expect(put(store, 'session', storedSession())).rejects.toThrow();
    await expect(store.read('session')).rejects.toThrow();
  });

  test('lets the session work from memory, and is reported once', async () => {
    const clock = createManualClock();
    using session = createSession<Person>({
      baseUrl: 'https://api.example.com',
      server: {},
      store: indexedDbStore<Person>(),
      environment: { clock },
    });
    const told: SessionEmitted[] = [];
    session.on('store.failed', (event) => told.push(event));
    await clock.advance(0);
    await session.adopt({ accessToken: 'first-access' });

    expect(await session.accessToken()).toBe('first-access');
    expect(told).toEqual([expect.objectContaining({ type: 'store.failed', operation: 'read' })]);
  });

  test.each<[unknown]>([[''], [7], [{}]])('rejects %j as the name of a database', (database) => {
    // @ts-expect-error: JavaScript code can pass this
    expect(() => indexedDbStore({ database })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: 'database' }),
    );
  });

  test.each<[unknown]>([[null], ['sessions'], [7]])('rejects %j as options', (options) => {
    // @ts-expect-error: JavaScript code can pass this
    expect(() => indexedDbStore(options)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: 'options' }),
    );
  });
});
