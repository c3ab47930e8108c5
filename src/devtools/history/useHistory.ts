import { useMemo, useSyncExternalStore } from 'react';
import type { HistoryEntry } from '../../session/history.ts';
import type { Session } from '../../session/session.ts';

/** The transitions of a session, oldest first; the same array until there is a new one. */
export function useHistory(session: Session): readonly HistoryEntry[] {
  const store = useMemo(() => createStore(session), [session]);
  return useSyncExternalStore(store.subscribe, store.read, store.read);
}

function createStore({ actor, history }: Session) {
  let entries = history();
  return {
    read: () => {
      const found = history();
      if (found.length !== entries.length || found.at(-1) !== entries.at(-1)) entries = found;
      return entries;
    },
    subscribe(this: void, listener: () => void) {
      // The session adds the entry only after the machine's listeners have run.
      const subscription = actor.subscribe(() => queueMicrotask(listener));
      return () => {
        subscription.unsubscribe();
      };
    },
  };
}
