import type { SessionEvent } from '../../machines/index.ts';
import { factsOf } from '../store/credentials.ts';
import { isEnded } from '../store/storedRecord.ts';
import type { StoredRecord } from '../store/tokenStore.ts';
import { isThenable } from '../platform/thenable.ts';
import type { World } from './world.ts';

/**
 * The actor behind `restoring`: reads the store. Where the store answers at once, so does this, and the
 * session is restored before `createSession` returns.
 */
export function createRestorer<User, Login>(world: World<User, Login>) {
  return ({ sendBack }: { readonly sendBack: (event: SessionEvent) => void }): (() => void) => {
    let isStopped = false;
    const answer = (found: StoredRecord<User> | null) => {
      if (isStopped) return;
      if (found === null || isEnded(found)) {
        sendBack({ type: 'store.empty' });
        return;
      }
      world.credentials.stage(found);
      sendBack({ type: 'store.restored', ...factsOf(found, world.settings) });
    };
    const found = world.keeper.read();
    if (isThenable(found)) void found.then(answer);
    else answer(found);
    return () => {
      isStopped = true;
    };
  };
}
