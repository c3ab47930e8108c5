import { useMemo, useSyncExternalStore } from 'react';
import { observeTabs } from '../../observe/tabPresence.ts';
import type { Tab } from '../../observe/tabMessage.ts';
import type { Session } from '../../session/session.ts';

const none: readonly Tab[] = [];

/** Returns the other tabs that observe the session. They are asked only while the component is mounted. */
export function useOtherTabs(session: Session): readonly Tab[] {
  const store = useMemo(() => createStore(session), [session]);
  return useSyncExternalStore(store.subscribe, store.read, store.read);
}

function createStore(session: Session) {
  let known = none;
  return {
    read: () => known,
    subscribe(this: void, listener: () => void) {
      const observer = observeTabs(session);
      observer.subscribe((tabs) => {
        known = tabs;
        listener();
      });
      return observer.stop;
    },
  };
}
