import { createSession, type Session, type SessionOptions } from '../../src/index.ts';
import { limitSession } from '../../src/limits/index.ts';
import { createSignals, type SignalsControl } from '../../src/testing/signalsControl.ts';
import type { Coverage } from '../coverage.ts';
import type { Oracle } from '../oracle/oracle.ts';
import type { Tab } from '../platform/tab.ts';
import type { Random } from '../random.ts';
import { baseUrl, contractFor, type Credentials, type User } from './contract.ts';
import type { Setup } from './plan.ts';

/** How long requests may wait, in milliseconds. */
export const holdTimeout = 20_000;

/** A program that uses a session. */
export interface Client {
  readonly id: number;
  readonly name: string;
  readonly tab: Tab;
  readonly session: Session<User, Credentials>;
  readonly signals: SignalsControl;
  /** Aborts the requests that are open, the oldest first. */
  readonly aborts: AbortController[];
  /** Of a session with limits: tells it that the user is active. */
  readonly stay: () => void;
  isClosed: boolean;
}

export interface ClientOptions {
  readonly id: number;
  readonly tab: Tab;
  readonly setup: Setup;
  readonly store: SessionOptions<User, Credentials>['store'];
  readonly fetch: typeof fetch;
  readonly random: Random;
  readonly oracle: Oracle;
  readonly coverage: Coverage;
}

/** Opens a session as a program does. Must run in its tab. */
export function openClient({
  id,
  tab,
  setup,
  store,
  fetch,
  random,
  oracle,
  coverage,
}: ClientOptions): Client {
  const signals = createSignals();
  const session = createSession<User, Credentials>({
    baseUrl,
    server: contractFor(setup),
    ...(store !== undefined && { store }),
    ky: { fetch, retry: 0, timeout: false },
    refresh: {
      proactive: setup.isProactive,
      cooldown: setup.cooldown,
      attempts: setup.attempts,
      ...(setup.leeway !== null && { leeway: setup.leeway }),
    },
    hold: {
      timeout: holdTimeout,
      limit: setup.holdLimit,
      whileExpired: setup.whileExpired,
      whileStepUp: setup.whileStepUp,
      whileOffline: setup.whileOffline,
    },
    environment: { clock: tab, random: random.next, signals },
    inspect: coverage.watch(),
  });
  const stay = setup.hasLimits
    ? limitSession(session, { idle: 30_000, lifetime: 120_000, activity: () => () => undefined }).stay
    : () => undefined;
  const client: Client = {
    id,
    name: `client ${id}`,
    tab,
    session,
    signals,
    aborts: [],
    stay,
    isClosed: false,
  };
  oracle.opened(client);
  session.on('*', (event) => oracle.told(client, event));
  session.subscribe((view) => oracle.shown(client, view));
  return client;
}
