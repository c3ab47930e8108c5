import type { EventType } from './events.ts';
import {
  accessTokenRefused,
  endingSoon,
  everywhere,
  granted,
  limitReached,
  lockAcquired,
  networkBack,
  newsFromPeers,
  ofEarlierLogout,
  failedInPeer,
  rateLimited,
  whileAnonymous,
  whileExpired,
  unavailable,
  refreshTokenRefused,
  refreshWanted,
  sessionEnded,
  signedOut,
  strongerSignInAsked,
  triedAgain,
  userUpdated,
  when,
  whenRequesting,
  whileRestoring,
  whileTokenServes,
  wokenWhileDue,
  wokenWhileFresh,
  type Row,
} from './outcomes.ts';

/** What every event does in every state. An event or a state that is missing does not compile. */
export const table = {
  'session.login': {
    anonymous: {
      ...whileRestoring('anonymous.signingIn'),
      idle: 'anonymous.signingIn',
      signingIn: 'anonymous.signingIn',
      'challenged.idle': 'anonymous.challenged.signingIn',
      'challenged.signingIn': 'anonymous.challenged.signingIn',
    },
    authenticated: 'stays',
    refreshing: 'stays',
    expired: {
      idle: 'expired.signingIn',
      signingIn: 'expired.signingIn',
      'challenged.idle': 'expired.challenged.signingIn',
      'challenged.signingIn': 'expired.challenged.signingIn',
    },
    loggedOut: 'anonymous.signingIn',
  },
  'session.adopt': everywhere(granted),
  'session.refresh': {
    ...everywhere('stays'),
    authenticated: {
      cases: {
        ...refreshWanted.cases,
        'no refresh': 'stays',
        'offline, not due yet': 'refreshing.acquiring',
        'offline, lifetime unknown': 'refreshing.acquiring',
        'before Retry-After, not due yet': 'stays',
        'before Retry-After, lifetime unknown': 'stays',
      },
    },
  },
  'session.logout': {
    anonymous: when('loggedOut.idle', { 'silent sign-in': 'loggedOut.revoking' }),
    authenticated: signedOut,
    refreshing: signedOut,
    expired: 'loggedOut.idle',
    loggedOut: 'stays',
  },
  'session.updateUser': userUpdated,
  'stepUp.cancelled': { ...everywhere('stays'), authenticated: 'notes', refreshing: 'notes' },
  'limit.near': { ...everywhere('stays'), authenticated: endingSoon, refreshing: endingSoon },
  'limit.extended': { ...everywhere('stays'), authenticated: 'notes', refreshing: 'notes' },
  'limit.reached': { ...everywhere('stays'), authenticated: limitReached, refreshing: limitReached },
  'session.cancelLogin': {
    ...everywhere('stays'),
    anonymous: { ...whileAnonymous, 'challenged.idle': 'anonymous.idle' },
    expired: { ...whileExpired, 'challenged.idle': 'expired.idle' },
  },
  'server.accessTokenExpired': accessTokenRefused,
  'server.accessTokenInvalid': accessTokenRefused,
  'server.accessTokenMissing': accessTokenRefused,
  'server.refreshTokenExpired': refreshTokenRefused,
  'server.refreshTokenInvalid': refreshTokenRefused,
  'server.refreshTokenReused': refreshTokenRefused,
  'server.subjectMismatch': sessionEnded,
  'server.sessionRevoked': sessionEnded,
  'server.accountDisabled': sessionEnded,
  'server.invalidCredentials': everywhere('stays'),
  'server.stepUpRequired': strongerSignInAsked,
  'server.forbidden': everywhere('stays'),
  'server.rateLimited': rateLimited,
  'server.unavailable': unavailable,
  'peer.adopted': {
    ...everywhere(newsFromPeers),
    anonymous: granted,
    loggedOut: when('stays', {
      'another session': 'authenticated.fresh',
      'same generation': 'stays',
      'older generation': 'stays',
    }),
  },
  'peer.loggedOut': { ...sessionEnded, anonymous: 'stays' },
  'peer.expired': {
    ...everywhere('stays'),
    authenticated: when('expired.idle', { 'another session': 'stays' }),
    refreshing: when('expired.idle', { 'another session': 'stays' }),
  },
  'peer.userUpdated': userUpdated,
  'peer.refreshFailed': failedInPeer,
  'network.online': {
    ...everywhere('notes'),
    loggedOut: { idle: 'notes', revoking: 'notes', backingOff: 'loggedOut.revoking' },
    anonymous: {
      ...whileRestoring('notes'),
      'restoring.backingOff': when('anonymous.restoring.requesting', {
        'before Retry-After, lifetime unknown': 'notes',
      }),
      idle: 'notes',
      signingIn: 'notes',
      'challenged.idle': 'notes',
      'challenged.signingIn': 'notes',
    },
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
      acquiring: 'notes',
      requesting: 'notes',
      backingOff: 'refreshing.offline',
      offline: 'stays',
    },
  },
  'page.shown': everywhere('notes'),
  'page.hidden': everywhere('notes'),
  'clock.woke': {
    ...everywhere('stays'),
    authenticated: {
      fresh: wokenWhileFresh,
      'due.ready': wokenWhileDue,
      'due.deferred': wokenWhileDue,
    },
    refreshing: {
      acquiring: 'stays',
      requesting: 'stays',
      backingOff: { cases: { ...networkBack.cases, 'in a backoff, token expired': 'refreshing.backingOff' } },
      offline: 'stays',
    },
  },
  'accessToken.due': {
    ...everywhere('stays'),
    authenticated: {
      cases: {
        ...refreshWanted.cases,
        'no refresh': 'expired.idle',
        'offline, token good': 'authenticated.due.deferred',
        'in a backoff, token good': 'authenticated.due.deferred',
        'in a backoff, token expired': 'refreshing.backingOff',
      },
    },
  },
  'grant.stored': {
    ...everywhere('stays'),
    anonymous: {
      ...whileAnonymous,
      'restoring.requesting': granted,
      signingIn: granted,
      'challenged.signingIn': granted,
    },
    refreshing: when('authenticated.fresh', {
      'lifetime unknown': 'authenticated.fresh',
      'due on arrival': 'authenticated.due.ready',
      'another session': 'stays',
    }),
    expired: { ...whileExpired, signingIn: granted, 'challenged.signingIn': granted },
  },
  'login.challenged': {
    ...everywhere('stays'),
    anonymous: {
      ...whileAnonymous,
      signingIn: 'anonymous.challenged.idle',
      'challenged.signingIn': 'anonymous.challenged.idle',
    },
    expired: {
      ...whileExpired,
      signingIn: 'expired.challenged.idle',
      'challenged.signingIn': 'expired.challenged.idle',
    },
  },
  'login.failed': {
    ...everywhere('stays'),
    anonymous: {
      ...whileAnonymous,
      signingIn: 'anonymous.idle',
      'challenged.signingIn': when('anonymous.challenged.idle', { 'sign-in ended': 'anonymous.idle' }),
    },
    expired: {
      ...whileExpired,
      signingIn: 'expired.idle',
      'challenged.signingIn': when('expired.challenged.idle', { 'sign-in ended': 'expired.idle' }),
    },
  },
  'refresh.failed': {
    ...everywhere('stays'),
    anonymous: whenRequesting('anonymous.idle'),
    refreshing: when('authenticated.due.ready', {
      ...whileTokenServes,
      'refused, not due yet': 'authenticated.due.ready',
      'refused, lifetime unknown': 'authenticated.due.ready',
    }),
  },
  'logout.confirmed': {
    ...everywhere('stays'),
    loggedOut: {
      idle: 'stays',
      revoking: when('loggedOut.idle', ofEarlierLogout('stays')),
      backingOff: 'stays',
    },
  },
  'logout.refused': {
    ...everywhere('notes'),
    loggedOut: {
      idle: 'notes',
      revoking: when('loggedOut.idle', ofEarlierLogout('notes')),
      backingOff: 'notes',
    },
  },
  'logout.failed': {
    ...everywhere('notes'),
    loggedOut: {
      idle: 'notes',
      revoking: when('loggedOut.backingOff', {
        ...ofEarlierLogout('notes'),
        'last attempt': 'loggedOut.idle',
        'offline, network failed, last attempt': 'loggedOut.backingOff',
      }),
      backingOff: 'notes',
    },
  },
  'lock.acquired': {
    ...everywhere('stays'),
    refreshing: {
      acquiring: lockAcquired,
      requesting: 'stays',
      backingOff: 'stays',
      offline: 'stays',
    },
  },
  'store.restored': {
    ...everywhere('stays'),
    anonymous: { ...whileAnonymous, ...whileRestoring(granted) },
  },
  'store.empty': {
    ...everywhere('stays'),
    anonymous: {
      ...whileAnonymous,
      'restoring.reading': when('anonymous.idle', {
        'silent sign-in': 'anonymous.restoring.requesting',
        'silent sign-in, logout pending': 'anonymous.idle',
      }),
      'restoring.requesting': 'anonymous.idle',
      'restoring.backingOff': 'stays',
    },
  },
  'store.failed': everywhere('notes'),
  'store.cleared': everywhere('notes'),
  'lock.unavailable': everywhere('notes'),
  'channel.unavailable': everywhere('notes'),
} satisfies Record<EventType, Row>;
