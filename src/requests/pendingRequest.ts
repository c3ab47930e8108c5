import type { Stamp } from '../../machines/index.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import { kindOf } from '../errors/received.ts';
import type { RequestAddress } from '../server/requestObserver.ts';

/** Whether a request must have a session, takes one where there is one, or must not have one. */
export type Auth = 'required' | 'optional' | 'none';

/** What is known of one request, through all its attempts. */
export interface PendingRequest {
  readonly auth: Auth;
  /** Milliseconds that it may wait for a refresh. */
  readonly timeout: number;
  /** `false` for `refresh()`, which waits like a request but belongs to no user and does not count as one. */
  readonly isRequest: boolean;
  /** What an error calls it. */
  readonly what: string;
  /** The session that it was first held or sent under. */
  sessionId: string | null;
  /** The `epoch` of the credentials in which it was made; `null` where there was no session. */
  epoch: number | null;
  /** The credentials that its last attempt carried; `null` for none. */
  stamp: Stamp | null;
  /** How many refreshes had ended when it began to wait for one. */
  round: number | null;
  replays: number;
  /** How often it has been sent. */
  attempts: number;
  readonly purpose: 'api';
  /** Where it goes; `null` as long as that is not known. */
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
