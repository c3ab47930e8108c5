import type { SessionEvent, Stamp } from '../../machines/index.ts';
import type { EndSignal } from '../platform/abort.ts';
import type { Clock } from '../platform/clock.ts';
import { isRunning } from '../requests/sessionState.ts';
import type { Credentials } from '../store/credentials.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import { type StoredSession, storedVersion, type EndedSession } from '../store/recordTypes.ts';
import type { Revoke } from './revoke.ts';
import type { SessionActor } from './sessionActor.ts';
import { isEnded } from '../store/storedRecord.ts';

type Cause = SessionEvent['type'];

/** Ends sessions: forgets the tokens, and tells the store, the other tabs and the server. */
export interface SignOut<User> {
  /** Forgets the tokens of a session that has expired. */
  expire(this: void, sessionId: string | null, cause: Cause): void;
  /** Forgets everything about a session that was logged out. */
  end(this: void, sessionId: string | null, cause: Cause): void;
  /** Tells the server of the last logout, if there are tokens to revoke. Returns whether there are. */
  revokeLast(this: void): boolean;
  /** Ends a session again that another tab stored after it was logged out here. */
  endLate(this: void, late: StoredSession<User>): void;
  /**
   * Signs out: tells the machine at once and the server afterwards. Resolves when the server has answered the first call,
   * or has not answered it within `refresh.timeout`.
   */
  signOut(this: void, actor: SessionActor): Promise<void>;
}

interface SignOutParts<User> {
  readonly revoke: Revoke<User>;
  readonly credentials: Credentials<User>;
  /** Aborted by `dispose()`. */
  readonly disposal: EndSignal;
  readonly boundedStore: Pick<BoundedStore<User>, 'postpone' | 'update'>;
  readonly clock: Clock;
}

export function createSignOut<User>(parts: SignOutParts<User>): SignOut<User> {
  const { revoke, clock, credentials, disposal } = parts;
  /** What the last end writes and calls. It decides nothing: `logout()` only waits for it. */
  let ending: Promise<unknown> = Promise.resolve();
  /** The session of the last logout, for the actor that tells the server. */
  let loggedOut: StoredSession<User> | null = null;

  /** Of a session that had expired before, all tokens in the store are newer. */
  const stampOf = (sessionId: string): Stamp => ({
    sessionId,
    generation: credentials.current()?.generation ?? 0,
  });

  /** Whether to write an end to the store: another tab has already written an end that it reported. */
  const isToBeWritten = (sessionId: string | null, cause: Cause): sessionId is string =>
    sessionId !== null && !cause.startsWith('peer.');

  function end(sessionId: string | null, cause: Cause): void {
    loggedOut = cause === 'session.logout' ? credentials.current() : null;
    ending = Promise.resolve(
      isToBeWritten(sessionId, cause) && writeLogout(parts, stampOf(sessionId), cause),
    );
    credentials.drop();
  }

  function revokeLast(): boolean {
    if (loggedOut === null) return false;
    ending = Promise.all([ending, revoke(loggedOut)]);
    return true;
  }

  return {
    end,
    revokeLast,
    expire(sessionId, cause) {
      if (isToBeWritten(sessionId, cause)) ending = writeEnd(parts, stampOf(sessionId), 'expired');
      credentials.dropTokens();
    },
    endLate(late) {
      void writeEnd(parts, late, 'loggedOut');
      void revoke(late);
    },
    async signOut(actor) {
      if (disposal.aborted) return;
      const snapshot = actor.getSnapshot();
      if (isRunning(actor)) actor.send({ type: 'session.logout', at: clock.now() });
      else {
        end(snapshot.context.sessionId, 'session.logout');
        revokeLast();
      }
      // Queued at once, so that every later read of the store finds the session ended.
      const stored = snapshot.hasTag('restoring') ? endStored(parts) : null;
      // A transition that is requested inside a notification happens only after it.
      await Promise.resolve();
      await ending;
      await stored;
    },
  };
}

interface EndParts<User> {
  readonly revoke: Revoke<User>;
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
export async function writeLogout<User>(
  parts: Pick<EndParts<User>, 'revoke' | 'boundedStore'>,
  stamp: Stamp,
  cause: SessionEvent['type'],
): Promise<void> {
  const stored = await writeEnd(parts, stamp, 'loggedOut');
  const isNewer = stored !== null && stored.generation > stamp.generation;
  if (isNewer && cause === 'session.logout') await parts.revoke(stored);
}

/** Ends the session in a store that has not been read yet. If the store cannot be read now, ends it before the next read. */
export async function endStored<User>(parts: EndParts<User>): Promise<void> {
  const { revoke, credentials, boundedStore } = parts;
  const ended: { session: StoredSession<User> | null } = { session: null };
  const isRead = await boundedStore.update((found) => {
    ended.session = null;
    if (found === null || isEnded(found) || credentials.current() !== null) return null;
    ended.session = found;
    return { version: storedVersion, sessionId: found.sessionId, ended: 'loggedOut' };
  });
  if (!isRead) boundedStore.postpone(() => endStored(parts));
  if (ended.session === null) return;
  await revoke(ended.session);
}
