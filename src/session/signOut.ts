import type { SessionEvent, Stamp } from '../../machines/index.ts';
import type { EndSignal } from '../platform/abort.ts';
import type { Clock } from '../platform/clock.ts';
import { isRunning } from '../requests/sessionState.ts';
import type { ServerCalls } from '../server/calls.ts';
import type { Credentials } from '../store/credentials.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import { type StoredSession, storedVersion, type EndedSession } from '../store/recordTypes.ts';
import type { SessionActor } from './sessionActor.ts';
import { isEnded } from '../store/storedRecord.ts';

type Cause = SessionEvent['type'];

/** Ends sessions: forgets the tokens, and tells the store, the other tabs and the server. */
export interface SignOut<User> {
  /** Forgets the tokens of a session that has expired. */
  expire(this: void, sessionId: string | null, cause: Cause): void;
  /** Forgets everything about a session that was logged out. */
  end(this: void, sessionId: string | null, cause: Cause): void;
  /** Ends a session again that another tab stored after it was logged out here. */
  endLate(this: void, late: StoredSession<User>): void;
  /**
   * Signs out: tells the machine at once and the server afterwards, only once even for repeated calls.
   */
  signOut(this: void, actor: SessionActor): Promise<void>;
}

interface SignOutParts<User, Login> {
  readonly calls: Pick<ServerCalls<User, Login>, 'logout'>;
  readonly credentials: Credentials<User>;
  /** Aborted by `dispose()`. */
  readonly disposal: EndSignal;
  readonly boundedStore: Pick<BoundedStore<User>, 'postpone' | 'update'>;
  readonly clock: Clock;
}

export function createSignOut<User, Login>(parts: SignOutParts<User, Login>): SignOut<User> {
  const { calls, clock, credentials, disposal } = parts;
  /** What the last end writes and calls. It decides nothing: `logout()` only waits for it. */
  let ending: Promise<unknown> = Promise.resolve();

  /** Of a session that had expired before, all tokens in the store are newer. */
  const stampOf = (sessionId: string): Stamp => ({
    sessionId,
    generation: credentials.current()?.generation ?? 0,
  });

  /** Whether to write an end to the store: another tab has already written an end that it reported. */
  const isToBeWritten = (sessionId: string | null, cause: Cause): sessionId is string =>
    sessionId !== null && !cause.startsWith('peer.');

  function end(sessionId: string | null, cause: Cause): void {
    const session = credentials.current();
    const written = isToBeWritten(sessionId, cause) && writeLogout(parts, stampOf(sessionId), cause);
    const told = cause === 'session.logout' && session !== null && calls.logout(session);
    ending = Promise.all([written, told]);
    credentials.drop();
  }

  return {
    end,
    expire(sessionId, cause) {
      if (isToBeWritten(sessionId, cause)) ending = writeEnd(parts, stampOf(sessionId), 'expired');
      credentials.dropTokens();
    },
    endLate(late) {
      void writeEnd(parts, late, 'loggedOut');
      void calls.logout(late);
    },
    async signOut(actor) {
      if (disposal.aborted) return;
      const snapshot = actor.getSnapshot();
      if (isRunning(actor)) actor.send({ type: 'session.logout', at: clock.now() });
      else end(snapshot.context.sessionId, 'session.logout');
      // Queued at once, so that every later read of the store finds the session ended.
      const stored = snapshot.hasTag('restoring') ? endStored(parts) : null;
      // A transition that is requested inside a notification happens only after it.
      await Promise.resolve();
      await ending;
      await stored;
    },
  };
}

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
