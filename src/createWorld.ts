import type { SessionEvent } from '../machines/index.ts';
import { createCredentials } from './credentials.ts';
import type { PeerMessage } from './environment.ts';
import { createTraffic } from './http/requests.ts';
import type { Settings } from './options.ts';
import { report } from './report.ts';
import { isSameUser } from './sameUser.ts';
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
  const { server, store, name, environment, refresh, ky } = settings;
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

  /** The machine is about to move: a contract that throws must not stop it. */
  function isSame(before: User | null, now: User | null): boolean {
    try {
      return isSameUser(server, before, now);
    } catch (error) {
      report(error);
      return false;
    }
  }

  return {
    settings,
    disposal,
    credentials: createCredentials<User>(isSame),
    keeper: createKeeper({ store, name, clock, timeout: refresh.timeout, onFailure }),
    sharedName: sharedName(settings),
    fetch: ky.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    traffic: createTraffic(clock),
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
