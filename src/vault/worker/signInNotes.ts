import { createStore, del, entries, get, set, update, type UseStore } from 'idb-keyval';
import { isRedirectedSignIn, longestSignIn, type RedirectedSignIn } from '../../oauth/pendingSignIns.ts';

/** Notes sign-ins until the user returns. */
export interface SignInNotes {
  /** @param mustSurvive - whether the page leaves, and may be the last one of this worker */
  add(this: void, signIn: RedirectedSignIn, mustSurvive: boolean): Promise<void>;
  find(this: void, state: string): Promise<RedirectedSignIn | null>;
  /** Returns a sign-in and forgets it: a callback counts once. */
  take(this: void, state: string): Promise<RedirectedSignIn | null>;
}

/**
 * Sign-ins are in memory, and those by redirect in IndexedDB too, since a worker ends when its last page leaves for the
 * provider. A script of the page could read them there: see docs/vault.md.
 */
export function createSignInNotes(): SignInNotes {
  const inMemory = new Map<string, RedirectedSignIn>();
  const database = typeof indexedDB === 'undefined' ? null : createStore('sessionchart-vault', 'signIns');
  const isFresh = ({ at }: RedirectedSignIn) => Math.abs(Date.now() - at) < longestSignIn;

  const checked = (found: unknown) => (isRedirectedSignIn(found) && isFresh(found) ? found : null);

  return {
    async add(signIn, mustSurvive) {
      for (const [state, note] of inMemory) if (!isFresh(note)) inMemory.delete(state);
      inMemory.set(signIn.state, signIn);
      if (database === null || !mustSurvive) return;
      await forgetOld(database, isFresh);
      await set(signIn.state, signIn, database);
    },
    async find(state) {
      return checked(inMemory.get(state) ?? (database === null ? null : await get(state, database)));
    },
    async take(state) {
      // Two pages may return with one code: a provider should revoke the tokens of a code that comes twice (RFC 6749, section
      // 4.1.2).
      const known = inMemory.get(state);
      inMemory.delete(state);
      const stored = database === null ? null : await takeFrom(database, state);
      return checked(known ?? stored);
    },
  };
}

/** Reads and removes a sign-in in one transaction. */
async function takeFrom(database: UseStore, state: string): Promise<unknown> {
  let found: unknown;
  const take = (stored: unknown) => {
    found = stored;
    return null;
  };
  await update(state, take, database);
  await del(state, database);
  return found;
}

async function forgetOld(database: UseStore, isFresh: (note: RedirectedSignIn) => boolean): Promise<void> {
  for (const [state, note] of await entries<string, unknown>(database)) {
    if (!isRedirectedSignIn(note) || !isFresh(note)) await del(state, database);
  }
}
