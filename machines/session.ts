import { assign, emit, fromCallback, sendTo, setup } from 'xstate';
import * as changes from './changes.ts';
import * as delays from './delays.ts';
import * as facts from './facts.ts';
import * as guards from './guards.ts';
import { notProvided } from './rules.ts';
import { machineTypes, type AttemptStart, type SessionEvent, type Stamp, type Timed } from './types.ts';

/**
 * The states of a session and the transitions between them, in one literal that Stately's tools can open. The machine
 * contains no secret: tokens, passwords and users stay in the code that provides the four actors. It reads no clock:
 * events carry their time. An event that a state does not list changes nothing; `ignoredEvents` says why.
 *
 * - `restorer` reads the store and sends `store.restored` or `store.empty`. For each `attempt.start` it asks the server for
 *   tokens without a stored session (silent sign-in). It sends `grant.stored`, a `server.*` verdict or `refresh.failed`, or
 *   `store.restored` if another tab was faster.
 * - `authenticator` signs in and sends `grant.stored`, `login.challenged` or `login.failed`.
 * - `revoker` tells the server of a logout once and sends `logout.confirmed`, `logout.refused` or `logout.failed`.
 * - `refresher` makes one attempt for each `attempt.start`. It sends `lock.acquired` and then `grant.stored`, a `server.*`
 *   verdict or `refresh.failed`. If another tab was faster, it sends `peer.adopted` or `peer.refreshFailed`.
 */
export const sessionMachine = /* @__PURE__ */ setup({
  types: machineTypes,
  actors: {
    restorer: fromCallback<AttemptStart>(notProvided('restorer')),
    authenticator: fromCallback<SessionEvent, { loginId: string }>(notProvided('authenticator')),
    refresher: fromCallback<AttemptStart, Stamp>(notProvided('refresher')),
    revoker: fromCallback<SessionEvent, Stamp & Timed>(notProvided('revoker')),
  },
  actions: {
    takeGrant: assign(changes.takeGrant),
    startCooldown: assign(changes.startCooldown),
    joinCooldown: assign(changes.joinCooldown),
    setNow: assign(changes.setNow),
    cutPause: assign(changes.cutPause),
    endPause: assign(changes.endPause),
    reachDue: assign(changes.reachDue),
    reachExpiry: assign(changes.reachExpiry),
    reachLongestDelay: assign(changes.reachLongestDelay),
    setDueAt: assign(changes.setDueAt),
    markRefused: assign(changes.markRefused),
    countFailure: assign(changes.countFailure),
    joinFailure: assign(changes.joinFailure),
    countAttempt: assign(changes.countAttempt),
    countBreakdown: assign(changes.countBreakdown),
    countLogoutFailure: assign(changes.countLogoutFailure),
    waitForExpiry: assign(changes.waitForExpiry),
    startRound: assign({ attempt: 0 }),
    endRound: assign(changes.endRound),
    setFailure: assign(changes.setFailure),
    setStepUp: assign(changes.setStepUp),
    completeStepUp: assign(changes.completeStepUp),
    dropStepUp: assign({ stepUp: null }),
    setEnding: assign(changes.setEnding),
    dropEnding: assign({ ending: null }),
    clearFailure: assign({ failure: null }),
    setOnline: assign(changes.setOnline),
    setVisible: assign(changes.setVisible),
    noteLostAnswer: assign(changes.noteLostAnswer),
    setReason: assign(changes.setReason),
    startAttempt: sendTo('refresher', facts.attemptStart),
    startSilentSignIn: sendTo('restorer', facts.attemptStart),
    tellAuthenticated: emit(facts.authenticated),
    tellRefreshed: emit(facts.refreshed),
    tellUserUpdated: emit(facts.userUpdated),
    tellRefreshFailed: emit(facts.refreshFailed),
    tellExpired: emit(facts.expired),
    tellLoggedOut: emit(facts.loggedOut),
    tellLogoutFailed: emit(facts.logoutFailed),
    tellStepUpRequired: emit(facts.stepUpRequired),
    tellEnding: emit(facts.ending),
    tellEvent: emit(facts.unchanged),
    /** To be provided: makes requests carry the tokens of this grant. */
    useTokens: () => undefined,
    /** To be provided: shows the changed user. */
    useUser: () => undefined,
    /** To be provided: drops the tokens here and in the store, and keeps the user. */
    dropTokens: () => undefined,
    /** To be provided: tells the server of the last logout once more, without another attempt. */
    revokeOnce: () => undefined,
    /** To be provided: drops the tokens and the user, and aborts requests in flight. */
    dropCredentials: () => undefined,
    /** To be provided: forgets what the second step of a sign-in needs. */
    dropChallenge: () => undefined,
  },
  guards,
  delays,
}).createMachine({
  id: 'session',
  description: 'The session of one user: which requests are sent, which wait, and which are refused.',
  context: ({ input }) => changes.initialContext(input),
  initial: 'anonymous',
  on: {
    'network.online': { description: 'The next refresh takes it into account.', actions: 'setOnline' },
    'network.offline': { description: 'The next refresh takes it into account.', actions: 'setOnline' },
    'page.shown': { description: 'Tokens are refreshed ahead of need again.', actions: 'setVisible' },
    'page.hidden': { description: 'The next request starts the refresh.', actions: 'setVisible' },
    'store.failed': {
      description: 'The session goes on without the store.',
      actions: { type: 'tellEvent', params: ({ event }) => event },
    },
    'store.cleared': {
      description: 'The store was emptied. The session goes on.',
      actions: { type: 'tellEvent', params: ({ event }) => event },
    },
    'lock.unavailable': {
      description: 'No Web Locks: tabs use the store instead.',
      actions: { type: 'tellEvent', params: ({ event }) => event },
    },
    'channel.unavailable': {
      description: 'No BroadcastChannel: tabs check the store.',
      actions: { type: 'tellEvent', params: ({ event }) => event },
    },
    'logout.refused': {
      description: 'The server refused to revoke tokens that came late, or those of an earlier session.',
      actions: 'tellLogoutFailed',
    },
    'logout.failed': {
      description: 'The server could not be told to revoke late tokens, or those of an earlier session.',
      actions: 'tellLogoutFailed',
    },
    'session.adopt': [
      {
        description: 'Newer tokens of the same session, obtained elsewhere.',
        guard: 'isThisSession',
        target: '.signedIn.authenticated',
        reenter: true,
        actions: ['takeGrant', 'completeStepUp', 'tellRefreshed'],
      },
      {
        description: 'Tokens obtained elsewhere start a new session.',
        target: '.signedIn.authenticated',
        reenter: true,
        actions: ['takeGrant', 'dropStepUp', 'tellAuthenticated'],
      },
    ],
    'peer.adopted': {
      description: 'Another tab signed in or refreshed: its tokens are in the store.',
      guard: 'isNewerGrant',
      target: '.signedIn.authenticated',
      reenter: true,
      actions: ['takeGrant', 'completeStepUp', 'joinCooldown'],
    },
  },
  states: {
    anonymous: {
      description: 'The user has not signed in.',
      initial: 'restoring',
      on: {
        'session.login': { description: 'The user signs in.', target: '.signingIn' },
        'session.logout': [
          {
            description: 'The user signs out, and the server is told: the browser may hold a refresh cookie.',
            guard: 'canRevokeCookie',
            target: 'loggedOut.revoking',
          },
          { description: 'The user signs out.', target: 'loggedOut' },
        ],
      },
      states: {
        restoring: {
          description: 'It is not known yet whether a user is signed in. Requests wait.',
          tags: ['hold', 'busy', 'restoring'],
          initial: 'reading',
          invoke: {
            id: 'restorer',
            src: 'restorer',
            onError: { description: 'The session cannot be restored.', target: 'idle' },
          },
          after: {
            restoreTimeout: [
              {
                description: 'The server cannot be reached. The user can sign in.',
                guard: 'hasFailure',
                target: 'idle',
                actions: 'tellRefreshFailed',
              },
              { description: 'The store or the server takes too long to answer.', target: 'idle' },
            ],
          },
          on: {
            'store.restored': {
              description: 'The store holds a session.',
              target: '#session.signedIn.authenticated',
              actions: ['takeGrant', 'tellAuthenticated'],
            },
          },
          states: {
            reading: {
              description: 'The store is being read.',
              on: {
                'store.empty': [
                  {
                    description: 'The store holds no session, but the browser may hold a refresh cookie.',
                    guard: 'canSignInSilently',
                    target: 'requesting',
                  },
                  { description: 'The store holds no session.', target: '#session.anonymous.idle' },
                ],
              },
            },
            requesting: {
              description: 'The server is asked for tokens, once no other tab asks for them.',
              entry: 'startSilentSignIn',
              on: {
                'grant.stored': {
                  description: 'The server knows the user.',
                  target: '#session.signedIn.authenticated',
                  actions: ['takeGrant', 'tellAuthenticated'],
                },
                'store.empty': {
                  description: 'Another tab has signed out.',
                  target: '#session.anonymous.idle',
                },
                'server.refreshTokenExpired': {
                  description: 'The refresh token has expired: no user is signed in.',
                  target: '#session.anonymous.idle',
                },
                'server.refreshTokenInvalid': {
                  description: 'There is no valid refresh token: no user is signed in.',
                  target: '#session.anonymous.idle',
                },
                'server.refreshTokenReused': {
                  description: 'The refresh token was used before: no user is signed in.',
                  target: '#session.anonymous.idle',
                },
                'server.subjectMismatch': {
                  description: 'The token belongs to another user: no user is signed in.',
                  target: '#session.anonymous.idle',
                },
                'server.sessionRevoked': {
                  description: 'The session was revoked: no user is signed in.',
                  target: '#session.anonymous.idle',
                },
                'server.accountDisabled': {
                  description: 'The account was disabled: no user is signed in.',
                  target: '#session.anonymous.idle',
                },
                'server.rateLimited': {
                  description: 'The server has received too many requests.',
                  target: 'backingOff',
                  actions: 'countFailure',
                },
                'server.unavailable': {
                  description: 'The server cannot be reached, or cannot answer now.',
                  target: 'backingOff',
                  actions: 'countFailure',
                },
                'refresh.failed': {
                  description: 'The refresh is misconfigured: another call would fail as well.',
                  target: '#session.anonymous.idle',
                  actions: ['setFailure', 'tellRefreshFailed'],
                },
              },
            },
            backingOff: {
              description: 'The last call failed. The next one follows after a pause.',
              after: {
                backoff: {
                  description: 'The pause is over: try again.',
                  target: 'requesting',
                  actions: 'endPause',
                },
              },
              on: {
                'network.online': [
                  {
                    description: 'The server asked for a pause: wait for the rest of it.',
                    guard: 'isPutOff',
                    actions: 'setOnline',
                  },
                  {
                    description: 'The server may be reached again: try again.',
                    target: 'requesting',
                    actions: ['setOnline', 'cutPause'],
                  },
                ],
              },
            },
          },
        },
        idle: { description: 'Requests are sent without a token.' },
        signingIn: {
          description: 'The server is checking the credentials.',
          tags: ['busy', 'signingIn'],
          entry: 'clearFailure',
          invoke: {
            id: 'authenticator',
            src: 'authenticator',
            input: ({ event }) => ({ loginId: event.type === 'session.login' ? event.loginId : '' }),
            onError: { description: 'The sign-in failed unexpectedly.', target: 'idle' },
          },
          on: {
            'grant.stored': {
              description: 'The server has accepted the credentials.',
              target: '#session.signedIn.authenticated',
              actions: ['takeGrant', 'tellAuthenticated'],
            },
            'login.challenged': {
              description: 'The server has accepted the credentials and asks for a second step.',
              target: 'challenged',
            },
            'login.failed': {
              description: 'The sign-in failed or was cancelled. The user can try again.',
              target: 'idle',
              actions: 'setFailure',
            },
          },
        },
        challenged: {
          description: 'The sign-in has a second step, such as a code: the user has not taken it yet.',
          tags: ['challenged'],
          exit: 'dropChallenge',
          initial: 'idle',
          on: {
            'session.login': { description: 'The user takes the second step.', target: '.signingIn' },
          },
          states: {
            idle: {
              description: 'The session keeps what the server needs for the second step.',
              on: {
                'session.cancelLogin': {
                  description: 'The user gives up the second step.',
                  target: '#session.anonymous.idle',
                },
              },
            },
            signingIn: {
              description: 'The server is checking the second step.',
              tags: ['busy', 'signingIn'],
              entry: 'clearFailure',
              invoke: {
                id: 'authenticator',
                src: 'authenticator',
                input: ({ event }) => ({ loginId: event.type === 'session.login' ? event.loginId : '' }),
                onError: { description: 'The sign-in failed unexpectedly.', target: 'idle' },
              },
              on: {
                'grant.stored': {
                  description: 'The server has accepted the second step.',
                  target: '#session.signedIn.authenticated',
                  actions: ['takeGrant', 'tellAuthenticated'],
                },
                'login.challenged': { description: 'The server asks for one more step.', target: 'idle' },
                'login.failed': [
                  {
                    description: 'The server has ended this sign-in: the user must start again.',
                    guard: 'isSignInOver',
                    target: '#session.anonymous.idle',
                    actions: 'setFailure',
                  },
                  {
                    description: 'The second step failed or was cancelled. The user can take it again.',
                    target: 'idle',
                    actions: 'setFailure',
                  },
                ],
              },
            },
          },
        },
      },
    },
    signedIn: {
      description: 'There is a session.',
      tags: ['signedIn'],
      initial: 'authenticated',
      on: {
        'session.logout': [
          {
            description: 'The user signs out, and the server is told.',
            guard: 'canRevoke',
            target: 'loggedOut.revoking',
          },
          { description: 'The user signs out.', target: 'loggedOut' },
        ],
        'session.updateUser': {
          description: 'Your code has changed the user, for example the name. The tokens stay.',
          guard: 'isCurrent',
          actions: ['useUser', 'tellUserUpdated'],
        },
        'peer.userUpdated': {
          description: 'Another tab has changed the user.',
          guard: 'isCurrent',
          actions: ['useUser', 'tellUserUpdated'],
        },
        'server.refreshTokenExpired': {
          description: 'The refresh token has expired: the user must sign in again.',
          guard: 'isCurrent',
          target: 'expired',
        },
        'server.refreshTokenInvalid': {
          description: 'The refresh token is invalid: the user must sign in again.',
          guard: 'isCurrent',
          target: 'expired',
        },
        'server.refreshTokenReused': {
          description: 'The refresh token was used before: the user must sign in again.',
          guard: 'isCurrent',
          target: 'expired',
        },
        'server.subjectMismatch': {
          description: 'The token belongs to another user: the session is over.',
          guard: 'isThisSession',
          target: 'loggedOut',
        },
        'server.sessionRevoked': {
          description: 'The session was revoked: it is over.',
          guard: 'isThisSession',
          target: 'loggedOut',
        },
        'server.accountDisabled': {
          description: 'The account was disabled: the session is over.',
          guard: 'isThisSession',
          target: 'loggedOut',
        },
        'server.stepUpRequired': [
          {
            description:
              'The server asks for a stronger sign-in. The request waits for it; the session goes on.',
            guard: 'isStepUpHeld',
            actions: ['setStepUp', { type: 'tellStepUpRequired', params: ({ event }) => event }],
          },
          {
            description: 'The server asks for a stronger sign-in. The session goes on.',
            guard: 'isThisSession',
            actions: { type: 'tellStepUpRequired', params: ({ event }) => event },
          },
        ],
        'stepUp.cancelled': {
          description: 'No request waits for a stronger sign-in any more.',
          actions: 'dropStepUp',
        },
        'limit.near': {
          description: 'The session ends soon: the user was inactive, or signed in long ago.',
          guard: 'isThisSession',
          actions: ['setEnding', { type: 'tellEnding', params: ({ event }) => event }],
        },
        'limit.extended': {
          description: 'The user is active again, here or in another tab: the session goes on.',
          actions: 'dropEnding',
        },
        'limit.reached': [
          {
            description: 'The idle timeout or the lifetime is over, and the server is told.',
            guard: 'canRevokeThis',
            target: 'loggedOut.revoking',
          },
          {
            description: 'The idle timeout or the lifetime is over.',
            guard: 'isThisSession',
            target: 'loggedOut',
          },
        ],
        'peer.loggedOut': {
          description: 'Another tab signed out.',
          guard: 'isThisSession',
          target: 'loggedOut',
        },
        'peer.expired': {
          description: 'The session has expired in another tab: the user must sign in again.',
          guard: 'isThisSession',
          target: 'expired',
        },
      },
      states: {
        authenticated: {
          description: 'The server has accepted the tokens, and has not refused them since.',
          entry: 'useTokens',
          initial: 'fresh',
          on: {
            'session.refresh': [
              {
                description: 'The server asked for a pause, and the access token still works: try later.',
                guard: 'isDueAndPutOff',
                target: '.due.deferred',
                actions: 'setNow',
              },
              {
                description: 'Your code asks for new tokens.',
                guard: 'canRefreshNow',
                target: 'refreshing',
                actions: 'cutPause',
              },
            ],
            'accessToken.due': [
              {
                description: 'The access token has expired or was refused, and cannot be refreshed.',
                guard: 'hasNoRefresh',
                target: '#session.expired',
              },
              {
                description: 'No refresh is possible now, and the access token still works: try later.',
                guard: 'isDeferrable',
                target: '.due.deferred',
                actions: 'setNow',
              },
              { description: 'A request needs a new access token.', target: 'refreshing', actions: 'setNow' },
            ],
            'server.accessTokenExpired': {
              description: 'The access token has expired.',
              guard: 'isRefused',
              target: '.due.refused',
              actions: ['markRefused', 'setNow'],
            },
            'server.accessTokenInvalid': {
              description: 'The access token is invalid.',
              guard: 'isRefused',
              target: '.due.refused',
              actions: ['markRefused', 'setNow'],
            },
            'server.accessTokenMissing': {
              description: 'The server found no access token.',
              guard: 'isRefused',
              target: '.due.refused',
              actions: ['markRefused', 'setNow'],
            },
            'peer.refreshFailed': {
              description: 'A refresh failed in another tab: its pause counts here as well.',
              guard: 'isNewFailure',
              actions: 'joinFailure',
            },
          },
          states: {
            fresh: {
              description: 'Requests carry the access token.',
              tags: ['attach'],
              always: [
                {
                  description: 'The access token is due. Once it has expired, it could not be refreshed.',
                  guard: 'isUrgent',
                  target: '#session.signedIn.refreshing',
                },
                { description: 'The access token is due.', guard: 'isOverdue', target: 'due' },
              ],
              after: {
                refreshDue: [
                  {
                    description: 'The token is due later than a timer can run: set the timer again.',
                    guard: 'isFarFromDue',
                    target: 'fresh',
                    reenter: true,
                    actions: 'reachLongestDelay',
                  },
                  {
                    description: 'No refresh is possible now, and the access token still works: try later.',
                    guard: 'isDeferrableWhenDue',
                    target: 'due.deferred',
                    actions: 'reachDue',
                  },
                  {
                    description: 'Refresh the access token before a request needs it.',
                    guard: 'isTimely',
                    target: '#session.signedIn.refreshing',
                    actions: 'reachDue',
                  },
                  { description: 'The next request starts the refresh.', target: 'due', actions: 'reachDue' },
                ],
              },
              on: {
                'peer.refreshFailed': {
                  description: 'A refresh failed in another tab, and this tab would have refreshed next.',
                  guard: 'isNearlyDue',
                  target: 'due.deferred',
                  actions: ['joinFailure', 'setNow'],
                },
                'clock.woke': [
                  {
                    description: 'The token came due, and no refresh is possible now: try later.',
                    guard: 'isDeferredOnWaking',
                    target: 'due.deferred',
                    actions: 'setNow',
                  },
                  {
                    description: 'The token came due: refresh it before a request needs it.',
                    guard: 'isDueOnWaking',
                    target: '#session.signedIn.refreshing',
                    actions: 'setNow',
                  },
                  {
                    description: 'The device may have slept: set the timer again.',
                    target: 'fresh',
                    reenter: true,
                    actions: 'setDueAt',
                  },
                ],
              },
            },
            due: {
              description: 'The access token is about to expire, has expired or was refused.',
              initial: 'ready',
              on: {
                'network.online': {
                  description: 'The server may be reached again: refresh.',
                  guard: 'isProactive',
                  target: '#session.signedIn.refreshing',
                  actions: ['setOnline', 'cutPause'],
                },
                'clock.woke': [
                  {
                    description: 'No refresh is possible now, and the access token still works: try later.',
                    guard: 'isDeferrable',
                    target: '.deferred',
                    actions: 'setNow',
                  },
                  {
                    description: 'Refresh the access token before a request needs it.',
                    guard: 'isTimely',
                    target: '#session.signedIn.refreshing',
                    actions: 'setNow',
                  },
                ],
              },
              states: {
                ready: {
                  description: 'The next request starts a refresh and waits for it.',
                  tags: ['due'],
                  always: {
                    description: 'The access token has expired or was refused, and cannot be refreshed.',
                    guard: 'hasNoRefresh',
                    target: '#session.expired',
                  },
                },
                refused: {
                  description: 'The server refused the access token, which no refresh has just granted.',
                  always: [
                    {
                      description: 'It cannot be refreshed: the user must sign in again.',
                      guard: 'hasNoRefresh',
                      target: '#session.expired',
                    },
                    { description: 'Refresh it.', target: '#session.signedIn.refreshing' },
                  ],
                },
                deferred: {
                  description:
                    'A refresh failed early. Requests carry the old access token until the next one.',
                  tags: ['attach'],
                  after: {
                    retryDue: [
                      { description: 'Offline: wait for the network.', guard: 'isOffline' },
                      {
                        description: 'The pause is over: try again.',
                        guard: 'isProactive',
                        target: '#session.signedIn.refreshing',
                        actions: 'endPause',
                      },
                      { description: 'The next request starts the refresh.', target: 'ready' },
                    ],
                    tokenExpiry: [
                      {
                        description: 'The access token has expired: requests wait for a new one.',
                        guard: 'isTimely',
                        target: '#session.signedIn.refreshing',
                        actions: 'reachExpiry',
                      },
                      { description: 'The next request starts the refresh.', target: 'ready' },
                    ],
                  },
                  on: {
                    'network.online': {
                      description: 'The server asked for a pause, and the access token still works.',
                      guard: 'isPutOff',
                      target: 'deferred',
                      reenter: true,
                      actions: ['setOnline', 'setNow'],
                    },
                    'peer.refreshFailed': {
                      description: 'Another refresh failed in another tab: set the timers again.',
                      guard: 'isNewFailure',
                      target: 'deferred',
                      reenter: true,
                      actions: ['joinFailure', 'setNow'],
                    },
                  },
                },
              },
            },
          },
        },
        refreshing: {
          description: 'New tokens are on their way. Requests wait for them.',
          tags: ['busy'],
          initial: 'starting',
          entry: 'startRound',
          exit: 'endRound',
          invoke: {
            id: 'refresher',
            src: 'refresher',
            input: ({ context }) => facts.stampOf(context),
            onError: {
              description: 'The refresh failed unexpectedly. The session goes on.',
              target: 'authenticated.due',
              actions: ['setFailure', 'tellRefreshFailed'],
            },
          },
          on: {
            'grant.stored': {
              description: 'There are new tokens: held requests are sent.',
              guard: 'isThisSession',
              target: 'authenticated',
              actions: ['takeGrant', 'startCooldown', 'tellRefreshed'],
            },
            'refresh.failed': [
              {
                description: 'The refresh is misconfigured, and the access token is not due yet: keep it.',
                guard: 'isStillFresh',
                target: 'authenticated.fresh',
                actions: ['countBreakdown', 'tellRefreshFailed'],
              },
              {
                description: 'The refresh is misconfigured, and the access token still works.',
                guard: 'isTokenGood',
                target: 'authenticated.due.deferred',
                actions: ['countBreakdown', 'waitForExpiry', 'tellRefreshFailed'],
              },
              {
                description: 'The refresh is misconfigured: another call would fail as well.',
                target: 'authenticated.due',
                actions: ['countBreakdown', 'tellRefreshFailed'],
              },
            ],
            'server.rateLimited': {
              description: 'The server has received too many requests.',
              target: '.failed',
              actions: 'countFailure',
            },
            'server.unavailable': {
              description: 'The server cannot be reached, or cannot answer now.',
              target: '.failed',
              actions: 'countFailure',
            },
            'peer.refreshFailed': {
              description: 'A refresh failed in another tab.',
              guard: 'isNewFailure',
              target: '.failed',
              actions: ['joinFailure', 'countAttempt', 'setNow'],
            },
            'network.online': {
              description: 'The server may be reached again: try again.',
              target: '.starting',
              actions: ['setOnline', 'cutPause'],
            },
          },
          states: {
            starting: {
              description: 'Decides at once whether the next call must wait.',
              always: [
                {
                  description: 'It is too early for another call.',
                  guard: 'isTooEarly',
                  target: 'backingOff',
                },
                { description: 'Ask for the lock.', target: 'acquiring', actions: 'startAttempt' },
              ],
            },
            acquiring: {
              description: 'Waits for the lock that keeps other tabs from refreshing.',
              tags: ['hold'],
              on: {
                'lock.acquired': [
                  {
                    description: 'The access token has expired or was refused, and cannot be refreshed.',
                    guard: 'isTooLate',
                    target: '#session.expired',
                  },
                  {
                    description: 'No other tab refreshes now: send the refresh token.',
                    target: 'requesting',
                    actions: 'noteLostAnswer',
                  },
                ],
              },
            },
            requesting: {
              description: 'The refresh token is with the server.',
              tags: ['hold', 'holdsLock'],
              on: {
                'network.online': { description: 'The call in flight goes on.', actions: 'setOnline' },
                'network.offline': {
                  description:
                    'The response may still arrive. A second call would send the refresh token twice.',
                  actions: 'setOnline',
                },
                'peer.refreshFailed': { description: 'The call in flight goes on.' },
              },
            },
            failed: {
              description: 'A call failed. Decides at once whether to try again, to wait or to give up.',
              always: [
                {
                  description: 'The access token is not due yet: keep it.',
                  guard: 'isStillFresh',
                  target: '#session.signedIn.authenticated.fresh',
                  actions: 'tellRefreshFailed',
                },
                {
                  description: 'The access token still works: try later.',
                  guard: 'isTokenGood',
                  target: '#session.signedIn.authenticated.due.deferred',
                  actions: 'tellRefreshFailed',
                },
                {
                  description: 'The device is offline: wait for the network.',
                  guard: 'isCutOff',
                  target: 'offline',
                },
                { description: 'Try again after a pause.', guard: 'hasAttemptsLeft', target: 'backingOff' },
                {
                  description:
                    'No attempt is left, or no request can wait for another one. The session goes on.',
                  target: '#session.signedIn.authenticated.due',
                  actions: 'tellRefreshFailed',
                },
              ],
            },
            backingOff: {
              description: 'The last call failed. The next one follows after a pause.',
              tags: ['hold'],
              after: {
                backoff: {
                  description: 'The pause is over: try again.',
                  target: 'starting',
                  actions: 'endPause',
                },
              },
              on: {
                'clock.woke': {
                  description: 'The device may have slept through the pause: wait for the rest of it.',
                  target: 'starting',
                  actions: 'setNow',
                },
                'network.offline': {
                  description: 'Wait for the network as well.',
                  target: 'offline',
                  actions: 'setOnline',
                },
              },
            },
            offline: {
              description: 'The last call failed, and the platform says that there is no network.',
              tags: ['hold', 'offline'],
              after: {
                offlineRetry: {
                  description: 'The platform may be wrong about the network: try again.',
                  target: 'starting',
                  actions: 'endPause',
                },
              },
            },
          },
        },
      },
    },
    expired: {
      description: 'The session has expired. The user is remembered and must sign in again.',
      tags: ['refuse'],
      entry: ['setReason', 'dropTokens', 'tellExpired'],
      initial: 'idle',
      on: {
        'session.login': {
          description: 'The user signs in again, or another user does.',
          target: '.signingIn',
        },
        'session.logout': { description: 'The user signs out.', target: 'loggedOut' },
      },
      states: {
        idle: {
          description:
            'Requests are refused, or wait until the same user signs in again (`hold.whileExpired`).',
          on: {
            'server.subjectMismatch': {
              description: 'The token belongs to another user: the session is over.',
              guard: 'isThisSession',
              target: '#session.loggedOut',
            },
            'server.sessionRevoked': {
              description: 'The session was revoked: it is over.',
              guard: 'isThisSession',
              target: '#session.loggedOut',
            },
            'server.accountDisabled': {
              description: 'The account was disabled: the session is over.',
              guard: 'isThisSession',
              target: '#session.loggedOut',
            },
            'peer.loggedOut': {
              description: 'Another tab signed out.',
              guard: 'isThisSession',
              target: '#session.loggedOut',
            },
          },
        },
        signingIn: {
          description: 'The server is checking the credentials.',
          tags: ['busy', 'signingIn'],
          entry: 'clearFailure',
          invoke: {
            id: 'authenticator',
            src: 'authenticator',
            input: ({ event }) => ({ loginId: event.type === 'session.login' ? event.loginId : '' }),
            onError: { description: 'The sign-in failed unexpectedly.', target: 'idle' },
          },
          on: {
            'grant.stored': {
              description: 'The server has accepted the credentials.',
              target: '#session.signedIn.authenticated',
              actions: ['takeGrant', 'tellAuthenticated'],
            },
            'login.challenged': {
              description: 'The server has accepted the credentials and asks for a second step.',
              target: 'challenged',
            },
            'login.failed': {
              description: 'The sign-in failed or was cancelled. The user can try again.',
              target: 'idle',
              actions: 'setFailure',
            },
          },
        },
        challenged: {
          description: 'The sign-in has a second step, such as a code: the user has not taken it yet.',
          tags: ['challenged'],
          exit: 'dropChallenge',
          initial: 'idle',
          on: {
            'session.login': { description: 'The user takes the second step.', target: '.signingIn' },
          },
          states: {
            idle: {
              description: 'The session keeps what the server needs for the second step.',
              on: {
                'session.cancelLogin': {
                  description: 'The user gives up the second step.',
                  target: '#session.expired.idle',
                },
              },
            },
            signingIn: {
              description: 'The server is checking the second step.',
              tags: ['busy', 'signingIn'],
              entry: 'clearFailure',
              invoke: {
                id: 'authenticator',
                src: 'authenticator',
                input: ({ event }) => ({ loginId: event.type === 'session.login' ? event.loginId : '' }),
                onError: { description: 'The sign-in failed unexpectedly.', target: 'idle' },
              },
              on: {
                'grant.stored': {
                  description: 'The server has accepted the second step.',
                  target: '#session.signedIn.authenticated',
                  actions: ['takeGrant', 'tellAuthenticated'],
                },
                'login.challenged': { description: 'The server asks for one more step.', target: 'idle' },
                'login.failed': [
                  {
                    description: 'The server has ended this sign-in: the user must start again.',
                    guard: 'isSignInOver',
                    target: '#session.expired.idle',
                    actions: 'setFailure',
                  },
                  {
                    description: 'The second step failed or was cancelled. The user can take it again.',
                    target: 'idle',
                    actions: 'setFailure',
                  },
                ],
              },
            },
          },
        },
      },
    },
    loggedOut: {
      description:
        'The session is over: the user signed out here or in another tab, the server ended it, or a limit was reached.',
      entry: ['setReason', 'startRound', 'dropCredentials', 'tellLoggedOut'],
      initial: 'idle',
      on: {
        'session.login': { description: 'The user signs in.', target: 'anonymous.signingIn' },
        'peer.adopted': [
          {
            description: 'Another tab signed in.',
            guard: 'isOtherSession',
            target: 'signedIn.authenticated',
            actions: ['takeGrant', 'joinCooldown'],
          },
          { description: 'Late tokens of the session that has ended: it does not come back.' },
        ],
      },
      states: {
        idle: { description: 'Nothing is left to tell the server, or it cannot be told.' },
        revoking: {
          description: 'The server is told to revoke the tokens.',
          tags: ['busy'],
          invoke: {
            id: 'revoker',
            src: 'revoker',
            input: ({ context }) => ({ ...facts.stampOf(context), at: context.now }),
            onError: {
              description: 'The call failed unexpectedly.',
              target: 'idle',
              actions: 'tellLogoutFailed',
            },
          },
          on: {
            'logout.confirmed': {
              description: 'The server has been told.',
              guard: 'isCurrent',
              target: 'idle',
            },
            'logout.refused': {
              description: 'The server refused: another call would be refused as well.',
              guard: 'isCurrent',
              target: 'idle',
              actions: 'tellLogoutFailed',
            },
            'logout.failed': [
              {
                description: 'The server cannot be told now: try again after a pause.',
                guard: 'isLogoutRetried',
                target: 'backingOff',
                actions: 'countLogoutFailure',
              },
              {
                description: 'The server could not be told, and no attempt is left.',
                guard: 'isCurrent',
                target: 'idle',
                actions: 'tellLogoutFailed',
              },
            ],
          },
        },
        backingOff: {
          description: 'The server could not be told. The next attempt follows after a pause.',
          after: {
            backoff: {
              description: 'The pause is over: try again.',
              target: 'revoking',
              actions: 'endPause',
            },
          },
          on: {
            'network.online': {
              description: 'The server may be reached again: try again.',
              target: 'revoking',
              actions: 'setOnline',
            },
            'session.login': {
              description: 'The user signs in. The server is told of the logout first, for the last time.',
              target: '#session.anonymous.signingIn',
              actions: 'revokeOnce',
            },
            'session.adopt': {
              description:
                'Tokens obtained elsewhere start a new session. The server is told for the last time.',
              target: '#session.signedIn.authenticated',
              actions: ['revokeOnce', 'takeGrant', 'tellAuthenticated'],
            },
            'peer.adopted': {
              description: 'Another tab signed in. The server is told of the logout for the last time.',
              guard: 'isOtherSession',
              target: '#session.signedIn.authenticated',
              actions: ['revokeOnce', 'takeGrant', 'joinCooldown'],
            },
          },
        },
      },
    },
  },
});

export type SessionMachine = typeof sessionMachine;
