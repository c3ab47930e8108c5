import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { indexedDbStore, webStorageStore, type StoredSession, type SessionStore } from '../../src/index.ts';
import { SessionProvider, useSession } from '../../src/react/index.ts';
import { session } from '../tabs/page.ts';
import { put } from '../store/put.ts';

/** Functions for a test to change the store without a session. */
export interface StoreCheck {
  write(generation: number): Promise<void>;
  /** The stored generation, or `null` without a record. */
  read(): Promise<number | null>;
  /** Increments the generation atomically. */
  add(times: number): Promise<void>;
}

declare global {
  interface Window {
    readonly stores: Readonly<Record<'localStorage' | 'indexedDb', StoreCheck>>;
  }
}

const record = (generation: number): StoredSession<unknown> => ({
  version: 1,
  sessionId: 'checked',
  generation,
  accessToken: 'access',
  refreshToken: 'refresh',
  issuedAt: 0,
  expiresAt: null,
  user: { name: '최 \ud83d\ude80' },
});

function check(store: SessionStore): StoreCheck {
  const generationOf = (found: unknown) =>
    typeof found === 'object' && found !== null && 'generation' in found ? Number(found.generation) : null;
  return {
    write: async (generation) => put(store, 'check', record(generation)),
    read: async () => generationOf(await store.read('check')),
    async add(times) {
      for (let n = 0; n < times; n += 1) {
        await store.update('check', (current) => record((generationOf(current) ?? 0) + 1));
      }
    },
  };
}

Object.defineProperty(window, 'stores', {
  value: { localStorage: check(webStorageStore(() => localStorage)), indexedDb: check(indexedDbStore()) },
});

function Screen() {
  const { status, user } = useSession();
  const [clicks, setClicks] = useState(0);
  const name =
    typeof user === 'object' && user !== null && 'username' in user ? String(user.username) : 'nobody';
  return (
    <button onClick={() => setClicks(clicks + 1)}>
      {status} {name} {clicks}
    </button>
  );
}

createRoot(document.body).render(
  <SessionProvider session={session}>
    <Screen />
  </SessionProvider>,
);
