import type { Lack, SessionEvent } from '../../machines/index.ts';
import type { EndSignal } from '../platform/abort.ts';
import { createCredentials } from '../store/credentials.ts';
import type { Settings } from './settings.ts';
import type { SessionStore } from '../store/sessionStore.ts';
import { randomId } from '../platform/randomId.ts';
import { reportReduced } from '../platform/report.ts';
import { createServerCalls } from '../server/calls.ts';
import { isSameUser } from '../server/sameUser.ts';
import { createKeeper } from '../store/keeper.ts';
import { isEnded } from '../store/storedRecord.ts';
import type { ObserverSlot } from '../server/requestObserver.ts';
import type { World } from './world.ts';

type StoreFailed = Extract<SessionEvent, { type: 'store.failed' }>;

/** What the world needs of parts that are made after it. */
export interface Wires {
  readonly disposal: EndSignal;
  readonly send: (event: SessionEvent) => void;
  readonly neededFor: () => number | null;
  /** Nobody can listen yet: `createSession` has not returned. */
  readonly isEarly: () => boolean;
}

/** Makes what the parts of one session have in common. */
export function createWorld<User, Login>(
  settings: Settings<User, Login>,
  { disposal, send, neededFor, isEarly }: Wires,
): World<User, Login> {
  const { server, store, name, api, environment, refresh, ky } = settings;
  const { clock } = environment;
  const told = new Set<SessionEvent['type']>();
  // Made when it is needed: Cloudflare Workers refuse random values while a module is loaded.
  let id: string | null = null;

  /** A trouble that lasts is told once, and not before somebody can listen. */
  function tellOnce(event: StoreFailed | Lack, isAtStart = false): void {
    if (told.has(event.type)) return;
    told.add(event.type);
    const tell = () => {
      if (!disposal.aborted) send({ ...event, at: clock.now() });
    };
    // Not with a timer, which Cloudflare Workers refuse while a module is loaded.
    if (isAtStart) void Promise.resolve().then(tell);
    else if (isEarly()) clock.schedule(tell, 0);
    else tell();
  }

  function tellMissing(missing: SessionStore['missing'] = []): void {
    for (const what of missing) tellOnce({ type: `${what}.unavailable`, at: clock.now() }, true);
  }

  /** The machine is about to move: a contract that throws must not stop it. */
  function isSame(before: User | null, now: User | null): boolean {
    try {
      return isSameUser(server, before, now);
    } catch (error) {
      reportReduced(error, 'server.isSameUser');
      return false;
    }
  }

  const credentials = createCredentials<User>(isSame);
  const keeper = createKeeper({
    store,
    name,
    api,
    clock,
    timeout: refresh.timeout,
    isUsable: (record) => isEnded(record) || record.accessToken !== null || server.cookies !== undefined,
    onFailure: (operation) => tellOnce({ type: 'store.failed', operation, at: clock.now() }),
    onCleared: () => tellOnce({ type: 'store.cleared', at: clock.now() }),
  });

  const fetch: World<User, Login>['fetch'] = ky.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const observation: ObserverSlot = { observer: null };
  const currentId = () => credentials.current()?.sessionId ?? null;
  const calls = createServerCalls({ settings, fetch, observation, disposal, currentId });

  return {
    get id() {
      return (id ??= randomId());
    },
    settings,
    tellMissing,
    disposal,
    credentials,
    keeper,
    fetch,
    calls,
    observation,
    neededFor,
    lastError: { refresh: null },
  };
}
