import type { Outcome, Refusal } from './dialects/dialect.ts';
import type { RequestKind } from './intercepts.ts';

/** One request that reached the server. It holds no token and no password. */
export interface ServedRequest {
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly kind: RequestKind;
  /** The status of the answer; 0 while there is none, and for good where the connection was cut. */
  readonly status: number;
  /** Why the server refused it, in the same words for every dialect. */
  readonly code?: Refusal;
  /** Whose request it was, where the server found out. */
  readonly username?: string;
}

export interface RequestCounts {
  readonly login: number;
  readonly refresh: number;
  readonly logout: number;
  readonly api: number;
  /** How many of them were answered with 401 or 403. */
  readonly refused: number;
}

/** The record while it is being written: the dialect adds its outcome, the server the status. */
export type LoggedRequest = Pick<ServedRequest, 'at' | 'method' | 'path' | 'kind'> &
  Outcome & { status: number };

export function countRequests(requests: readonly ServedRequest[]): RequestCounts {
  const counts = { login: 0, refresh: 0, logout: 0, api: 0, refused: 0 };
  for (const { kind, status } of requests) {
    counts[kind] += 1;
    if (status === 401 || status === 403) counts.refused += 1;
  }
  return counts;
}
