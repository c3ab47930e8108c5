import type { StoreProblem, SessionEvent } from '../../machines/index.ts';
import type { EndSignal } from '../platform/abort.ts';
import { usesCookies } from '../server/usesCookies.ts';
import type { Clock } from '../platform/clock.ts';
import { createBoundedStore } from '../store/boundedStore.ts';
import type { StoredRecord } from '../store/recordTypes.ts';
import type { SessionStore } from '../store/sessionStore.ts';
import { isEnded } from '../store/storedRecord.ts';
import type { SessionActor } from './sessionActor.ts';
import type { Settings } from './settings.ts';

type StoreFailed = Extract<SessionEvent, { type: 'store.failed' }>;

/** Opens the store, whose failures are told to the machine. */
export function openStore<User, Login>(
  { api, environment, name, refresh, server, store }: Settings<User, Login>,
  disposal: EndSignal,
  actor: () => SessionActor,
) {
  const { clock } = environment;
  const { tellMissing, ...events } = createStoreEvents({
    clock,
    disposal,
    send: (event) => actor().send(event),
    isRestoring: () => actor().getSnapshot().hasTag('restoring'),
  });
  const isUsable = (record: StoredRecord<User>) =>
    isEnded(record) || record.accessToken !== null || usesCookies(server);
  const { timeout } = refresh;
  const boundedStore = createBoundedStore({ store, name, api, clock, timeout, isUsable, ...events });
  return { boundedStore, tellMissing };
}

/** Reports problems with the store to the machine: each kind once, and only when your code can listen. */
export interface StoreEvents {
  onFailure(this: void, operation: 'read' | 'write'): void;
  /** Call this when a store that contained a session is empty. */
  onCleared(this: void): void;
  /** Reports what the store cannot do on this platform. */
  tellMissing(this: void, missing: SessionStore['missing']): void;
}

interface StoreEventsOptions {
  readonly clock: Clock;
  readonly disposal: EndSignal;
  readonly send: (event: SessionEvent) => void;
  /** Whether `createSession` may not have returned yet. */
  readonly isRestoring: () => boolean;
}

function createStoreEvents({ clock, disposal, send, isRestoring }: StoreEventsOptions): StoreEvents {
  const told = new Set<SessionEvent['type']>();

  function tellOnce(event: StoreFailed | StoreProblem, isAtStart = false): void {
    if (told.has(event.type)) return;
    told.add(event.type);
    const tell = () => {
      if (!disposal.aborted) send({ ...event, at: clock.now() });
    };
    // Not a timer, since Cloudflare Workers refuse timers while a module is loaded.
    if (isAtStart) void Promise.resolve().then(tell);
    else if (isRestoring()) clock.schedule(tell, 0);
    else tell();
  }

  return {
    onFailure: (operation) => tellOnce({ type: 'store.failed', operation, at: clock.now() }),
    onCleared: () => tellOnce({ type: 'store.cleared', at: clock.now() }),
    tellMissing(missing = []) {
      for (const what of missing) tellOnce({ type: `${what}.unavailable`, at: clock.now() }, true);
    },
  };
}
