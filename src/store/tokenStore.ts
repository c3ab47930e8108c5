/** The version of the stored format. A record of another version is ignored. */
export const storedVersion = 1;

/** A stored session. */
export interface StoredSession<User> {
  readonly version: typeof storedVersion;
  readonly sessionId: string;
  /**
   * The issuer of the tokens: the contract's `issuer`, or the origin of `baseUrl`. A session leaves the record of another
   * API alone. Records of older versions have none, and get one when they are read.
   */
  readonly api?: string;
  /** Increases by one with every stored grant. */
  readonly generation: number;
  /** The access token, or `null` if the server keeps it in a cookie that no script can read. */
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  /** When the access token was requested, in milliseconds since the epoch. */
  readonly issuedAt: number;
  /** When it expires, in milliseconds since the epoch, or `null` if unknown. */
  readonly expiresAt: number | null;
  readonly user: User | null;
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
  /** No call before this moment, in milliseconds since the epoch. */
  readonly retryAt: number;
  /** Whether the server asked for that pause (`Retry-After`). */
  readonly isAsked: boolean;
  /** The number of failed calls since the last grant. */
  readonly failures: number;
  readonly status: number | null;
  /** The server's code, if the contract knows it. */
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
 * The record of an ended session. It contains no token and no user, only the session's id, so that other sessions can
 * distinguish it from a store that was emptied.
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
 * A store for tokens. Its methods may be synchronous or return promises. If one throws, the session works from memory and
 * emits `store.failed` once.
 */
export interface TokenStore<User = unknown> {
  /**
   * Identifies the place that the store shares with others: the same string for all of them. It is part of the names of
   * the lock and the channel.
   */
  readonly scope: string;
  /**
   * Whether other tabs, workers or processes share the store. Then it is read before every request, since a message may
   * have been lost. Default is `true` in a browser or a worker, `false` elsewhere.
   */
  readonly isShared?: boolean;
  /** Returns the record with this name, or `null` if there is none or it cannot be read. */
  read(name: string): StoredRecord<User> | null | Promise<StoredRecord<User> | null>;
  /** Stores a record under this name, replacing the previous one. */
  write(name: string, record: StoredRecord<User>): void | Promise<void>;
  /**
   * Reads and writes atomically: no other tab, worker or process writes to this name in between. If the read fails,
   * `decide` is not called. Without `update`, the session reads and then writes, and a sign-out in another tab between the
   * two can be overwritten.
   *
   * @param decide - receives the current record or `null`, and returns the new record, or `undefined` to keep the current
   * one. It is synchronous and has no side effects. The store may call it again after a conflict. If it throws, the error
   * is passed on and nothing is written.
   * @returns the record that is stored afterwards, or `null`
   */
  update?(
    name: string,
    decide: (current: StoredRecord<User> | null) => StoredRecord<User> | undefined,
  ): StoredRecord<User> | null | Promise<StoredRecord<User> | null>;
  /**
   * Resolves when `read` shows all writes that other tabs or processes made before this call. The session calls it after it
   * gets the lock, before it reads. Only a store that can show a write late needs it, such as `localStorage`: two tabs
   * could otherwise use the same refresh token. After `refresh.timeout`, the session reads anyway.
   */
  catchUp?(name: string): Promise<void>;
  /**
   * Calls the listener when another session may have changed the record, as a hint to read it again.
   *
   * @returns an unsubscribe function
   */
  subscribe?(name: string, listener: () => void): () => void;
}
