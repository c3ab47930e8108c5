import type { SessionEvent, Stamp } from '../../machines/index.ts';
import { revoke } from '../server/revoke.ts';
import { isEnded } from '../store/storedRecord.ts';
import { storedVersion, type StoredSession } from '../store/tokenStore.ts';
import type { World } from './world.ts';

type Cause = SessionEvent['type'];

/** What is done when the machine says that a session is over: tokens dropped, the store and the peers told. */
export interface Ending<User> {
  expire(sessionId: string | null, cause: Cause): void;
  logOut(sessionId: string | null, cause: Cause): void;
  /** Ends what somebody has stored of a session that was logged out meanwhile. */
  disown(late: StoredSession<User>): void;
  /** Resolves when the last word is in the store, or could not be written, and nothing is left to be revoked. */
  written(): Promise<void>;
}

export function createEnding<User, Login>(world: World<User, Login>): Ending<User> {
  const { credentials, keeper } = world;
  let last = Promise.resolve();

  /**
   * Leaves word in the store that a session is over, unless another one has taken its place there, or newer tokens
   * than those that were refused. Gives back the session that the word has replaced.
   */
  async function leaveWord(
    { sessionId, generation }: Stamp,
    ended: 'expired' | 'loggedOut',
  ): Promise<StoredSession<User> | null> {
    const left: { replaced: StoredSession<User> | null } = { replaced: null };
    await keeper.update((found) => {
      left.replaced = null;
      if (found !== null && found.sessionId !== sessionId) return null;
      const live = found === null || isEnded(found) ? null : found;
      if (ended === 'expired' && live !== null && live.generation > generation) return null;
      left.replaced = live;
      return { version: storedVersion, sessionId, ended };
    });
    world.tell({ type: ended, sessionId, generation: 0 });
    return left.replaced;
  }

  /** Whoever signs out without having heard of the newest tokens means those as well. */
  async function signOut(stamp: Stamp, cause: Cause): Promise<void> {
    const replaced = await leaveWord(stamp, 'loggedOut');
    const isNewer = replaced !== null && replaced.generation > stamp.generation;
    if (isNewer && cause === 'session.logout') await revoke(world, replaced);
  }

  /** The credentials that a session ends with; of one that has expired before, all that is stored is newer. */
  const stampOf = (sessionId: string): Stamp => ({
    sessionId,
    generation: credentials.current()?.generation ?? 0,
  });

  const isKnownToPeers = (cause: Cause): boolean => cause.startsWith('peer.');

  return {
    disown(late) {
      void leaveWord(late, 'loggedOut');
      void revoke(world, late);
    },
    written: () => last,
    expire(sessionId, cause) {
      if (sessionId !== null && !isKnownToPeers(cause)) {
        last = leaveWord(stampOf(sessionId), 'expired').then(() => undefined);
      }
      credentials.dropTokens();
    },
    logOut(sessionId, cause) {
      if (sessionId !== null && !isKnownToPeers(cause)) last = signOut(stampOf(sessionId), cause);
      credentials.drop();
    },
  };
}
