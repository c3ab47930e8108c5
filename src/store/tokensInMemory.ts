import { expectMembers } from '../errors/checks.ts';
import { after } from '../platform/thenable.ts';
import type { StoredRecord, StoredSession } from './recordTypes.ts';
import type { Decide, SessionStore } from './sessionStore.ts';
import { isEnded } from './storedRecord.ts';
import { wrapped } from './wrapped.ts';

/**
 * Keeps tokens in the memory of this tab, and the rest of the record in a store that tabs share. Sign-ins, sign-outs and the
 * pauses after failed refreshes reach the other tabs, and no token is in any storage.
 *
 * The refresh token must be in an `HttpOnly` cookie, and the contract needs `silentSignIn` or `cookies`. Each tab has its
 * own access token: a tab that finds a session for which it has no token gets one from `refresh`, under the lock of the
 * store, before its first request. A refresh does not affect the access tokens of other tabs.
 *
 * With `cookieContract`, use the shared store itself: there are no tokens that it could keep. Do not combine it with
 * `refreshesLiveTokensOnly`: a tab without an access token could never get one.
 *
 * @param store - the store that tabs share
 * @throws {InvalidOptionError} `store` is not a store
 *
 * @example
 * ```ts
 * import { createSession, tokensInMemory, webStorageStore } from 'sessionchart';
 *
 * const session = createSession({ baseUrl, server, store: tokensInMemory(webStorageStore(() => localStorage)) });
 * ```
 */
export function tokensInMemory<User = never>(store: SessionStore<User>): SessionStore<User> {
  expectMembers('store', store, ['read', 'update', 'lock', 'watch']);
  const tokens = createTokens<User>();
  return Object.assign(wrapped(store), {
    read: (key: string) => after(store.read(key), (shared) => tokens.addTo(key, shared)),
    update(key: string, decide: Decide<User>) {
      let written: StoredRecord<User> | undefined;
      const withoutTokens: Decide<User> = (shared) => {
        const found = shared === undefined ? undefined : tokens.addTo(key, shared);
        written = decide(found);
        return written === undefined ? undefined : strip(written, { found, shared });
      };
      return after(store.update(key, withoutTokens), (shared) => {
        // Only now: a write that fails must not leave tokens here that the session has not stored.
        if (written !== undefined) tokens.keep(key, written);
        return tokens.addTo(key, shared);
      });
    },
  });
}

/** The part of a stored session that each tab has for itself. */
type Own<User> = Pick<
  StoredSession<User>,
  'sessionId' | 'generation' | 'accessToken' | 'refreshToken' | 'secrets' | 'issuedAt' | 'expiresAt'
>;

/** The tokens of this tab, by the key of their record. */
function createTokens<User>() {
  const kept = new Map<string, Own<User>>();

  function keep(key: string, record: StoredRecord<User>): void {
    if (isEnded(record)) {
      kept.delete(key);
      return;
    }
    const { sessionId, generation, accessToken, refreshToken, secrets, issuedAt, expiresAt } = record;
    const own = { sessionId, generation, accessToken, refreshToken, issuedAt, expiresAt };
    kept.set(key, { ...own, ...(secrets !== undefined && { secrets }) });
  }

  return {
    keep,
    /**
     * Returns the shared record with the tokens of this tab. The generation counts the tokens of this tab: a refresh in
     * another tab brings none for this one. Without tokens, the record says that the access token has expired.
     */
    addTo(key: string, shared: StoredRecord<User> | null): StoredRecord<User> | null {
      // A store that was cleared says nothing about the tokens of this tab.
      if (shared === null) return null;
      if (isEnded(shared) || !isStripped(shared)) {
        kept.delete(key);
        return shared;
      }
      if (kept.get(key)?.sessionId !== shared.sessionId) keep(key, shared);
      return { ...shared, ...kept.get(key) };
    },
  };
}

/** Whether a tab keeps the tokens of this record in its memory. */
function isStripped<User>(record: StoredSession<User>): boolean {
  return hasNoTokens(record) && record.expiresAt === record.issuedAt;
}

const hasNoTokens = <User>({ accessToken, refreshToken }: StoredSession<User>): boolean =>
  accessToken === null && refreshToken === null;

interface Before<User> {
  /** The record with the tokens of this tab. */
  readonly found: StoredRecord<User> | null | undefined;
  readonly shared: StoredRecord<User> | null | undefined;
}

/** Returns the record for the shared store. Its generation grows with each refresh in any tab. */
function strip<User>(record: StoredRecord<User>, { found, shared }: Before<User>): StoredRecord<User> {
  if (isEnded(record) || (hasNoTokens(record) && !isStripped(record))) return record;
  const { secrets: _, ...rest } = record;
  const { generation, issuedAt } = record;
  const isSame = (other: StoredRecord<User> | null | undefined): other is StoredSession<User> =>
    other !== null && other !== undefined && !isEnded(other) && other.sessionId === record.sessionId;
  const refreshes = isSame(found) && isSame(shared) ? shared.generation - found.generation : 0;
  return {
    ...rest,
    generation: Math.max(0, generation + refreshes),
    accessToken: null,
    refreshToken: null,
    expiresAt: issuedAt,
  };
}
