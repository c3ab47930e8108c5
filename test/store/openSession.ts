import { createSession, type SessionEmitted, type SessionStore } from '../../src/index.ts';
import { createManualClock } from '../../src/testing/index.ts';
import type { Person } from './records.ts';

/** A session on a store, with a manual clock and a list of the store's failures. */
export function openSession(store: SessionStore<Person>) {
  const clock = createManualClock();
  const session = createSession<Person>({
    baseUrl: 'https://api.example.com',
    server: {},
    store,
    environment: { clock },
  });
  const told: SessionEmitted[] = [];
  session.on('store.failed', (event) => told.push(event));
  return { session, clock, told, [Symbol.dispose]: () => session.dispose() };
}
