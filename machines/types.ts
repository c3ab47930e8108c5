/** What a server's answer says about an access token: another one may help. */
export const accessTokenVerdicts = [
  'accessTokenExpired',
  'accessTokenInvalid',
  'accessTokenMissing',
] as const;

/** What a server's answer says about the refresh credential: only signing in again helps. */
export const refreshTokenVerdicts = [
  'refreshTokenExpired',
  'refreshTokenInvalid',
  'refreshTokenReused',
] as const;

/** What ends the session for good. */
export const endingVerdicts = ['subjectMismatch', 'sessionRevoked', 'accountDisabled'] as const;

/** What says nothing about the credentials. */
export const passingVerdicts = ['stepUpRequired', 'forbidden', 'rateLimited', 'unavailable'] as const;

/** Every verdict that reaches the machine, as the event `server.<verdict>`. */
export const serverVerdicts = [
  ...accessTokenVerdicts,
  ...refreshTokenVerdicts,
  ...endingVerdicts,
  ...passingVerdicts,
] as const;

export type AccessTokenVerdict = (typeof accessTokenVerdicts)[number];
export type RefreshTokenVerdict = (typeof refreshTokenVerdicts)[number];
export type EndingVerdict = (typeof endingVerdicts)[number];
export type ServerVerdict = (typeof serverVerdicts)[number];

/** The five states at the top of the chart. */
export const statuses = ['anonymous', 'authenticated', 'refreshing', 'expired', 'loggedOut'] as const;
export type SessionStatus = (typeof statuses)[number];

/**
 * What the code outside the machine reads, in place of the names of states.
 *
 * - `hold`: a request waits; `attach`: it goes with the access token; `refuse`: it is refused. None of the
 *   three: it goes bare.
 * - `due`: the access token wants a refresh before the next request.
 * - `offline`: the wait is for the network.
 * - `busy`: something is under way; `restoring` and `signingIn` say what.
 * - `holdsLock`: nobody else who shares the store can refresh.
 */
export type SessionTag =
  'hold' | 'attach' | 'refuse' | 'due' | 'offline' | 'busy' | 'restoring' | 'signingIn' | 'holdsLock';

/** When something happened: milliseconds since the epoch, by the session's clock. */
export interface Timed {
  readonly at: number;
}

/** Which credentials a request carried. */
export interface Stamp {
  readonly sessionId: string;
  /** Grows by one with every grant stored. */
  readonly generation: number;
}

/** What the machine learns of a grant: everything but its tokens. */
export interface GrantFacts extends Stamp, Timed {
  /** When the access token was asked for, in milliseconds since the epoch: before `at`, where another tab asked. */
  readonly issuedAt: number;
  /** When the access token expires, in milliseconds since the epoch; `null` where nobody knows. */
  readonly expiresAt: number | null;
  /** When it should be refreshed, in milliseconds since the epoch; `null` where its lifetime is unknown. */
  readonly dueAt: number | null;
}

/** What failed, without a secret: no message, no header, no body of anybody else's. */
export interface Failure {
  /** The code of the error that the caller gets. */
  readonly code: string;
  /** The HTTP status, where there was one. */
  readonly status: number | null;
  /** The server's own code, where the contract knows it. */
  readonly serverCode: string | number | null;
}

/** A server's verdict on its way into the machine. */
export interface Verdicted extends Stamp, Timed {
  readonly status: number | null;
  readonly code: string | number | null;
}

/** A failed call to the refresh endpoint that says nothing about the credentials. */
export interface Setback extends Verdicted {
  /** Milliseconds to stay away from the endpoint, as the server asked (`Retry-After`). */
  readonly retryAfter?: number | null;
  /** Milliseconds to stay away from the endpoint, by the session's own backoff. */
  readonly pause?: number;
  /** Calls that have failed since the last grant, in all tabs, where the store knows. */
  readonly failures?: number;
  /** Milliseconds that the most patient of the waiting requests can still wait; `null` where none waits. */
  readonly neededFor?: number | null;
  /** The request may have reached the server, and its answer was lost. */
  readonly answerLost?: boolean;
}

/** The same in another tab, as the store tells it. */
export interface PeerSetback extends Verdicted, Pick<Setback, 'neededFor'> {
  /** When that call failed, in milliseconds since the epoch. */
  readonly failedAt: number;
  /** No call before this moment, in milliseconds since the epoch. */
  readonly retryAt: number;
  /** Whether the server asked for the pause. */
  readonly isAsked: boolean;
  /** Calls that have failed since the last grant, in all tabs. */
  readonly failures: number;
}

/** Starts an attempt, and says of which failure the machine knows. */
export interface AttemptStart {
  readonly type: 'attempt.start';
  readonly failures: number;
  /** Milliseconds since the epoch. */
  readonly failedAt: number;
}

type ServerEvent = {
  [Verdict in ServerVerdict]: { readonly type: `server.${Verdict}` } & (Verdict extends
    'rateLimited' | 'unavailable'
    ? Setback
    : Verdicted);
}[ServerVerdict];

export type SessionEvent =
  | { readonly type: 'session.login'; readonly loginId: string }
  | ({ readonly type: 'session.adopt' } & GrantFacts)
  | ({ readonly type: 'session.refresh' } & Timed)
  | ({ readonly type: 'session.logout' } & Timed)
  | ServerEvent
  | ({ readonly type: 'peer.adopted' } & GrantFacts)
  | ({ readonly type: 'peer.loggedOut' | 'peer.expired'; readonly sessionId: string } & Timed)
  | ({ readonly type: 'peer.refreshFailed' } & PeerSetback)
  | ({ readonly type: 'network.online' | 'network.offline' } & Timed)
  | ({ readonly type: 'page.shown' | 'page.hidden' } & Timed)
  | ({ readonly type: 'clock.woke'; readonly dueAt: number | null } & Timed)
  | ({ readonly type: 'accessToken.due' } & Timed)
  | ({ readonly type: 'grant.stored' } & GrantFacts)
  /** Without a failure where the caller took the login back. */
  | ({ readonly type: 'login.failed'; readonly loginId: string; readonly failure: Failure | null } & Timed)
  | ({ readonly type: 'refresh.failed'; readonly failure: Failure } & Timed)
  /** `answerLost`: somebody else called before with this refresh token, and no answer was stored. */
  | ({ readonly type: 'lock.acquired'; readonly answerLost: boolean } & Timed)
  | ({ readonly type: 'store.restored' } & GrantFacts)
  | { readonly type: 'store.empty' }
  | ({ readonly type: 'store.failed'; readonly operation: 'read' | 'write' } & Timed)
  | Lack;

/**
 * Something that a session can do without, though not as well: the store was emptied by somebody else; there are
 * no Web Locks, or there is no BroadcastChannel, for tabs that share a store.
 */
export interface Lack extends Timed {
  readonly type: 'store.cleared' | 'lock.unavailable' | 'channel.unavailable';
}

/** Why a session ended: the event that ended it, and the server's words for it. */
export interface Reason {
  readonly type: SessionEvent['type'];
  readonly code: string | number | null;
  readonly status: number | null;
  /** An earlier answer of the refresh endpoint was lost, so that the server may have seen its token twice. */
  readonly answerLost: boolean;
}

/** Facts that the machine tells whoever listens (`session.on`). */
export type SessionEmitted =
  | ({ readonly type: 'session.authenticated' } & Stamp)
  | ({ readonly type: 'session.refreshed' } & Stamp)
  | { readonly type: 'session.expired'; readonly sessionId: string | null; readonly reason: Reason }
  | { readonly type: 'session.loggedOut'; readonly sessionId: string | null; readonly reason: Reason }
  | ({ readonly type: 'session.stepUpRequired' } & Verdicted)
  | { readonly type: 'session.refreshFailed'; readonly failure: Failure }
  | ({ readonly type: 'store.failed'; readonly operation: 'read' | 'write' } & Timed)
  | Lack;

export interface SessionInput {
  /** Calls to the refresh endpoint, in all, before a refresh gives up. */
  readonly attempts: number;
  /** Milliseconds. */
  readonly cooldown: number;
  /** Whether a due token is refreshed by a timer. */
  readonly proactive: boolean;
  /** Whether the contract can refresh. */
  readonly canRefresh: boolean;
  /** Whether the server refreshes an access token only until it expires. */
  readonly refreshesLiveTokensOnly: boolean;
  readonly online: boolean;
  /** Whether anybody looks. */
  readonly visible: boolean;
  /** Milliseconds that the store may take to be read. Default: 30,000. */
  readonly restoreTimeout?: number;
}

/** What the machine knows of a session. All times are milliseconds since the epoch, by the session's clock. */
export interface SessionContext extends SessionInput {
  /** The time from which delays count: that of the event, or of the timer, that led to the current state. */
  readonly now: number;
  /** The session, or the last one that ended. */
  readonly sessionId: string | null;
  readonly generation: number;
  /** When the access token expires, or was refused; `null` where its lifetime is unknown. */
  readonly expiresAt: number | null;
  /** When the access token should be refreshed; `null` where its lifetime is unknown. */
  readonly dueAt: number | null;
  /** Until then, a refusal of the newest access token starts no refresh. */
  readonly cooldownUntil: number;
  /** Calls of this refresh that have failed, here or in another tab. */
  readonly attempt: number;
  /** Calls to the refresh endpoint that have failed since the last grant, in all tabs. */
  readonly failures: number;
  /** Refreshes that have ended, in success or failure. */
  readonly rounds: number;
  /** No call to the refresh endpoint before this moment. */
  readonly retryAt: number;
  /** When the last call failed: a clock that says less was set back, and voids `retryAt`. */
  readonly retryFrom: number;
  /** Whether the server asked for that pause (`Retry-After`): then nothing cuts it short. */
  readonly retryIsAsked: boolean;
  /** An answer of the refresh endpoint was lost, so the server may see its refresh token twice. */
  readonly answerLost: boolean;
  readonly reason: Reason | null;
  readonly failure: Failure | null;
}

/** The types of the machine, as XState's `setup` takes them. */
export const machineTypes: {
  context?: SessionContext;
  events?: SessionEvent;
  emitted?: SessionEmitted;
  input?: SessionInput;
  tags?: SessionTag;
} = {};
