import { isBrowser } from '../platform/isBrowser.ts';
import { after, type Awaitable } from '../platform/thenable.ts';
import { expectMembers } from '../errors/checks.ts';
import type { StoredRecord, StoredSession } from './recordTypes.ts';
import type { SessionStore } from './sessionStore.ts';
import { isEnded } from './storedRecord.ts';
import { wrapped } from './wrapped.ts';

/**
 * Adds “remember me” to a store: `session.login(credentials, { remember: false })` then keeps the session in all tabs and
 * across reloads, until the browser is closed. When the application is opened again, the user is signed out, and the tokens
 * are removed from the store. Sessions that were started without `remember: false` stay.
 *
 * A cookie without an expiry, `sessionchart.<key>`, marks the session: the browser deletes it when it is closed. It contains
 * the session's random id and no token. A browser that is set to reopen its tabs after a restart keeps such cookies, and so
 * the session. If the browser blocks cookies, the session ends with its page. Outside a browser it ends with the program.
 *
 * @param store - the store that keeps the tokens, for example `webStorageStore(() => localStorage)`
 * @throws {InvalidOptionError} `store` is not a store
 *
 * @example
 * ```ts
 * import { createSession, rememberMe, webStorageStore } from 'sessionchart';
 *
 * const session = createSession({ baseUrl, server, store: rememberMe(webStorageStore(() => localStorage)) });
 * await session.login({ email: 'ada@example.com', password }, { remember: false });
 * ```
 */
export function rememberMe<User = never>(store: SessionStore<User>): SessionStore<User> {
  expectMembers('store', store, ['read', 'update', 'lock', 'watch']);
  /** By key: the id of the session that an earlier run of the browser has left, or `null`. */
  const left = new Map<string, string | null>();

  /** Only the first record can be from an earlier run: this run of the browser has written all later ones. */
  function isLeft(key: string, found: StoredRecord<User> | null | undefined): found is StoredSession<User> {
    if (found === undefined) return false;
    if (!left.has(key)) left.set(key, isFromEarlierRun(key, found) ? found.sessionId : null);
    return found !== null && !isEnded(found) && left.get(key) === found.sessionId;
  }

  function update(
    key: string,
    decide: Parameters<typeof store.update>[1],
  ): Awaitable<StoredRecord<User> | null> {
    return store.update(key, (found) => {
      const isOver = isLeft(key, found);
      const next = decide(isOver ? endOf(found) : found) ?? (isOver ? endOf(found) : undefined);
      // Other tabs must find the mark as soon as they find the record.
      if (next !== undefined) mark(key, next);
      return next;
    });
  }

  return Object.assign(wrapped(store, { canForget: true }), {
    read: (key: string) =>
      after<StoredRecord<User> | null, StoredRecord<User> | null>(store.read(key), (found) =>
        isLeft(key, found) ? update(key, () => undefined) : found,
      ),
    update,
  });
}

/** The server has not been told, so a silent sign-in with its cookie must not bring the session back. */
function endOf<User>({ version, sessionId, api }: StoredSession<User>): StoredRecord<User> {
  return { version, sessionId, ...(api !== undefined && { api }), ended: 'loggedOut', isPending: true };
}

function isFromEarlierRun<User>(key: string, found: StoredRecord<User> | null): found is StoredSession<User> {
  if (found === null || isEnded(found) || found.remember !== false) return false;
  // A worker cannot read cookies. A page decides for it.
  if (!hasCookies()) return !isBrowser();
  return !document.cookie.split('; ').includes(`${cookieOf(key)}=${found.sessionId}`);
}

/** Marks a session that ends with the browser, and removes the mark of an earlier one. */
function mark<User>(key: string, record: StoredRecord<User>): void {
  if (!hasCookies()) return;
  const isMarked = !isEnded(record) && record.remember === false;
  if (!isMarked && !document.cookie.includes(`${cookieOf(key)}=`)) return;
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  const end = isMarked ? '' : '; Max-Age=0';
  document.cookie = `${cookieOf(key)}=${record.sessionId}; Path=/; SameSite=Lax${secure}${end}`;
}

function cookieOf(key: string): string {
  return `sessionchart.${encodeURIComponent(key)}`;
}

/** A document of an opaque origin may not use cookies: reading them throws. */
function hasCookies(): boolean {
  try {
    return typeof document.cookie === 'string';
  } catch {
    return false;
  }
}
