/** The version of the stored format. A record of another version is read as none at all. */
export const storedVersion = 1;

/** A session as it is kept. */
export interface StoredSession<User> {
  readonly version: typeof storedVersion;
  readonly sessionId: string;
  /**
   * Whose tokens these are: the `issuer` of the contract, or the origin of `baseUrl`. A session leaves the record of
   * another API alone. Records of older versions have none, and get one when they are found.
   */
  readonly api?: string;
  /** Grows by one with every grant stored. */
  readonly generation: number;
  /** `null` where the server keeps it in a cookie that no script can read. */
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  /** When the access token was asked for, in milliseconds since the epoch. */
  readonly issuedAt: number;
  /** When it expires, in milliseconds since the epoch; `null` where nobody knows. */
  readonly expiresAt: number | null;
  readonly user: User | null;
  /**
   * The call to the refresh endpoint that is under way, or whose answer was lost: its refresh token may be
   * spent.
   */
  readonly attempt?: Attempt;
  /** The session that refreshes, in a store whose platform has no lock. */
  readonly lockedBy?: Holder;
  /** The last call to the refresh endpoint, where it failed for a passing reason: its pause is that of all tabs. */
  readonly failedRefresh?: FailedRefresh;
}

/** A call to the refresh endpoint that failed for a passing reason. */
export interface FailedRefresh {
  /** When it failed, in milliseconds since the epoch. */
  readonly at: number;
  /** No call before this moment, in milliseconds since the epoch. */
  readonly retryAt: number;
  /** Whether the server asked for that pause (`Retry-After`). */
  readonly isAsked: boolean;
  /** How many calls have failed since the last grant. */
  readonly failures: number;
  readonly status: number | null;
  /** The server's code, where the contract knows it. */
  readonly code: string | number | null;
}

/** A call to the refresh endpoint: the session that makes it, and since when, in milliseconds since the epoch. */
export interface Attempt {
  readonly id: string;
  readonly at: number;
}

/** A session that keeps others from refreshing, and since when, in milliseconds since the epoch. */
export interface Holder {
  readonly id: string;
  readonly at: number;
}

/**
 * What is left of a session that has ended: no token and no user, only the name of what is over, so that
 * whoever shares the store can tell an ended session from a store that was emptied.
 */
export interface EndedSession {
  readonly version: typeof storedVersion;
  readonly sessionId: string;
  /** As in {@link StoredSession.api}. */
  readonly api?: string;
  readonly ended: 'loggedOut' | 'expired';
}

export type StoredRecord<User> = StoredSession<User> | EndedSession;

/**
 * Where a session keeps its tokens. Both methods may answer at once or with a promise, and may throw: the
 * session then works from memory and says so once (`store.failed`).
 */
export interface TokenStore<User = unknown> {
  /**
   * What the store shares with others, as a text that is the same for all of them; it becomes part of the
   * lock's and the channel's name.
   */
  readonly scope: string;
  /**
   * Whether other tabs, workers or processes share it. Then it is read before every request, since a message of
   * theirs may have been lost. Default is `true` in a browser or a worker, `false` elsewhere.
   */
  readonly isShared?: boolean;
  /** The record under this name; `null` where there is none, or none that can be read. */
  read(name: string): StoredRecord<User> | null | Promise<StoredRecord<User> | null>;
  /** Puts a record under this name, in place of the one before. */
  write(name: string, record: StoredRecord<User>): void | Promise<void>;
  /**
   * Reads and writes in one step: no other write to this name comes between the two, whichever tab, worker or process
   * makes it. Where the read fails, `decide` is not called. A store that has no `update` keeps working: the session
   * reads and then writes, and a sign-out that another tab makes between the two can be overwritten.
   *
   * @param decide - gets the current record, or `null`. What it returns replaces the record; `undefined` leaves it. It
   * answers at once and has no side effects on the store. A store that tries again after a conflict may call it more
   * than once. What it throws is passed on, and nothing is written.
   * @returns the record that is stored afterwards; `null` where there is none
   */
  update?(
    name: string,
    decide: (current: StoredRecord<User> | null) => StoredRecord<User> | undefined,
  ): StoredRecord<User> | null | Promise<StoredRecord<User> | null>;
  /**
   * Resolves once `read` shows all writes that other tabs or processes made before this call. The session calls it when
   * it has been given the lock, before it reads. Only a store that can show a write late needs it, as `localStorage` can:
   * two tabs would otherwise spend one refresh token. It may take `refresh.timeout` at most; then the session reads.
   */
  catchUp?(name: string): Promise<void>;
  /**
   * Calls back when somebody else may have changed the record: a hint to read it again.
   *
   * @returns stops it
   */
  subscribe?(name: string, listener: () => void): () => void;
}
