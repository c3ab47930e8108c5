import type { SessionEvent } from '../machines/index.ts';
import { revoke } from './refresh/revoke.ts';
import { storedVersion, type StoredSession } from './stores/tokenStore.ts';
import type { World } from './world.ts';

type Cause = SessionEvent['type'];

/** What is done when the machine says that a session is over: tokens dropped, the store and the peers told. */
export interface Ending<User> {
  expire(sessionId: string | null, cause: Cause): void;
  logOut(sessionId: string | null, cause: Cause): void;
  /** Ends what somebody has stored of a session that was logged out meanwhile. */
  disown(late: StoredSession<User>): void;
  /** Resolves when the last word is in the store, or could not be written. */
  written(): Promise<void>;
}

export function createEnding<User, Login>(world: World<User, Login>): Ending<User> {
  const { credentials, keeper } = world;
  let last = Promise.resolve();

  /** Leaves word in the store that a session is over, unless another one has taken its place there. */
  async function leaveWord(sessionId: string, ended: 'expired' | 'loggedOut'): Promise<void> {
    await keeper.update((found) => {
      const isReplaced = found !== null && found.sessionId !== sessionId;
      return isReplaced ? null : { version: storedVersion, sessionId, ended };
    });
    world.tell({ type: ended, sessionId, generation: 0 });
  }

  function finish(sessionId: string | null, ended: 'expired' | 'loggedOut', cause: Cause): void {
    const isKnownToPeers = cause.startsWith('peer.');
    if (sessionId !== null && !isKnownToPeers) last = leaveWord(sessionId, ended);
  }

  return {
    disown(late) {
      void leaveWord(late.sessionId, 'loggedOut');
      void revoke(world, late);
    },
    written: () => last,
    expire(sessionId, cause) {
      credentials.dropTokens();
      finish(sessionId, 'expired', cause);
    },
    logOut(sessionId, cause) {
      credentials.drop();
      finish(sessionId, 'loggedOut', cause);
    },
  };
}
