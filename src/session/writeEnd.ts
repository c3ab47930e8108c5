import type { SessionEvent, Stamp } from '../../machines/index.ts';
import type { ServerCalls } from '../server/calls.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import type { Credentials } from '../store/credentials.ts';
import { storedVersion, type EndedSession, type StoredSession } from '../store/recordTypes.ts';
import { isEnded } from '../store/storedRecord.ts';

interface EndParts<User, Login> {
  readonly calls: Pick<ServerCalls<User, Login>, 'logout'>;
  readonly credentials: Pick<Credentials<User>, 'current'>;
  readonly boundedStore: Pick<BoundedStore<User>, 'postpone' | 'update'>;
}

/**
 * Writes that a session has ended, unless the store holds another session by now, or newer tokens than those that
 * expired. Returns the session that the store held.
 */
export async function writeEnd<User>(
  { boundedStore }: { readonly boundedStore: Pick<BoundedStore<User>, 'update'> },
  { sessionId, generation }: Stamp,
  ended: EndedSession['ended'],
): Promise<StoredSession<User> | null> {
  const stored: { session: StoredSession<User> | null } = { session: null };
  await boundedStore.update((found) => {
    stored.session = null;
    if (found !== null && found.sessionId !== sessionId) return null;
    const live = found === null || isEnded(found) ? null : found;
    if (ended === 'expired' && live !== null && live.generation > generation) return null;
    stored.session = live;
    return { version: storedVersion, sessionId, ended };
  });
  return stored.session;
}

/** A sign-out in a tab without the newest tokens ends those as well. */
export async function writeLogout<User, Login>(
  parts: Pick<EndParts<User, Login>, 'calls' | 'boundedStore'>,
  stamp: Stamp,
  cause: SessionEvent['type'],
): Promise<void> {
  const stored = await writeEnd(parts, stamp, 'loggedOut');
  const isNewer = stored !== null && stored.generation > stamp.generation;
  if (isNewer && cause === 'session.logout') await parts.calls.logout(stored);
}

/** Ends the session in a store that has not been read yet. If the store cannot be read now, ends it before the next read. */
export async function endStored<User, Login>(parts: EndParts<User, Login>): Promise<void> {
  const { calls, credentials, boundedStore } = parts;
  const ended: { session: StoredSession<User> | null } = { session: null };
  const isRead = await boundedStore.update((found) => {
    ended.session = null;
    if (found === null || isEnded(found) || credentials.current() !== null) return null;
    ended.session = found;
    return { version: storedVersion, sessionId: found.sessionId, ended: 'loggedOut' };
  });
  if (!isRead) boundedStore.postpone(() => endStored(parts));
  if (ended.session === null) return;
  await calls.logout(ended.session);
}
