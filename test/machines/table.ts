import type { SessionStatus } from '../../machines/index.ts';
import type { CircumstanceName } from './circumstances.ts';
import type { EventType } from './events.ts';
import type { Leaf, Substate } from './leaves.ts';

/**
 * Where an event leads.
 *
 * - `stays`: nothing changes, nothing is done.
 * - `notes`: the state stays; something is remembered, or told to those who listen.
 * - A state: it is entered, or entered anew.
 */
export type Outcome = Leaf | 'stays' | 'notes';

export interface Cases {
  readonly cases: { readonly otherwise: Outcome } & Partial<Record<CircumstanceName, Outcome>>;
}

export type Cell = Outcome | Cases;

/** One cell for all of a state, or one for each of its substates. */
type Column<Status extends SessionStatus> =
  Cell | ([Substate<Status>] extends [never] ? never : Readonly<Record<Substate<Status>, Cell>>);

type Row = { readonly [Status in SessionStatus]: Column<Status> };

const when = (otherwise: Outcome, others: Partial<Record<CircumstanceName, Outcome>>): Cases => ({
  cases: { otherwise, ...others },
});

const everywhere = <Inner extends Cell>(cell: Inner) => ({
  anonymous: cell,
  authenticated: cell,
  refreshing: cell,
  expired: cell,
  loggedOut: cell,
});

/** Tokens have come. */
const granted = when('authenticated.fresh', {
  'lifetime unknown': 'authenticated.fresh',
  'due on arrival': 'authenticated.due.ready',
  'due on arrival, no refresh': 'expired.idle',
});

/** A newer grant is in the store. */
const newsFromPeers = when('authenticated.fresh', {
  'another session': 'authenticated.fresh',
  'same generation': 'stays',
  'older generation': 'stays',
  'due on arrival': 'authenticated.due.ready',
});

const accessTokenRefused: Row = {
  ...everywhere('stays'),
  authenticated: when('refreshing.acquiring', {
    'older generation': 'stays',
    'another session': 'stays',
    'in cooldown': 'stays',
    'cooldown over': 'refreshing.acquiring',
    'no refresh': 'expired.idle',
    'older generation, no refresh': 'stays',
    'offline, token good': 'refreshing.offline',
    'offline, token expired': 'refreshing.offline',
    'before Retry-After, token good': 'refreshing.backingOff',
    'before Retry-After, token expired': 'refreshing.backingOff',
  }),
};

const refreshTokenRefused: Row = {
  ...everywhere('stays'),
  authenticated: when('expired.idle', { 'older generation': 'stays', 'another session': 'stays' }),
  refreshing: when('expired.idle', { 'older generation': 'stays', 'another session': 'stays' }),
};

const overHere = when('loggedOut', { 'older generation': 'loggedOut', 'another session': 'stays' });

const sessionEnded: Row = {
  anonymous: 'stays',
  authenticated: overHere,
  refreshing: overHere,
  expired: overHere,
  loggedOut: 'stays',
};

const refreshFailed = when('refreshing.backingOff', {
  'last attempt': 'authenticated.due.ready',
  'token good': 'authenticated.due.deferred',
  'lifetime unknown': 'authenticated.due.deferred',
});

const passed: Row = { ...everywhere('stays'), refreshing: refreshFailed };

const refreshWanted = when('refreshing.acquiring', {
  'token good': 'refreshing.acquiring',
  'offline, token good': 'authenticated.due.deferred',
  'offline, token expired': 'refreshing.offline',
  'before Retry-After, token good': 'authenticated.due.deferred',
  'before Retry-After, token expired': 'refreshing.backingOff',
});

/** The network is back, or the clock has woken: the refresh that is due is tried again. */
const triedAgain = (otherwise: 'stays' | 'notes') =>
  when('refreshing.acquiring', {
    'not proactive': otherwise,
    'before Retry-After, token expired': 'refreshing.backingOff',
  });

const wokenWhileDue = {
  cases: {
    ...triedAgain('stays').cases,
    'offline, token good': 'authenticated.due.deferred',
    'offline, token expired': 'refreshing.offline',
    'before Retry-After, token good': 'authenticated.due.deferred',
  },
} satisfies Cases;

const networkLost = when('refreshing.offline', {
  'token good': 'authenticated.due.deferred',
  'lifetime unknown': 'authenticated.due.deferred',
});

const networkBack = when('refreshing.acquiring', {
  'before Retry-After, token expired': 'refreshing.backingOff',
});

/** What every event does in every state. An event or a state that is missing fails the typecheck. */
export const table = {
  'session.login': {
    anonymous: 'anonymous.signingIn',
    authenticated: 'stays',
    refreshing: 'stays',
    expired: 'expired.signingIn',
    loggedOut: 'anonymous.signingIn',
  },
  'session.adopt': everywhere(granted),
  'session.refresh': {
    ...everywhere('stays'),
    authenticated: { ...refreshWanted, cases: { ...refreshWanted.cases, 'no refresh': 'stays' } },
  },
  'session.logout': { ...everywhere('loggedOut'), loggedOut: 'stays' },
  'server.accessTokenExpired': accessTokenRefused,
  'server.accessTokenInvalid': accessTokenRefused,
  'server.accessTokenMissing': accessTokenRefused,
  'server.refreshTokenExpired': refreshTokenRefused,
  'server.refreshTokenInvalid': refreshTokenRefused,
  'server.refreshTokenReused': refreshTokenRefused,
  'server.subjectMismatch': sessionEnded,
  'server.sessionRevoked': sessionEnded,
  'server.accountDisabled': sessionEnded,
  'server.stepUpRequired': { ...everywhere('stays'), authenticated: 'notes' },
  'server.forbidden': everywhere('stays'),
  'server.rateLimited': passed,
  'server.unavailable': passed,
  'peer.adopted': {
    ...everywhere(newsFromPeers),
    anonymous: granted,
    loggedOut: when('stays', {
      'another session': 'authenticated.fresh',
      'same generation': 'stays',
      'older generation': 'stays',
    }),
  },
  'peer.loggedOut': sessionEnded,
  'peer.expired': {
    ...everywhere('stays'),
    authenticated: when('expired.idle', { 'another session': 'stays' }),
    refreshing: when('expired.idle', { 'another session': 'stays' }),
  },
  'network.online': {
    ...everywhere('notes'),
    authenticated: {
      fresh: 'notes',
      'due.ready': triedAgain('notes'),
      'due.deferred': {
        cases: {
          ...triedAgain('notes').cases,
          'before Retry-After, token good': 'authenticated.due.deferred',
        },
      },
    },
    refreshing: {
      acquiring: networkBack,
      requesting: 'notes',
      backingOff: networkBack,
      offline: networkBack,
    },
  },
  'network.offline': {
    ...everywhere('notes'),
    refreshing: {
      acquiring: networkLost,
      requesting: 'notes',
      backingOff: networkLost,
      offline: networkLost,
    },
  },
  'clock.woke': {
    ...everywhere('stays'),
    authenticated: {
      fresh: granted,
      'due.ready': wokenWhileDue,
      'due.deferred': wokenWhileDue,
    },
  },
  'accessToken.due': {
    ...everywhere('stays'),
    authenticated: { ...refreshWanted, cases: { ...refreshWanted.cases, 'no refresh': 'expired.idle' } },
  },
  'grant.stored': {
    ...everywhere('stays'),
    anonymous: { restoring: 'stays', idle: 'stays', signingIn: granted },
    refreshing: when('authenticated.fresh', {
      'lifetime unknown': 'authenticated.fresh',
      'due on arrival': 'authenticated.due.ready',
      'another session': 'stays',
    }),
    expired: { idle: 'stays', signingIn: granted },
  },
  'login.failed': {
    ...everywhere('stays'),
    anonymous: { restoring: 'stays', idle: 'stays', signingIn: 'anonymous.idle' },
    expired: { idle: 'stays', signingIn: 'expired.idle' },
  },
  'refresh.failed': {
    ...everywhere('stays'),
    refreshing: when('authenticated.due.ready', {
      'token good': 'authenticated.due.deferred',
      'lifetime unknown': 'authenticated.due.deferred',
    }),
  },
  'lock.acquired': {
    ...everywhere('stays'),
    refreshing: {
      acquiring: 'refreshing.requesting',
      requesting: 'stays',
      backingOff: 'stays',
      offline: 'stays',
    },
  },
  'store.restored': {
    ...everywhere('stays'),
    anonymous: { restoring: granted, idle: 'stays', signingIn: 'stays' },
  },
  'store.empty': {
    ...everywhere('stays'),
    anonymous: { restoring: 'anonymous.idle', idle: 'stays', signingIn: 'stays' },
  },
  'store.failed': everywhere('notes'),
} satisfies Record<EventType, Row>;
