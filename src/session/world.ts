import type { Actor } from 'xstate';
import type { SessionMachine } from '../../machines/index.ts';
import type { EndSignal } from '../platform/abort.ts';
import type { Credentials } from '../store/credentials.ts';
import type { ServerCalls } from '../server/calls.ts';
import type { Settings } from './settings.ts';
import type { ObserverSlot } from '../server/requestObserver.ts';
import type { Keeper } from '../store/keeper.ts';
import type { SessionStore } from '../store/sessionStore.ts';

/** The running machine: subscribe to it, look at its snapshots, hand it to XState's tools. */
export type SessionActor = Actor<SessionMachine>;

/** What the parts of one session have in common. Each session has its own. */
export interface World<User, Login> {
  /** Tells this session from the others on its store. */
  readonly id: string;
  readonly settings: Settings<User, Login>;
  /** Tells once what the store cannot do where it runs. */
  readonly tellMissing: (missing: SessionStore['missing']) => void;
  readonly credentials: Credentials<User>;
  readonly keeper: Keeper<User>;
  /** Aborted by `dispose()`: nothing is sent afterwards. */
  readonly disposal: EndSignal;
  readonly fetch: typeof fetch;
  readonly calls: ServerCalls<User, Login>;
  /** Sees requests, where `sessionchart/observe` is attached. */
  readonly observation: ObserverSlot;
  /** The longest remaining time of the waiting requests, in milliseconds, or `null` if none waits. */
  readonly neededFor: () => number | null;
  /** The error behind the last failure that the machine was told of; the machine itself holds only its code. */
  readonly lastError: { refresh: Error | null };
}
