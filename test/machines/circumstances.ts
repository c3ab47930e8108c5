import { longestDelay, type Failure, type SessionContext } from '../../machines/index.ts';
import type { Leaf } from './leaves.ts';

/** The time of every event in the table. */
export const now = 1_000_000;

/** The session of the table, and its generation. */
export const current = { sessionId: 'one', generation: 2 };

interface Circumstance {
  /** Completes the sentence “It means that …”. */
  readonly means: string;
  readonly context?: Partial<SessionContext>;
  readonly event?: {
    readonly sessionId?: string;
    readonly generation?: number;
    readonly expiresAt?: number | null;
    readonly dueAt?: number | null;
    readonly status?: number | null;
    readonly isLogoutPending?: boolean;
    readonly signIns?: number;
    readonly failure?: Failure;
  };
  /** States that no session can be in under this circumstance. */
  readonly never?: readonly Leaf[];
}

const goodUntil = now + 60_000;

/** The token is due now, and valid for a while. */
const good = { expiresAt: goodUntil, dueAt: now };

/** The token is due a millisecond later. */
const fresh = { expiresAt: goodUntil, dueAt: now + 1 };

/** The lifetime of the token is unknown. */
const timeless = { expiresAt: null, dueAt: null };

/** With a contract that cannot refresh, a session ends instead of entering these states. */
const neverWithoutRefresh: readonly Leaf[] = [
  'authenticated.due.ready',
  'authenticated.due.deferred',
  'refreshing.acquiring',
  'refreshing.requesting',
  'refreshing.backingOff',
  'refreshing.offline',
];

/** The circumstances on which an outcome can depend, apart from the state and the event. */
export const circumstances = {
  otherwise: { means: 'no other row applies' },
  'sign-in ended': {
    means: 'the server has ended the sign-in with its verdict',
    event: {
      failure: { code: 'ERR_LOGIN_FAILED', status: 401, serverCode: 'T-000', verdict: 'sessionRevoked' },
    },
  },
  'older generation': {
    means: 'the event is about older credentials of this session',
    event: { generation: current.generation - 1 },
  },
  'older sign-in': {
    means: 'the event is about credentials from before the user has signed in again in this session',
    context: { firstGeneration: current.generation },
    event: { generation: current.generation - 1 },
  },
  'same generation': {
    means: 'the event is about the current credentials',
    event: { generation: current.generation },
  },
  'another session': {
    means: 'the event is about another session',
    event: { sessionId: 'two', generation: 1 },
  },
  'step-up': {
    means: 'the server has asked for a stronger sign-in, and a request waits for it',
    context: { stepUp: { acrValues: 'gold', maxAge: null } },
  },
  'step-up, challenged': {
    means: 'the stronger sign-in that a request waits for has a second step',
    context: { stepUp: { acrValues: 'gold', maxAge: null }, isChallenged: true },
  },
  'step-up in another tab': {
    means: 'a request waits for a stronger sign-in, and the user has signed in again in another tab',
    context: { stepUp: { acrValues: 'gold', maxAge: null } },
    event: { signIns: 1 },
  },
  'silent sign-in': {
    means: 'the contract can sign in without a stored session',
    context: { silentSignIn: true },
  },
  'silent sign-in, logout pending': {
    means:
      'the contract can sign in without a stored session, and the server may not know yet that the user has signed out',
    context: { silentSignIn: true },
    event: { isLogoutPending: true },
  },
  'no refresh': {
    means: 'the contract cannot refresh',
    context: { canRefresh: false },
    never: neverWithoutRefresh,
  },
  'no revocation': {
    means: 'the contract has no `logout`',
    context: { canRevoke: false },
  },
  'older generation, no refresh': {
    means: 'the contract cannot refresh, and the event is about older credentials of this session',
    context: { canRefresh: false },
    event: { generation: current.generation - 1 },
    never: neverWithoutRefresh,
  },
  'in cooldown': {
    means: 'a refresh has just granted the access token, and the server refuses it',
    context: { cooldownUntil: now + 1 },
  },
  'cooldown just begun': {
    means: 'a refresh has granted the access token at this moment, and the server refuses it',
    context: { cooldownUntil: now + 5_000 },
  },
  'in cooldown, clock set back': {
    means:
      'a refresh has granted the access token, the clock was set back since, and the server refuses the token',
    context: { cooldownUntil: now + 5_001 },
  },
  'cooldown over': {
    means: 'the cooldown after the refresh ends at this moment',
    context: { cooldownUntil: now },
  },
  'token good': {
    means: 'the access token is due, and has not expired yet',
    context: good,
  },
  'not due yet': {
    means: 'the access token is not due yet',
    context: fresh,
  },
  'refused, not due yet': {
    means: 'the server has refused an access token that is not due yet',
    context: { ...fresh, expiresAt: now },
  },
  'lifetime unknown': {
    means: 'the expiry of the access token is unknown',
    context: timeless,
    event: { expiresAt: null, dueAt: null },
  },
  'refused, lifetime unknown': {
    means: 'the server has refused an access token whose lifetime is unknown',
    context: { ...timeless, expiresAt: now },
  },
  'last attempt': {
    means: 'this refresh has made its last call',
    context: { attempt: 3 },
  },
  'last attempt, token good': {
    means: 'this refresh has made its last call; the access token is due, and has not expired yet',
    context: { attempt: 3, ...good },
  },
  'last attempt, not due yet': {
    means: 'this refresh has made its last call, and the access token is not due yet',
    context: { attempt: 3, ...fresh },
  },
  'offline, token good': {
    means: 'the platform reports that it is offline; the access token is due, and has not expired yet',
    context: { online: false, ...good },
  },
  'offline, not due yet': {
    means: 'the platform reports that it is offline, and the access token is not due yet',
    context: { online: false, ...fresh },
  },
  'offline, lifetime unknown': {
    means: 'the platform reports that it is offline, and the expiry of the access token is unknown',
    context: { online: false, ...timeless },
  },
  'offline, token expired': {
    means: 'the platform reports that it is offline, and the access token has expired',
    context: { online: false, expiresAt: now - 1 },
  },
  'before Retry-After, token good': {
    means: 'the `Retry-After` of the server has not passed; the access token is due, and has not expired yet',
    context: { retryAt: now + 90_000, retryFrom: now, retryIsAsked: true, ...good },
  },
  'before Retry-After, not due yet': {
    means: 'the `Retry-After` of the server has not passed, and the access token is not due yet',
    context: { retryAt: now + 90_000, retryFrom: now, retryIsAsked: true, ...fresh },
  },
  'before Retry-After, lifetime unknown': {
    means: 'the `Retry-After` of the server has not passed, and the expiry of the access token is unknown',
    context: { retryAt: now + 90_000, retryFrom: now, retryIsAsked: true, ...timeless },
  },
  'before Retry-After, token expired': {
    means: 'the `Retry-After` of the server has not passed, and the access token has expired',
    context: { retryAt: now + 90_000, retryFrom: now, retryIsAsked: true, expiresAt: now - 1 },
  },
  'before Retry-After, token good, clock set back': {
    means:
      'the server sent a `Retry-After`, the clock was set back since, and the access token has not expired yet',
    context: { retryAt: now + 90_000, retryFrom: now + 1, retryIsAsked: true, ...good },
  },
  'before Retry-After, token expired, clock set back': {
    means: 'the server sent a `Retry-After`, the clock was set back since, and the access token has expired',
    context: { retryAt: now + 90_000, retryFrom: now + 1, retryIsAsked: true, expiresAt: now - 1 },
  },
  'in a backoff, token good': {
    means: 'a refresh has just failed; the access token is due, and has not expired yet',
    context: { retryAt: now + 4_000, retryFrom: now, ...good },
  },
  'in a backoff, token expired': {
    means: 'a refresh has just failed, and the access token has expired',
    context: { retryAt: now + 4_000, retryFrom: now, expiresAt: now - 1 },
  },
  'network failed': {
    means: 'the call got no response, and the platform reports that it is online',
    event: { status: null },
    never: ['refreshing.offline'],
  },
  'offline, network failed': {
    means: 'the call got no response, and the platform reports that it is offline',
    context: { online: false, expiresAt: now - 1 },
    event: { status: null },
  },
  'offline, network failed, last attempt': {
    means:
      'this refresh has made its last call, the call got no response, and the platform reports that it is offline',
    context: { online: false, expiresAt: now - 1, attempt: 3 },
    event: { status: null },
  },
  'known failure': {
    means: 'this tab knows that failure or a later one',
    context: { retryFrom: now - 100 },
  },
  'known failure, clock set back': {
    means: 'this tab knows a later failure, and the clock was set back since',
    context: { retryFrom: now + 1 },
  },
  'nearly due': {
    means: 'the access token is due so soon that this tab could have refreshed first',
    context: { expiresAt: now + 45_000, dueAt: now + 15_000 },
  },
  'not nearly due': {
    means: 'the access token is due too late for this tab to have refreshed first',
    context: { expiresAt: now + 45_001, dueAt: now + 15_001 },
  },
  'not proactive': {
    means: '`refresh.proactive` is `false`',
    context: { proactive: false },
  },
  'not visible': {
    means: 'the page is hidden',
    context: { visible: false },
  },
  'not visible, live tokens only': {
    means: 'the page is hidden, and the server refreshes live tokens only',
    context: { visible: false, refreshesLiveTokensOnly: true },
  },
  'live tokens only, token good': {
    means: 'the server refreshes live tokens only; the access token is due, and has not expired yet',
    context: { refreshesLiveTokensOnly: true, ...good },
  },
  'live tokens only, token expired': {
    means: 'the server refreshes live tokens only, and the access token has expired',
    context: { refreshesLiveTokensOnly: true, expiresAt: now },
  },
  'due on arrival, live tokens only': {
    means: 'the server refreshes live tokens only, and the access token is due on arrival',
    context: { refreshesLiveTokensOnly: true },
    event: { dueAt: now, expiresAt: now + 1 },
    never: ['refreshing.offline'],
  },
  'due on arrival': {
    means: 'the access token is due, or has expired, on arrival',
    event: { dueAt: now, expiresAt: now },
  },
  'due on arrival, no refresh': {
    means: 'the contract cannot refresh, and the access token has expired on arrival',
    context: { canRefresh: false },
    event: { dueAt: now, expiresAt: now },
    never: neverWithoutRefresh,
  },
  'far from due': {
    means: 'the access token is due later than a timer can run',
    context: { dueAt: now + longestDelay + 1 },
  },
} satisfies Record<string, Circumstance>;

export type CircumstanceName = keyof typeof circumstances;

export const isCircumstance = (name: string): name is CircumstanceName => Object.hasOwn(circumstances, name);

export const circumstanceOf = (name: CircumstanceName): Circumstance => circumstances[name];
