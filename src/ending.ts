import type { SessionEvent } from '../machines/index.ts';
import { storedVersion } from './stores/tokenStore.ts';
import type { World } from './world.ts';

type Cause = SessionEvent['type'];

/** What is done when the machine says that a session is over: tokens dropped, the store and the peers told. */
export interface Ending {
  expire(sessionId: string | null, cause: Cause): void;
  logOut(sessionId: string | null, cause: Cause): void;
}

export function createEnding<User, Login>(world: World<User, Login>): Ending {
  const { credentials, keeper } = world;

  /** Leaves word in the store, unless another session has taken its place there. */
  async function leaveWord(sessionId: string, ended: 'expired' | 'loggedOut'): Promise<void> {
    await keeper.update((found) => {
      const isReplaced = found !== null && found.sessionId !== sessionId;
      return isReplaced ? null : { version: storedVersion, sessionId, ended };
    });
    world.tell({ type: ended, sessionId, generation: 0 });
  }

  function finish(sessionId: string | null, ended: 'expired' | 'loggedOut', cause: Cause): void {
    const isKnownToPeers = cause.startsWith('peer.');
    if (sessionId !== null && !isKnownToPeers) void leaveWord(sessionId, ended);
  }

  return {
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
