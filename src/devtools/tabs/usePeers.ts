import { useMemo, useSyncExternalStore } from 'react';
import type { Session } from '../../session/session.ts';

type Peers = Session['peers'];

/** What a session knows about another tab. */
export type Peer = Parameters<Parameters<Peers['subscribe']>[0]>[0][number];

/** The other tabs of the session. They are asked only while the component is mounted. */
export function usePeers({ peers }: Session): readonly Peer[] {
  const store = useMemo(() => createStore(peers), [peers]);
  return useSyncExternalStore(store.subscribe, store.read, store.read);
}

function createStore(peers: Peers) {
  let known: readonly Peer[] = [];
  return {
    read: () => known,
    subscribe: (listener: () => void) =>
      peers.subscribe((found) => {
        known = found;
        listener();
      }),
  };
}
