import type { Actor } from 'xstate';
import type { SessionMachine } from '../../machines/index.ts';

/** The running machine: subscribe to it, read its snapshots, or pass it to XState's tools. */
export type SessionActor = Actor<SessionMachine>;
