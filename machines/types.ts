/** Verdicts about the access token: a refresh may help. */
export const accessTokenVerdicts = [
  'accessTokenExpired',
  'accessTokenInvalid',
  'accessTokenMissing',
] as const;

/** Verdicts about the refresh token: the user must sign in again. */
export const refreshTokenVerdicts = [
  'refreshTokenExpired',
  'refreshTokenInvalid',
  'refreshTokenReused',
] as const;

/** Verdicts that end the session for good. */
export const endingVerdicts = ['subjectMismatch', 'sessionRevoked', 'accountDisabled'] as const;

/** Verdicts that say nothing about the tokens. */
export const passingVerdicts = [
  'invalidCredentials',
  'stepUpRequired',
  'forbidden',
  'rateLimited',
  'unavailable',
] as const;

/** Every verdict that reaches the machine, as the event `server.<verdict>`. */
export const serverVerdicts = /* @__PURE__ */ [
  accessTokenVerdicts,
  refreshTokenVerdicts,
  endingVerdicts,
  passingVerdicts,
].flat();

export type AccessTokenVerdict = (typeof accessTokenVerdicts)[number];
export type RefreshTokenVerdict = (typeof refreshTokenVerdicts)[number];
export type EndingVerdict = (typeof endingVerdicts)[number];
export type ServerVerdict = (typeof serverVerdicts)[number];

/** The five states at the top of the chart. */
export const statuses = ['anonymous', 'authenticated', 'refreshing', 'expired', 'loggedOut'] as const;
export type SessionStatus = (typeof statuses)[number];

/**
 * Tags of states. Code outside the machine reads these instead of the names of states.
 *
 * - `hold`: a request waits; `attach`: it is sent with the access token; `refuse`: it is rejected. Without any of the
 *   three, it is sent without a token.
 * - `due`: the access token must be refreshed before the next request.
 * - `offline`: the refresh waits for the network.
 * - `busy`: an operation is in progress; `restoring` and `signingIn` say which.
 * - `challenged`: the sign-in has a second step, which the user has not taken yet.
 * - `signedIn`: a user is signed in.
 * - `holdsLock`: this session holds the lock, so no other session on the store can refresh.
 */
export type SessionTag =
  | 'hold'
  | 'attach'
  | 'refuse'
  | 'due'
  | 'offline'
  | 'busy'
  | 'restoring'
  | 'signingIn'
  | 'challenged'
  | 'signedIn'
  | 'holdsLock';

/** When something happened: milliseconds since the epoch, by the session's clock. */
export interface Timed {
  readonly at: number;
}

/** Which credentials a request carried. */
export interface Stamp {
  readonly sessionId: string;
  /** Increases by one with every stored grant. */
  readonly generation: number;
}

/** What the machine knows about a grant: everything except its tokens. */
export interface GrantFacts extends Stamp, Timed {
  /** When the access token was requested, in milliseconds since the epoch. Earlier than `at` if another tab did so. */
  readonly issuedAt: number;
  /** When the access token expires, in milliseconds since the epoch, or `null` if unknown. */
  readonly expiresAt: number | null;
  /** When it should be refreshed, in milliseconds since the epoch, or `null` if its lifetime is unknown. */
  readonly dueAt: number | null;
  /** How often the user has signed in again in this session. Default is 0. */
  readonly signIns?: number;
}

/** A failure, without secrets: no message, no header and no response body. */
export interface Failure {
  /** The code of the error that the caller gets. */
  readonly code: string;
  /** The HTTP status, or `null` without a response. */
  readonly status: number | null;
  /** The server's code. At the refresh endpoint, only a code that the contract knows. */
  readonly serverCode: string | number | null;
  /** Of a failed login: what the server's response means. */
  readonly verdict?: ServerVerdict | 'none';
  /** Of a failed login: the pause that the server asked for (`Retry-After`), in milliseconds, or `null`. */
  readonly retryAfter?: number | null;
  /**
   * The call in words for the developer: its method, origin and path, and the likely cause and cure if the network or the
   * set-up seems wrong. Without query, header, body or token.
   */
  readonly explanation?: string | undefined;
}

/** A server's verdict, as the machine receives it. */
export interface Verdicted extends Stamp, Timed {
  readonly status: number | null;
  readonly code: string | number | null;
  /** See {@link Failure.explanation}. Of a refusal, only if the set-up seems wrong. */
  readonly explanation?: string | undefined;
}

/** The sign-in that the server asks for (RFC 9470, section 3). */
export interface StepUp {
  /** The accepted authentication contexts, in order of preference and separated by spaces, or `null` if not named. */
  readonly acrValues: string | null;
  /** The greatest age of the sign-in, in seconds, or `null` if not named. */
  readonly maxAge: number | null;
}

/** A limit of a session: the idle timeout, or the time since the sign-in. */
export type LimitName = 'idle' | 'lifetime';

/** The end of a session that is near (`sessionchart/limits`). */
export interface Ending {
  /** The limit that ends it. An activity of the user moves the end of `idle`; nothing moves that of `lifetime`. */
  readonly reason: LimitName;
  /** When the session ends, in milliseconds since the epoch. */
  readonly endsAt: number;
}

/** A failed call to the refresh endpoint that says nothing about the credentials. */
export interface Setback extends Verdicted {
  /** The pause that the server asked for (`Retry-After`), in milliseconds. */
  readonly retryAfter?: number | null;
  /** The pause of the session's own backoff, in milliseconds. */
  readonly pause?: number;
  /** The number of failed calls since the last grant in all tabs, if the store knows it. */
  readonly failures?: number;
  /** The longest remaining time of the waiting requests, in milliseconds, or `null` if none waits. */
  readonly neededFor?: number | null;
  /** Whether the call may have reached the server and its response was lost. */
  readonly answerLost?: boolean;
}

/** A failed call of another tab, as read from the store. */
export interface PeerSetback extends Verdicted, Pick<Setback, 'neededFor'> {
  /** When that call failed, in milliseconds since the epoch. */
  readonly failedAt: number;
  /** The earliest time of the next call, in milliseconds since the epoch. */
  readonly retryAt: number;
  /** Whether the server asked for the pause. */
  readonly isAsked: boolean;
  /** The number of failed calls since the last grant in all tabs. */
  readonly failures: number;
}

/** Starts an attempt, and contains the last failure that the machine knows. */
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
    : Verdict extends 'stepUpRequired'
      ? Verdicted & Partial<StepUp>
      : Verdicted);
}[ServerVerdict];

export type SessionEvent =
  | { readonly type: 'session.login'; readonly loginId: string }
  | ({ readonly type: 'session.adopt' } & GrantFacts)
  | ({ readonly type: 'session.refresh' } & Timed)
  | ({ readonly type: 'session.logout' } & Timed)
  | ({ readonly type: 'session.updateUser' | 'peer.userUpdated' } & Stamp & Timed)
  /** The user has signed in again, as the server asked. */
  | ({ readonly type: 'stepUp.granted' } & GrantFacts)
  /** No request waits for a stronger sign-in any more. */
  | ({ readonly type: 'stepUp.cancelled' } & Timed)
  | { readonly type: 'session.cancelLogin' }
  | ({ readonly type: 'limit.near'; readonly sessionId: string } & Ending & Timed)
  /** The end of the session is no longer near. */
  | ({ readonly type: 'limit.extended' } & Timed)
  /** `code`: which limit, a {@link LimitName}. */
  | ({ readonly type: 'limit.reached'; readonly sessionId: string; readonly code: Reason['code'] } & Timed)
  | ServerEvent
  | ({ readonly type: 'peer.adopted' } & GrantFacts)
  /** `code`: the limit that ended the session in the other tab. Default is `null`: the user signed out. */
  | ({
      readonly type: 'peer.loggedOut' | 'peer.expired';
      readonly sessionId: string;
      readonly code?: Reason['code'];
    } & Timed)
  | ({ readonly type: 'peer.refreshFailed' } & PeerSetback)
  | ({ readonly type: 'network.online' | 'network.offline' } & Timed)
  | ({ readonly type: 'page.shown' | 'page.hidden' } & Timed)
  | ({ readonly type: 'clock.woke'; readonly dueAt: number | null } & Timed)
  | ({ readonly type: 'accessToken.due' } & Timed)
  | ({ readonly type: 'grant.stored' } & GrantFacts)
  | { readonly type: 'login.challenged'; readonly loginId: string }
  /** `failure` is `null` if the caller cancelled the login. */
  | ({ readonly type: 'login.failed'; readonly loginId: string; readonly failure: Failure | null } & Timed)
  | ({ readonly type: 'refresh.failed'; readonly failure: Failure } & Timed)
  /** The server has been told of the logout of these tokens. */
  | ({ readonly type: 'logout.confirmed' } & Stamp & Timed)
  /** The server refused to revoke the tokens. Another call would be refused as well. */
  | ({ readonly type: 'logout.refused' } & Verdicted)
  /** The server could not be told of the logout for now. */
  | ({ readonly type: 'logout.failed' } & Setback)
  /** `answerLost`: another session has called with this refresh token, and its response was not stored. */
  | ({ readonly type: 'lock.acquired'; readonly answerLost: boolean } & Timed)
  | ({ readonly type: 'store.restored' } & GrantFacts)
  /** `isLogoutPending`: a user has signed out, and the server may not know yet. Default is `false`. */
  | { readonly type: 'store.empty'; readonly isLogoutPending?: boolean }
  | ({ readonly type: 'store.failed'; readonly operation: 'read' | 'write' } & Timed)
  | StoreProblem;

/**
 * A problem that the session can work around: other code has emptied the store, or tabs share a store without Web Locks or
 * without BroadcastChannel.
 */
export interface StoreProblem extends Timed {
  readonly type: 'store.cleared' | 'lock.unavailable' | 'channel.unavailable';
}

/** Why a session ended: the event that ended it, and the server's code and status. */
export interface Reason {
  readonly type: SessionEvent['type'];
  /** The server's code. If a limit ended the session, here or in another tab: `idle` or `lifetime`. */
  readonly code: string | number | null;
  readonly status: number | null;
  /** Whether an earlier response of the refresh endpoint was lost, so that the server may have seen its token twice. */
  readonly answerLost: boolean;
  /** The likely cause if the set-up seems wrong: see {@link Failure.explanation}. */
  readonly explanation?: string | undefined;
}

/** Events that the machine emits to listeners of `session.on`. */
export type SessionEmitted =
  | ({ readonly type: 'session.authenticated' } & Stamp)
  | ({ readonly type: 'session.refreshed' } & Stamp)
  | { readonly type: 'session.expired'; readonly sessionId: string | null; readonly reason: Reason }
  | { readonly type: 'session.loggedOut'; readonly sessionId: string | null; readonly reason: Reason }
  /** `sessionId` and `generation` are those of the tokens that the server may still accept. */
  | ({ readonly type: 'session.logoutFailed' } & Verdicted)
  | ({ readonly type: 'session.stepUpRequired' } & Verdicted & StepUp)
  /** The session ends soon, by a limit of `sessionchart/limits`. */
  | ({ readonly type: 'session.ending'; readonly sessionId: string } & Ending)
  | { readonly type: 'session.refreshFailed'; readonly failure: Failure }
  | ({ readonly type: 'session.userUpdated' } & Stamp)
  | ({ readonly type: 'store.failed'; readonly operation: 'read' | 'write' } & Timed)
  | StoreProblem;

export interface SessionInput {
  /** The most calls to the refresh endpoint in one refresh. */
  readonly attempts: number;
  /** Milliseconds. */
  readonly cooldown: number;
  /** Whether a timer refreshes a due token. */
  readonly proactive: boolean;
  /** Whether the contract can refresh. */
  readonly canRefresh: boolean;
  /** Whether the contract can tell the server of a logout. */
  readonly canRevoke: boolean;
  /** Whether requests wait for a stronger sign-in. */
  readonly holdsStepUp: boolean;
  /** Whether the server refreshes an access token only until it expires. */
  readonly refreshesLiveTokensOnly: boolean;
  /** Whether `refresh` can sign in without a stored session. Default is `false`. */
  readonly silentSignIn?: boolean;
  readonly online: boolean;
  /** Whether the page or app is visible. */
  readonly visible: boolean;
  /** How long restoring the session may take, in milliseconds. Default is 30000 (30 seconds). */
  readonly restoreTimeout?: number;
}

/** What the machine knows about a session. All times are in milliseconds since the epoch, by the session's clock. */
export interface SessionContext extends SessionInput {
  /** The time from which delays count: when the event or timer that led to the current state occurred. */
  readonly now: number;
  /** The current session, or the last one that ended. */
  readonly sessionId: string | null;
  readonly generation: number;
  /** The generation with which the user has signed in last in this session. */
  readonly firstGeneration: number;
  /** When the access token expires or was refused, or `null` if its lifetime is unknown. */
  readonly expiresAt: number | null;
  /** When the access token should be refreshed, or `null` if its lifetime is unknown. */
  readonly dueAt: number | null;
  /** Until this time, a refusal of the newest access token starts no refresh. */
  readonly cooldownUntil: number;
  /** The number of failed calls of this refresh, here or in another tab, or of this logout. */
  readonly attempt: number;
  /** The number of failed calls to the refresh endpoint since the last grant in all tabs. */
  readonly failures: number;
  /** The number of refreshes that have succeeded or failed. */
  readonly rounds: number;
  /** The earliest time of the next call to the refresh endpoint, or of the next attempt to tell the server of the logout. */
  readonly retryAt: number;
  /** When the last call failed. If the clock shows an earlier time, it was set back, and `retryAt` no longer counts. */
  readonly retryFrom: number;
  /** Whether the server asked for that pause (`Retry-After`). Then nothing shortens it. */
  readonly retryIsAsked: boolean;
  /** Whether a response of the refresh endpoint was lost, so that the server may see its refresh token twice. */
  readonly answerLost: boolean;
  readonly reason: Reason | null;
  readonly failure: Failure | null;
  /** The sign-in that requests wait for, or `null`. */
  readonly stepUp: StepUp | null;
  /** The end of the session, while it is near, or `null`. */
  readonly ending: Ending | null;
  /** Whether that sign-in has a second step, which the user has not taken yet. */
  readonly isChallenged: boolean;
  /** How often the user has signed in again in this session, in all tabs. */
  readonly signIns: number;
}

/** The types of the machine, as XState's `setup` takes them. */
export const machineTypes: {
  context?: SessionContext;
  events?: SessionEvent;
  emitted?: SessionEmitted;
  input?: SessionInput;
  tags?: SessionTag;
} = {};
