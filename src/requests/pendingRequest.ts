import type { Stamp } from '../../machines/index.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import { kindOf } from '../errors/received.ts';
import type { RequestAddress } from '../server/requestObserver.ts';

/** Whether a request requires a session, uses one if there is one, or must not use one. */
export type Auth = 'required' | 'optional' | 'none';

/** The state of one request, through all its attempts. */
export interface PendingRequest {
  readonly auth: Auth;
  /** How long it may wait for a refresh, in milliseconds. */
  readonly timeout: number;
  /** `false` for `refresh()`, which waits like a request but belongs to no user and does not count as one. */
  readonly isRequest: boolean;
  /** Its name in errors. */
  readonly what: string;
  /** The session that it was first held or sent under. */
  sessionId: string | null;
  /** The `epoch` of the credentials when it was made, or `null` without a session. */
  epoch: number | null;
  /** The credentials of its last attempt, or `null`. */
  stamp: Stamp | null;
  /** The number of completed refreshes when it started to wait for one, or `null` if it has been sent since. */
  round: number | null;
  replays: number;
  /** Whether its last attempt was sent because of `shouldRepeat`. */
  isRepeated: boolean;
  /** The number of attempts. */
  attempts: number;
  readonly purpose: 'api';
  /** Its method and URL, or `null` while unknown. */
  address: RequestAddress | null;
}

export interface PendingRequestOptions {
  readonly timeout: number;
  readonly isRequest?: boolean;
  readonly what?: string;
}

export function createPendingRequest(
  auth: unknown,
  { timeout, isRequest = true, what = 'The request' }: PendingRequestOptions,
): PendingRequest {
  return {
    auth: readAuth(auth),
    timeout,
    isRequest,
    what,
    sessionId: null,
    epoch: null,
    stamp: null,
    round: null,
    replays: 0,
    isRepeated: false,
    attempts: 0,
    purpose: 'api',
    address: null,
  };
}

function readAuth(auth: unknown): Auth {
  if (auth === undefined) return 'optional';
  if (auth === 'required' || auth === 'optional' || auth === 'none') return auth;
  throw new InvalidOptionError('context.auth', "'required', 'optional' or 'none'", kindOf(auth));
}
