import type { SessionEvent } from '../../machines/index.ts';
import { factsOf, type Credentials, type DueSettings } from '../store/credentials.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import { isEnded } from '../store/storedRecord.ts';
import type { StoredRecord } from '../store/recordTypes.ts';
import { isThenable } from '../platform/thenable.ts';

interface RestorerParts<User> {
  readonly credentials: Pick<Credentials<User>, 'stage'>;
  readonly boundedStore: Pick<BoundedStore<User>, 'read'>;
  readonly settings: DueSettings;
}

/**
 * The actor behind `restoring`: reads the store. If the store is synchronous, the session is restored before
 * `createSession` returns.
 */
export function createRestorer<User>({ credentials, boundedStore, settings }: RestorerParts<User>) {
  return ({ sendBack }: { readonly sendBack: (event: SessionEvent) => void }): (() => void) => {
    let isStopped = false;
    const answer = (found: StoredRecord<User> | null) => {
      if (isStopped) return;
      if (found === null || isEnded(found)) {
        sendBack({ type: 'store.empty' });
        return;
      }
      credentials.stage(found);
      sendBack({ type: 'store.restored', ...factsOf(found, settings) });
    };
    const found = boundedStore.read();
    if (isThenable(found)) void found.then(answer);
    else answer(found);
    return () => {
      isStopped = true;
    };
  };
}
