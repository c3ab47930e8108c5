import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSession, memoryStore, type StoredRecord, type SessionStore } from '../../src/index.ts';
import { createManualClock } from '../clock.ts';
import { storedSession, type Person } from './records.ts';
import { put } from './put.ts';

const api = 'https://api.example.com';
const absurd = fc.oneof(
  fc.constantFrom(NaN, Infinity, -Infinity, 0, -1, 2 ** 53 - 1, 2 ** 53 - 2, 2 ** 53, 8.64e15, 8.64e15 + 1),
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
);
const numbers = fc.record({
  generation: absurd,
  issuedAt: absurd,
  expiresAt: fc.option(absurd),
  attempt: fc.option(fc.record({ id: fc.string(), at: absurd }), { nil: undefined }),
});

/** An application that finds the record, signs in if the record signs no user in, refreshes twice, and starts again. */
async function liveOn(store: SessionStore<Person>): Promise<void> {
  const clock = createManualClock();
  const open = () =>
    createSession<Person>({
      baseUrl: api,
      server: { refresh: () => Promise.resolve({ accessToken: 'new', expiresIn: 60 }) },
      store,
      environment: { clock, random: () => 0.5 },
    });
  using session = open();
  if (session.getSnapshot().status === 'anonymous') await session.adopt({ accessToken: 'old' });
  for (let refreshes = 0; refreshes < 2; refreshes += 1) {
    await Promise.all([session.refresh(), clock.advance(20_000)]);
  }
  expect(session.getSnapshot().status).toBe('authenticated');
  using again = open();
  expect(again.getSnapshot().status).toBe('authenticated');
  expect(await again.accessToken()).toBe('new');
}

describe('a stored record with absurd numbers', () => {
  test('signs no user out, now or at the next start', async () => {
    await fc.assert(
      fc.asyncProperty(numbers, async (changes) => {
        const store = memoryStore<Person>();
        // Other code may have written this.
        const record: unknown = { ...storedSession({ api }), ...changes };
        await put(store, 'session', record as StoredRecord<Person>);
        await liveOn(store);
      }),
      {
        numRuns: 300,
        examples: [[{ generation: 2 ** 53 - 2, issuedAt: 0, expiresAt: null, attempt: undefined }]],
      },
    );
  });
});
