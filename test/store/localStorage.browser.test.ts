import { afterEach, describe, expect, test, vi } from 'vitest';
import { createSession, webStorageStore, type SessionEmitted } from '../../src/index.ts';
import { testsEverything } from '../everything.ts';
import { createBorder } from './gate.ts';
import { koreanUser, storedSession, type Person } from './records.ts';
import { describeStore } from './storeContract.ts';
import { put } from './put.ts';

function refuse() {
  for (const method of ['getItem', 'setItem'] as const) {
    vi.spyOn(Storage.prototype, method).mockImplementation(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
  }
}

afterEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

describeStore('webStorageStore on the localStorage of a browser', () => {
  const { before, hold } = createBorder();
  return { open: () => before(webStorageStore<Person>(localStorage)), hold, refuse };
});

// The same code with another object of the same interface.
if (testsEverything) {
  describeStore('webStorageStore on the sessionStorage of a browser', () => {
    const { before, hold } = createBorder();
    return { open: () => before(webStorageStore<Person>(sessionStorage)), hold, refuse };
  });
}

/** Fills the storage until not one more character fits. */
function fill() {
  for (let size = 2 ** 22; size >= 1; size /= 2) {
    try {
      for (let n = 0; ; n += 1) localStorage.setItem(`filler-${size}-${n}`, 'x'.repeat(size));
    } catch (error) {
      expect(error).toMatchObject({ name: 'QuotaExceededError' });
    }
  }
}

describe('A localStorage that is full', () => {
  test('lets the session work from memory, and is reported once', async () => {
    fill();
    const store = webStorageStore<Person>(localStorage);
    using session = createSession<Person>({ baseUrl: 'https://api.example.com', server: {}, store });
    const told: SessionEmitted[] = [];
    session.on('store.failed', (event) => told.push(event));
    await session.adopt({ accessToken: 'first-access', user: koreanUser(1_000) });
    await session.adopt({ accessToken: 'second-access' });

    expect(await session.accessToken()).toBe('second-access');
    expect(told).toEqual([expect.objectContaining({ type: 'store.failed', operation: 'write' })]);
  });

  test('keeps the stored session when a longer one does not fit', async () => {
    const store = webStorageStore<Person>(localStorage);
    await put(store, 'session', storedSession());
    fill();

    expect(() => store.update('session', () => storedSession({ user: koreanUser(10_000) }))).toThrow(
      DOMException,
    );
    expect(await store.read('session')).toEqual(storedSession());
  });
});
