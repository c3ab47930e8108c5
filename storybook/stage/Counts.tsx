import { useSyncExternalStore, type ReactElement } from 'react';
import type { World } from './World.ts';

/** How many requests of each kind have reached the server, and how many of them it refused. */
export function Counts({ world }: { readonly world: Pick<World, 'server' | 'onRequest'> }): ReactElement {
  const text = useSyncExternalStore(world.onRequest, () =>
    Object.entries(world.server.counts())
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', '),
  );
  return (
    <output className="counts" aria-label="What the server has seen">
      {text}
    </output>
  );
}
