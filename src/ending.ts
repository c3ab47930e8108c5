import type { SessionEvent } from '../machines/index.ts';
import { storedVersion } from './stores/tokenStore.ts';
import type { World } from './world.ts';

type Cause = SessionEvent['type'];

/** What is done when the machine says that a session is over: tokens dropped, the store and the peers told. */
export interface Ending {
  expire(sessionId: string | null, cause: Cause): void;
  logOut(sessionId: string | null, cause: Cause): void;
  /** Leaves word in the store that a session is over, unless another one has taken its place there. */
  leaveWord(sessionId: string, ended: 'expired' | 'loggedOut'): Promise<void>;
  /** Resolves when the last word is in the store, or could not be written. */
  written(): Promise<void>;
}

export function createEnding<User, Login>(world: World<User, Login>): Ending {
  const { credentials, keeper } = world;
  let last = Promise.resolve();

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
    leaveWord,
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
