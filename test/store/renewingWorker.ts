import { indexedDbStore } from '../../src/index.ts';
import { storedSession, type Person } from './records.ts';
import { put } from './put.ts';

/** Reads the session from the database in the message, and writes one with newer tokens. */
addEventListener('message', ({ data: database }: MessageEvent<string>) => {
  void renew(database);
});

async function renew(database: string): Promise<void> {
  const store = indexedDbStore<Person>({ database });
  const found = await store.read('session');
  await put(store, 'session', storedSession({ generation: 4 }));
  postMessage({ hasLocalStorage: 'localStorage' in globalThis, found });
}
