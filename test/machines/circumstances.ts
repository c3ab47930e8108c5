import { longestDelay, type SessionContext } from '../../machines/index.ts';
import type { Leaf } from './leaves.ts';

/** The moment at which every event of the table happens. */
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
  };
  /** States that no session can be in under this circumstance. */
  readonly never?: readonly Leaf[];
}

const goodUntil = now + 60_000;

/** Due at this very moment, and good for a while. */
const good = { expiresAt: goodUntil, dueAt: now };

/** Due in a moment, and not before. */
const fresh = { expiresAt: goodUntil, dueAt: now + 1 };

/** Nobody knows when it is due, or when it expires. */
const timeless = { expiresAt: null, dueAt: null };

/** A contract that cannot refresh has sessions that simply end. */
const neverWithoutRefresh: readonly Leaf[] = [
  'authenticated.due.ready',
  'authenticated.due.deferred',
  'refreshing.acquiring',
  'refreshing.requesting',
  'refreshing.backingOff',
  'refreshing.offline',
];

/** What an outcome can depend on, beside the state and the event. */
export const circumstances = {
  otherwise: { means: 'no other row says more' },
  'older generation': {
    means: 'the event is about older credentials of this session',
    event: { generation: current.generation - 1 },
  },
  'same generation': {
    means: 'the event is about the very credentials that the session has',
    event: { generation: current.generation },
  },
  'another session': {
    means: 'the event is about another session',
    event: { sessionId: 'two', generation: 1 },
  },
  'no refresh': {
    means: 'the contract cannot refresh',
    context: { canRefresh: false },
    never: neverWithoutRefresh,
  },
  'older generation, no refresh': {
    means: 'the contract cannot refresh, and the event is about older credentials of this session',
    context: { canRefresh: false },
    event: { generation: current.generation - 1 },
    never: neverWithoutRefresh,
  },
  'in cooldown': {
    means: 'a refresh has just granted the access token that the server refuses',
    context: { cooldownUntil: now + 1 },
  },
  'cooldown just begun': {
    means: 'a refresh has granted, at this very moment, the access token that the server refuses',
    context: { cooldownUntil: now + 5_000 },
  },
  'in cooldown, clock set back': {
    means: 'a refresh has granted the access token that the server refuses, and the clock was set back since',
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
    means: 'the access token is not even due',
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
    means: 'the attempts of this refresh are used up',
    context: { attempt: 3 },
  },
  'last attempt, token good': {
    means: 'the attempts of this refresh are used up; the access token is due, and has not expired yet',
    context: { attempt: 3, ...good },
  },
  'last attempt, not due yet': {
    means: 'the attempts of this refresh are used up, and the access token is not even due',
    context: { attempt: 3, ...fresh },
  },
  'offline, token good': {
    means: 'there is no network; the access token is due, and has not expired yet',
    context: { online: false, ...good },
  },
  'offline, not due yet': {
    means: 'there is no network, and the access token is not even due',
    context: { online: false, ...fresh },
  },
  'offline, lifetime unknown': {
    means: 'there is no network, and the expiry of the access token is unknown',
    context: { online: false, ...timeless },
  },
  'offline, token expired': {
    means: 'there is no network, and the access token has expired',
    context: { online: false, expiresAt: now - 1 },
  },
  'before Retry-After, token good': {
    means:
      'the server has asked to be left alone for longer; the access token is due, and has not expired yet',
    context: { retryAt: now + 90_000, retryFrom: now, retryIsAsked: true, ...good },
  },
  'before Retry-After, not due yet': {
    means: 'the server has asked to be left alone for longer, and the access token is not even due',
    context: { retryAt: now + 90_000, retryFrom: now, retryIsAsked: true, ...fresh },
  },
  'before Retry-After, lifetime unknown': {
    means: 'the server has asked to be left alone for longer, and the expiry of the access token is unknown',
    context: { retryAt: now + 90_000, retryFrom: now, retryIsAsked: true, ...timeless },
  },
  'before Retry-After, token expired': {
    means: 'the server has asked to be left alone for longer, and the access token has expired',
    context: { retryAt: now + 90_000, retryFrom: now, retryIsAsked: true, expiresAt: now - 1 },
  },
  'before Retry-After, token good, clock set back': {
    means:
      'the server has asked to be left alone, the clock was set back since, and the access token is still good',
    context: { retryAt: now + 90_000, retryFrom: now + 1, retryIsAsked: true, ...good },
  },
  'before Retry-After, token expired, clock set back': {
    means:
      'the server has asked to be left alone, the clock was set back since, and the access token has expired',
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
    means: 'the call found no network, though the platform says that there is one',
    event: { status: null },
    never: ['refreshing.offline'],
  },
  'offline, network failed': {
    means: 'the call found no network, and the platform says so as well',
    context: { online: false, expiresAt: now - 1 },
    event: { status: null },
  },
  'offline, network failed, last attempt': {
    means: 'the attempts are used up, the last call found no network, and the platform says so as well',
    context: { online: false, expiresAt: now - 1, attempt: 3 },
    event: { status: null },
  },
  'known failure': {
    means: 'this tab has heard of that failure, or of a later one',
    context: { retryFrom: now - 100 },
  },
  'known failure, clock set back': {
    means: 'this tab knows of a failure that a clock wrote which was set back since',
    context: { retryFrom: now + 1 },
  },
  'nearly due': {
    means: 'the access token is due as early as that of the other tab, but for chance',
    context: { expiresAt: now + 45_000, dueAt: now + 15_000 },
  },
  'not nearly due': {
    means: 'the access token is due later than chance makes it',
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
    means: 'the server refreshes live tokens only, and the access token is inside its leeway when it comes',
    context: { refreshesLiveTokensOnly: true },
    event: { dueAt: now, expiresAt: now + 1 },
    never: ['refreshing.offline'],
  },
  'due on arrival': {
    means: 'the access token is inside its leeway, or expired, when it comes',
    event: { dueAt: now, expiresAt: now },
  },
  'due on arrival, no refresh': {
    means: 'the contract cannot refresh, and the access token has expired when it comes',
    context: { canRefresh: false },
    event: { dueAt: now, expiresAt: now },
    never: neverWithoutRefresh,
  },
  'far from due': {
    means: 'more time is left than the longest timer keeps',
    context: { dueAt: now + longestDelay + 1 },
  },
} satisfies Record<string, Circumstance>;

export type CircumstanceName = keyof typeof circumstances;

export const isCircumstance = (name: string): name is CircumstanceName => Object.hasOwn(circumstances, name);

export const circumstanceOf = (name: CircumstanceName): Circumstance => circumstances[name];
