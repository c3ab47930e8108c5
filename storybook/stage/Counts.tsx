import { useSyncExternalStore, type ReactElement } from 'react';
import type { World } from './World.ts';

/** Counts the requests of each kind that reached the server, and how many it refused. */
export function Counts({ world }: { readonly world: Pick<World, 'server' | 'onRequest'> }): ReactElement {
  const text = useSyncExternalStore(world.onRequest, () =>
    Object.entries(world.server.counts())
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', '),
  );
  return (
    <output className="counts" aria-label="Requests at the server">
      {text}
    </output>
  );
}
