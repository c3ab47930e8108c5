import type { SessionStatus } from '../../machines/index.ts';
import type { CircumstanceName } from './circumstances.ts';
import type { Leaf, Substate } from './leaves.ts';

/**
 * The outcome of an event.
 *
 * - `stays`: nothing changes.
 * - `notes`: the state stays, but the machine stores something or emits an event.
 * - A state: the machine enters it. If it is in that state already, it enters it again.
 */
export type Outcome = Leaf | 'stays' | 'notes';

export interface Cases {
  readonly cases: { readonly otherwise: Outcome } & Partial<Record<CircumstanceName, Outcome>>;
}

export type Cell = Outcome | Cases;

/** One cell for a whole state, or one for each of its substates. */
type Column<Status extends SessionStatus> =
  Cell | ([Substate<Status>] extends [never] ? never : Readonly<Record<Substate<Status>, Cell>>);

export type Row = { readonly [Status in SessionStatus]: Column<Status> };

export const when = (otherwise: Outcome, others: Partial<Record<CircumstanceName, Outcome>>): Cases => ({
  cases: { otherwise, ...others },
});

export const everywhere = <Inner extends Cell>(cell: Inner) => ({
  anonymous: cell,
  authenticated: cell,
  refreshing: cell,
  expired: cell,
  loggedOut: cell,
});

/** In the substates of `anonymous` that are not named: nothing. */
export const whileAnonymous = {
  'restoring.reading': 'stays',
  'restoring.requesting': 'stays',
  'restoring.backingOff': 'stays',
  idle: 'stays',
  signingIn: 'stays',
  'challenged.idle': 'stays',
  'challenged.signingIn': 'stays',
} as const;

/** The same for `expired`. */
export const whileExpired = {
  idle: 'stays',
  signingIn: 'stays',
  'challenged.idle': 'stays',
  'challenged.signingIn': 'stays',
} as const;

/** The machine gets new tokens. */
export const granted = when('authenticated.fresh', {
  'lifetime unknown': 'authenticated.fresh',
  'due on arrival': 'authenticated.due.ready',
  'due on arrival, live tokens only': 'refreshing.acquiring',
  'due on arrival, no refresh': 'expired.idle',
});

/** The user has signed in again, as the server asked. */
export const signedInAgain = when('authenticated.fresh', {
  'another session': 'stays',
  'lifetime unknown': 'authenticated.fresh',
  'due on arrival': 'authenticated.due.ready',
});

/** The store contains a newer grant. */
export const newsFromPeers = when('authenticated.fresh', {
  'step-up': 'authenticated.fresh',
  'step-up in another tab': 'authenticated.fresh',
  'another session': 'authenticated.fresh',
  'same generation': 'stays',
  'older generation': 'stays',
  'due on arrival': 'authenticated.due.ready',
});

/** If the clock was set back, the rest of the pause is unknown, so the pause ends. */
const setBack = {
  'before Retry-After, token good, clock set back': 'refreshing.acquiring',
  'before Retry-After, token expired, clock set back': 'refreshing.acquiring',
} as const;

export const accessTokenRefused: Row = {
  ...everywhere('stays'),
  authenticated: when('refreshing.acquiring', {
    'older generation': 'stays',
    'another session': 'stays',
    'in cooldown': 'stays',
    'cooldown just begun': 'stays',
    'in cooldown, clock set back': 'refreshing.acquiring',
    'cooldown over': 'refreshing.acquiring',
    'no refresh': 'expired.idle',
    'older generation, no refresh': 'stays',
    'offline, token good': 'refreshing.acquiring',
    'offline, token expired': 'refreshing.acquiring',
    'in a backoff, token expired': 'refreshing.backingOff',
    'before Retry-After, token good': 'refreshing.backingOff',
    'before Retry-After, token expired': 'refreshing.backingOff',
    ...setBack,
  }),
};

/** One cell for each state in which the session is being restored. */
export const whileRestoring = <Inner extends Cell>(cell: Inner) => ({
  'restoring.reading': cell,
  'restoring.requesting': cell,
  'restoring.backingOff': cell,
});

/** Only a silent sign-in asks the server before there is a session. */
export const whenRequesting = (cell: Cell) => ({
  ...whileRestoring<Cell>('stays'),
  'restoring.requesting': cell,
  idle: 'stays' as const,
  signingIn: 'stays' as const,
  'challenged.idle': 'stays' as const,
  'challenged.signingIn': 'stays' as const,
});

export const refreshTokenRefused: Row = {
  ...everywhere('stays'),
  anonymous: whenRequesting('anonymous.idle'),
  authenticated: when('expired.idle', { 'older generation': 'stays', 'another session': 'stays' }),
  refreshing: when('expired.idle', { 'older generation': 'stays', 'another session': 'stays' }),
};

const overHere = when('loggedOut.idle', {
  'older generation': 'loggedOut.idle',
  'older sign-in': 'stays',
  'another session': 'stays',
});

/** The server is told, if the contract can tell it. */
export const signedOut = when('loggedOut.revoking', { 'no revocation': 'loggedOut.idle' });

export const limitReached = when('loggedOut.revoking', {
  'no revocation': 'loggedOut.idle',
  'another session': 'stays',
});

export const endingSoon = when('notes', { 'another session': 'stays' });

/** The tokens came late, or they are those of an earlier session. */
export const ofEarlierLogout = (outcome: 'stays' | 'notes') => ({
  'older generation': outcome,
  'another session': outcome,
});

const endedElsewhere = when('loggedOut.idle', {
  'older generation': 'loggedOut.idle',
  'another session': 'stays',
});

export const endedInPeer: Row = {
  ...everywhere('stays'),
  authenticated: endedElsewhere,
  refreshing: endedElsewhere,
  expired: {
    idle: endedElsewhere,
    signingIn: 'stays',
    'challenged.idle': 'stays',
    'challenged.signingIn': 'stays',
  },
};

export const sessionEnded: Row = {
  anonymous: whenRequesting('anonymous.idle'),
  authenticated: overHere,
  refreshing: overHere,
  // A pending login starts another session than the one that the event is about.
  expired: {
    idle: overHere,
    signingIn: 'stays',
    'challenged.idle': 'stays',
    'challenged.signingIn': 'stays',
  },
  loggedOut: 'stays',
};

const reported = when('notes', { 'older generation': 'notes', 'another session': 'stays' });

export const strongerSignInAsked: Row = {
  ...everywhere('stays'),
  authenticated: reported,
  refreshing: reported,
};

const noted = when('notes', { 'older generation': 'stays', 'another session': 'stays' });

export const userUpdated: Row = { ...everywhere('stays'), authenticated: noted, refreshing: noted };

/** A refresh is not possible now. A due token is deferred; a token that is not due stays fresh. */
export const whileTokenServes = {
  'token good': 'authenticated.due.deferred',
  'not due yet': 'authenticated.fresh',
  'lifetime unknown': 'authenticated.fresh',
} as const;

const failedForNow = {
  ...whileTokenServes,
  'refused, not due yet': 'refreshing.backingOff',
  'refused, lifetime unknown': 'refreshing.backingOff',
  'last attempt': 'authenticated.due.ready',
  'last attempt, token good': 'authenticated.due.deferred',
  'last attempt, not due yet': 'authenticated.fresh',
  'offline, token expired': 'refreshing.backingOff',
  'network failed': 'refreshing.backingOff',
} as const;

export const rateLimited: Row = {
  ...everywhere('stays'),
  anonymous: whenRequesting('anonymous.restoring.backingOff'),
  refreshing: when('refreshing.backingOff', failedForNow),
};

const withoutNetwork = {
  'offline, network failed': 'refreshing.offline',
  'offline, network failed, last attempt': 'authenticated.due.ready',
} as const;

export const unavailable: Row = {
  ...everywhere('stays'),
  anonymous: whenRequesting('anonymous.restoring.backingOff'),
  refreshing: when('refreshing.backingOff', { ...failedForNow, ...withoutNetwork }),
};

const unknownFailure = {
  'older generation': 'stays',
  'another session': 'stays',
  'known failure': 'stays',
} as const;

/** A refresh failed in another tab, and this tab did not know it yet. */
const failedElsewhere = when('refreshing.backingOff', {
  ...failedForNow,
  ...withoutNetwork,
  ...unknownFailure,
  'known failure, clock set back': 'refreshing.backingOff',
});

export const failedInPeer: Row = {
  ...everywhere('stays'),
  authenticated: {
    fresh: when('notes', {
      ...unknownFailure,
      'known failure, clock set back': 'notes',
      'nearly due': 'authenticated.due.deferred',
      'not nearly due': 'notes',
      'lifetime unknown': 'notes',
    }),
    'due.ready': when('notes', unknownFailure),
    'due.deferred': when('authenticated.due.deferred', unknownFailure),
  },
  refreshing: {
    acquiring: failedElsewhere,
    requesting: 'stays',
    backingOff: failedElsewhere,
    offline: failedElsewhere,
  },
};

/** A requested refresh is tried even if the platform says that it is offline. */
export const refreshWanted = when('refreshing.acquiring', {
  'token good': 'refreshing.acquiring',
  'not due yet': 'refreshing.acquiring',
  'lifetime unknown': 'refreshing.acquiring',
  'offline, token good': 'refreshing.acquiring',
  'offline, token expired': 'refreshing.acquiring',
  'in a backoff, token good': 'refreshing.acquiring',
  'in a backoff, token expired': 'refreshing.acquiring',
  'before Retry-After, token good': 'authenticated.due.deferred',
  'before Retry-After, token expired': 'refreshing.backingOff',
  ...setBack,
});

/** The network is back, or the clock has woken: a due refresh is tried again. */
export const triedAgain = (otherwise: 'stays' | 'notes') =>
  when('refreshing.acquiring', {
    'not proactive': otherwise,
    'not visible': otherwise,
    'not visible, live tokens only': 'refreshing.acquiring',
    'in a backoff, token expired': 'refreshing.acquiring',
    'before Retry-After, token expired': 'refreshing.backingOff',
    ...setBack,
  });

export const wokenWhileDue = {
  cases: {
    ...triedAgain('stays').cases,
    'offline, token good': 'authenticated.due.deferred',
    'offline, token expired': 'stays',
    'in a backoff, token good': 'authenticated.due.deferred',
    'in a backoff, token expired': 'refreshing.backingOff',
    'before Retry-After, token good': 'authenticated.due.deferred',
  },
} satisfies Cases;

/** The clock has woken: a due refresh starts; otherwise the delays are computed again. */
export const wokenWhileFresh = when('authenticated.fresh', {
  'lifetime unknown': 'authenticated.fresh',
  'due on arrival': 'refreshing.acquiring',
});

export const networkBack = when('refreshing.acquiring', {
  'in a backoff, token expired': 'refreshing.acquiring',
  'before Retry-After, token expired': 'refreshing.backingOff',
  ...setBack,
});

/** The refresher has the lock: it calls the server, unless the call would be useless. */
export const lockAcquired = when('refreshing.requesting', {
  'live tokens only, token good': 'refreshing.requesting',
  'live tokens only, token expired': 'expired.idle',
});
