import type { AttemptStart, SessionEvent } from '../../machines/index.ts';
import { createEnd } from '../platform/abort.ts';
import { redact } from '../errors/redact.ts';
import { isThenable } from '../platform/thenable.ts';
import type { RefreshParts } from '../refresh/refreshParts.ts';
import { failureEvent } from '../refresh/failureEvent.ts';
import type { StoredRecord } from '../store/recordTypes.ts';
import { repeatLogout } from './signOut.ts';
import { restoredEvent, signInSilently } from './silentSignIn.ts';

interface RestorerScope {
  readonly sendBack: (event: SessionEvent) => void;
  readonly receive: (listener: (event: AttemptStart) => void) => void;
}

/**
 * The actor behind `restoring`: reads the store, and makes one attempt to sign in silently for each `attempt.start`. If the
 * store is synchronous and holds a session, the session is restored before `createSession` returns.
 */
export function createRestorer<User, Login>(parts: RefreshParts<User, Login>) {
  const { boundedStore, disposal, lastError, settings } = parts;
  return ({ sendBack, receive }: RestorerScope): (() => void) => {
    const stop = createEnd();
    const end = createEnd();
    const tell = (found: StoredRecord<User> | null) => {
      if (stop.signal.aborted) return;
      void repeatLogout(parts, found);
      sendBack(restoredEvent(parts, found));
    };
    receive(({ failures }) => {
      const attempt = { failures, wait: stop.signal, end: end.signal, send: sendBack };
      signInSilently(parts, attempt).catch((error: unknown) => {
        if (stop.signal.aborted) return;
        lastError.refresh = redact(error);
        sendBack(failureEvent(error, settings.environment.clock.now()));
      });
    });
    const found = boundedStore.read();
    if (isThenable(found)) void found.then(tell);
    else tell(found);
    return () => {
      stop.abort();
      // After `dispose()` the response of a call in flight must still be stored, since it replaces the cookie.
      if (!disposal.aborted) end.abort();
    };
  };
}
