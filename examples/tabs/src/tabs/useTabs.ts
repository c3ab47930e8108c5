import { useSelector } from '@xstate/react';
import { useEffect, useState } from 'react';
import type { Peer } from 'sessionchart';
import { session, useSessionView } from '../session.ts';
import { usePolled } from '../usePolled.ts';
import { readTabNames, type TabName } from './tabNames.ts';

/** A tab of the session: this one or another. */
export interface Tab extends Peer, TabName {
  readonly isOwn: boolean;
}

const unnamed: TabName = { name: 'A new tab', hue: 0 };

/** This tab, and then the others. */
export function useTabs(): readonly [own: Tab, ...others: Tab[]] {
  const names = usePolled(readTabNames);
  const peers = usePeers();
  const named = (peer: Peer, isOwn: boolean): Tab => ({
    ...peer,
    ...(names?.get(peer.id) ?? unnamed),
    isOwn,
  });
  // A tab that was closed has released its name, and disappears from the peers shortly after.
  const open = peers.filter(({ id }) => names?.has(id));
  return [named(useOwn(), true), ...open.map((peer) => named(peer, false))];
}

function useOwn(): Peer {
  const { status } = useSessionView();
  const holdsLock = useSelector(session.actor, (snapshot) => snapshot.hasTag('holdsLock'));
  const isVisible = useSelector(session.actor, ({ context }) => context.visible);
  return { id: session.peers.id, status, holdsLock, isVisible };
}

function usePeers(): readonly Peer[] {
  const [peers, setPeers] = useState<readonly Peer[]>([]);
  useEffect(() => session.peers.subscribe(setPeers), []);
  return peers;
}
