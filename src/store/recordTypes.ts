import type { LimitName } from '../../machines/index.ts';
import type { Secrets } from '../server/contract.ts';

/** The version of the stored format. A record of another version is ignored. */
export const storedVersion = 1;

/** A stored session. */
export interface StoredSession<User> {
  readonly version: typeof storedVersion;
  readonly sessionId: string;
  /**
   * The issuer of the tokens: the contract's `issuer`, or the origin of `baseUrl`. A session does not touch the record of
   * another API. Records of older versions have no `api`, and get one when they are read.
   */
  readonly api?: string;
  /** Increases by one with every stored grant. */
  readonly generation: number;
  /** The access token, or `null` if the server keeps it in a cookie that no script can read. */
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  /** The further secrets of the grant. */
  readonly secrets?: Secrets;
  /** `'refresh_token'` if the refresh token came under that name, so that the next refresh sends it under the same. */
  readonly refreshTokenName?: string;
  /** When the access token was requested, in milliseconds since the epoch. */
  readonly issuedAt: number;
  /** When it expires, in milliseconds since the epoch, or `null` if unknown. */
  readonly expiresAt: number | null;
  readonly user: User | null;
  /** `false` if the session ends when the browser is closed: `login(credentials, { remember: false })`. */
  readonly remember?: false;
  /** How often the user has signed in again in this session. A refresh does not count. A record without it means 0. */
  readonly signIns?: number;
  /** Grows by one with every `updateUser`. A record without it has the user of its grant. */
  readonly userRevision?: number;
  /**
   * The call to the refresh endpoint that is in flight, or whose response was lost. Its refresh token may have been used.
   */
  readonly attempt?: Attempt;
  /** The session that refreshes, in a store whose platform has no lock. */
  readonly lockedBy?: Holder;
  /** The last call to the refresh endpoint, if it failed for a transient reason. All tabs share its pause. */
  readonly failedRefresh?: FailedRefresh;
}

/** A call to the refresh endpoint that failed for a transient reason. */
export interface FailedRefresh {
  /** When it failed, in milliseconds since the epoch. */
  readonly at: number;
  /** The earliest time of the next call, in milliseconds since the epoch. */
  readonly retryAt: number;
  /** Whether the server asked for that pause (`Retry-After`). */
  readonly isAsked: boolean;
  /** The number of failed calls since the last grant. */
  readonly failures: number;
  readonly status: number | null;
  /** The server's code, if the contract knows it. */
  readonly code: string | number | null;
}

/** A call to the refresh endpoint: which session made it, and when, in milliseconds since the epoch. */
export interface Attempt {
  readonly id: string;
  readonly at: number;
}

/** The session that holds the lock, and since when, in milliseconds since the epoch. */
export interface Holder {
  readonly id: string;
  readonly at: number;
}

/**
 * The record of an ended session. It contains no token and no user, only the session's id, so that other sessions can
 * distinguish it from a store that was emptied.
 */
export interface EndedSession {
  readonly version: typeof storedVersion;
  readonly sessionId: string;
  /** As in {@link StoredSession.api}. */
  readonly api?: string;
  readonly ended: 'loggedOut' | 'expired';
  /** The limit that ended the session (`sessionchart/limits`). */
  readonly limit?: LimitName;
  /** Whether the server may not know yet that the user has signed out. A silent sign-in would undo the logout. */
  readonly isPending?: boolean;
  /** The call to the refresh endpoint that was in flight at the end. Its refresh token is not sent again. */
  readonly attempt?: Attempt;
}

export type StoredRecord<User> = StoredSession<User> | EndedSession;
