import type { Outcome, Refusal } from './dialects/dialect.ts';
import type { RequestKind } from './intercepts.ts';

/** A request that reached the server. It contains no token and no password. */
export interface ServedRequest {
  /** The time of arrival, in milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly kind: RequestKind;
  /** The status of the response. 0 while it is pending, or if the connection was cut. */
  readonly status: number;
  /** Why the server refused it, the same codes for every dialect. */
  readonly code?: Refusal;
  /** The user, if the server has identified one. */
  readonly username?: string;
}

export interface RequestCounts {
  readonly login: number;
  readonly refresh: number;
  readonly logout: number;
  readonly api: number;
  /** The requests with the response 401 or 403. */
  readonly refused: number;
}

/** The log entry of a request in progress: the dialect adds its outcome, the server the status. */
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
