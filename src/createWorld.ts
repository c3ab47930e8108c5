import type { SessionEvent } from '../machines/index.ts';
import { createCredentials } from './credentials.ts';
import type { PeerMessage } from './environment.ts';
import type { Settings } from './options.ts';
import { createKeeper } from './stores/keeper.ts';
import type { World } from './world.ts';

/** What the world needs of parts that are made after it. */
export interface Wires {
  readonly disposal: AbortSignal;
  readonly send: (event: SessionEvent) => void;
  readonly post: (message: PeerMessage) => void;
  /** Nobody can listen yet: `createSession` has not returned. */
  readonly isEarly: () => boolean;
}

/** Makes what the parts of one session have in common. */
export function createWorld<User, Login>(
  settings: Settings<User, Login>,
  { disposal, send, post, isEarly }: Wires,
): World<User, Login> {
  const { store, name, environment, refresh, ky } = settings;
  const { clock } = environment;
  let hasToldFailure = false;

  function onFailure(operation: 'read' | 'write'): void {
    if (hasToldFailure) return;
    hasToldFailure = true;
    const tell = () => {
      if (!disposal.aborted) send({ type: 'store.failed', operation, at: clock.now() });
    };
    if (isEarly()) clock.schedule(tell, 0);
    else tell();
  }

  return {
    settings,
    disposal,
    credentials: createCredentials<User>(),
    keeper: createKeeper({ store, name, clock, timeout: refresh.timeout, onFailure }),
    sharedName: sharedName(settings),
    fetch: ky.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    lastError: { refresh: null },
    tell(message) {
      if (disposal.aborted) return;
      try {
        post(message);
      } catch {
        // A message is a hint: whoever misses it finds out from the store.
      }
    },
  };
}

/** The name of the lock and of the channel, for all who share the store. */
function sharedName({ store, name }: Settings<unknown, never>): string {
  return `sessionchart:${store.scope}:${name}`;
}
