import { describe, expect, test } from 'vitest';
import { asyncStorageStore, type StoredRecord, type SessionStore } from '../../src/index.ts';
import { createFakeSecureStore } from './fakeAsyncStorage.ts';
import { koreanUser, storedSession, tombstone, type Person } from './records.ts';
import { put } from './put.ts';

type Kept = StoredRecord<Person> | null;

const sizes = { short: 100, long: 5_000, longer: 9_000 };
const records: [string, Kept][] = [
  ['nothing', null],
  ...Object.entries(sizes).map(([size, bytes]): [string, Kept] => [
    `a ${size} record`,
    storedSession({ sessionId: size, user: koreanUser(bytes) }),
  ]),
  ['an ended session', tombstone()],
];
const changes = records.flatMap(([from, before]) =>
  records.flatMap(([to, after]) => (after === null ? [] : [{ from, to, before, after }])),
);

/** Starts the app with the values that the previous run has left. */
function start(values: Map<string, string>) {
  const { storage, gate } = createFakeSecureStore(values);
  return { store: asyncStorageStore<Person>(storage), gate };
}

async function valuesOf(record: Kept): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  if (record !== null) await put(start(values).store, 'session', record);
  return values;
}

async function callsFor(before: Kept, after: StoredRecord<Person>): Promise<number> {
  const { store, gate } = start(await valuesOf(before));
  await put(store, 'session', after);
  return gate.count();
}

/** Writes until the app is killed. The outcome of the write does not matter. */
async function writeSomeOf(store: SessionStore<Person>, record: StoredRecord<Person>): Promise<void> {
  await Promise.allSettled([put(store, 'session', record)]);
}

/** Returns the stored values after the app was killed at this call of the write. */
async function killedAfter(calls: number, before: Kept, after: StoredRecord<Person>) {
  const values = await valuesOf(before);
  const { store, gate } = start(values);
  gate.refuseAfter(calls);
  await writeSomeOf(store, after);
  return values;
}

describe('An app that is killed during a write to its store', () => {
  test.each(changes)('of $to over $from finds the previous or the new record', async ({ before, after }) => {
    const calls = await callsFor(before, after);
    const found: Kept[] = [];
    for (let call = 0; call < calls; call += 1) {
      const values = await killedAfter(call, before, after);
      found.push(await start(values).store.read('session'));
    }
    const turn = found.findIndex((record) => JSON.stringify(record) !== JSON.stringify(before));
    const [earlier, later] = turn === -1 ? [found, []] : [found.slice(0, turn), found.slice(turn)];

    expect(found.length).toBeGreaterThan(0);
    expect(earlier).toEqual(earlier.map(() => before));
    expect(later).toEqual(later.map(() => after));
  });

  test.each(changes)('from $from to $to leaves nothing after the next write', async ({ before, after }) => {
    const calls = await callsFor(before, after);
    for (const next of [tombstone(), storedSession({ user: koreanUser(sizes.long) })]) {
      const expected = (await valuesOf(next)).size;
      const left: number[] = [];
      for (let call = 0; call < calls; call += 1) {
        const values = await killedAfter(call, before, after);
        await put(start(values).store, 'session', next);
        left.push(values.size);
      }

      expect(left).toEqual(left.map(() => expected));
    }
  });

  test('repeatedly, at every call of every write, never mixes two records', async () => {
    const values = await valuesOf(storedSession({ sessionId: 'first', user: koreanUser(9_000) }));
    const written = new Set(['first']);
    for (let round = 0; round < 60; round += 1) {
      const { store, gate } = start(values);
      gate.refuseAfter(round % 23);
      const sessionId = `round-${round}`;
      const user = { id: sessionId, name: koreanUser(4_000 + (round % 5) * 2_000).name };
      written.add(sessionId);
      await writeSomeOf(store, storedSession({ sessionId, user }));
      const found = await start(values).store.read('session');

      expect(written).toContain(found?.sessionId);
      if (found !== null && 'user' in found && found.sessionId !== 'first') {
        expect(found.user?.id).toBe(found.sessionId);
      }
    }
  });
});
