import type { ClientName } from '../clients.ts';

/** How a process starts: a session for each user. */
export interface Start {
  readonly baseUrl: string;
  readonly port: number;
  readonly client: ClientName;
  readonly users: readonly string[];
  /** The lock's lease, in milliseconds. */
  readonly lease?: number;
  /** `refresh.timeout`, in milliseconds. */
  readonly timeout?: number;
  /** Whether the process stops itself (`SIGSTOP`) when it has the lock and is about to call the server. */
  readonly freezesWhenLocked?: boolean;
}

/** What the parent asks a process to do. */
export type Command =
  /** Sends so many requests at once for each user. */
  { readonly does: 'send'; readonly count: number } | { readonly does: 'look' };

/** What the process reports afterwards. */
export interface Report {
  /** The statuses of the responses, or the codes of errors. */
  readonly outcomes: readonly (number | string)[];
  /** How long it took, in milliseconds. */
  readonly took: number;
  /** The status of each session. */
  readonly statuses: readonly string[];
  /** Why sessions have ended. */
  readonly reasons: readonly string[];
  /** Problems of the store. */
  readonly failures: readonly string[];
}
