import { initialContext } from './changes.ts';
import { loginOf, stampOf } from './facts.ts';
import { chartSetup, type Leaf, type Parent, type Transition } from './setup.ts';
import type { SessionEmitted, SessionEvent } from './types.ts';

const accepted: Transition = {
  description: 'The server has accepted what the user entered.',
  target: '#session.signedIn.authenticated',
  actions: ['takeGrant', 'tellAuthenticated'],
};

const noUser: Transition = {
  description: 'There is no valid refresh token: no user is signed in.',
  target: '#session.anonymous.idle',
};

const accessTokenRefused: Transition = {
  description: 'The server refuses the access token.',
  guard: 'isRefused',
  target: '.due.refused',
  actions: ['markRefused', 'setNow'],
};

const refreshTokenRefused: Transition = {
  description: 'The server refuses the refresh token: the user must sign in again.',
  guard: 'isCurrent',
  target: '#session.expired',
};

const cannotRefresh: Transition = {
  description: 'The access token has expired or was refused, and cannot be refreshed.',
  guard: 'hasNoRefresh',
  target: '#session.expired',
};

const ended: Transition = {
  description: 'The session was ended by the server or in another tab.',
  guard: 'isThisSignIn',
  target: '#session.loggedOut',
};

const userUpdated: Transition = {
  description: 'Your code or another tab has changed the user. The tokens stay.',
  guard: 'isCurrent',
  actions: ['useUser', 'tellUserUpdated'],
};

const deferred: Transition = {
  description: 'No refresh is possible now, and the access token still works: try later.',
  guard: 'isDeferrable',
  target: '#session.signedIn.authenticated.due.deferred',
  actions: 'setNow',
};

/** Listeners receive these events as they are. */
type Told = Extract<SessionEvent, SessionEmitted>;

const told: { readonly type: 'tellEvent'; params(step: { readonly event: Told }): Told } = {
  type: 'tellEvent',
  params: ({ event }) => event,
};

const authenticator: Leaf['invoke'] = {
  id: 'authenticator',
  src: 'authenticator',
  input: loginOf,
  onError: { description: 'The sign-in failed unexpectedly.', target: 'idle' },
};

/** The first step of a sign-in, in `anonymous` and in `expired`. */
const signingIn: Leaf = {
  description: 'The server is checking the credentials.',
  tags: ['busy', 'signingIn'],
  entry: 'clearFailure',
  invoke: authenticator,
  on: {
    'grant.stored': accepted,
    'login.challenged': { description: 'The server asks for a second step.', target: 'challenged' },
    'login.failed': {
      description: 'The sign-in failed or was cancelled. The user can try again.',
      target: 'idle',
      actions: 'setFailure',
    },
  },
};

/** The second step of a sign-in, in both states. Its transitions to `idle` lead to the state `idle` beside it. */
const challenged: Parent<'idle' | 'signingIn'> = {
  description: 'The sign-in has a second step, such as a code: the user has not taken it yet.',
  tags: ['challenged'],
  exit: 'dropChallenge',
  initial: 'idle',
  on: {
    'session.login': { description: 'The user takes the second step.', target: '.signingIn' },
    'session.cancelLogin': { description: 'The user gives up the second step.', target: 'idle' },
    'login.failed': {
      description: 'The server has ended this sign-in: the user must start again.',
      guard: 'isSignInOver',
      target: 'idle',
      actions: 'setFailure',
    },
  },
  states: {
    idle: { description: 'The session keeps what the server needs for the second step.' },
    signingIn: {
      description: 'The server is checking the second step.',
      tags: ['busy', 'signingIn'],
      entry: 'clearFailure',
      invoke: authenticator,
      on: {
        'session.cancelLogin': { description: 'The server is checking the second step already.' },
        'grant.stored': accepted,
        'login.challenged': { description: 'The server asks for one more step.', target: 'idle' },
        'login.failed': {
          description: 'The second step failed or was cancelled. The user can take it again.',
          guard: 'isSignInOpen',
          target: 'idle',
          actions: 'setFailure',
        },
      },
    },
  },
};

/**
 * The states of a session and the transitions between them, in one literal that Stately's tools can open. The constants
 * above are the parts that occur more than once. The machine contains no secret: tokens, passwords and users stay in the
 * code that provides the four actors. It reads no clock: events carry their time. An event that a state does not list
 * changes nothing; `ignoredEvents` says why.
 */
export const sessionMachine = /* @__PURE__ */ chartSetup.createMachine({
  id: 'session',
  description: 'The session of one user: which requests are sent, which wait, and which are refused.',
  context: ({ input }) => initialContext(input),
  initial: 'anonymous',
  on: {
    'network.online': { description: 'The next refresh takes it into account.', actions: 'setOnline' },
    'network.offline': { description: 'The next refresh takes it into account.', actions: 'setOnline' },
    'page.shown': { description: 'Tokens are refreshed ahead of need again.', actions: 'setVisible' },
    'page.hidden': { description: 'The next request starts the refresh.', actions: 'setVisible' },
    'store.failed': { description: 'The session goes on without the store.', actions: told },
    'store.cleared': { description: 'The store was emptied. The session goes on.', actions: told },
    'lock.unavailable': { description: 'No Web Locks: tabs use the store instead.', actions: told },
    'channel.unavailable': { description: 'No BroadcastChannel: tabs check the store.', actions: told },
    'logout.refused': {
      description: 'The server refused to revoke older tokens.',
      actions: 'tellLogoutFailed',
    },
    'logout.failed': {
      description: 'The server cannot revoke older tokens now.',
      actions: 'tellLogoutFailed',
    },
    'session.adopt': [
      {
        description: 'Newer tokens of the same session, obtained elsewhere.',
        guard: 'isThisSession',
        target: '.signedIn.authenticated',
        reenter: true,
        actions: ['takeGrant', 'dropStepUp', 'tellRefreshed'],
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
      actions: ['takeGrant', 'dropStepUp', 'joinCooldown'],
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
                'store.empty': noUser,
                'server.refreshTokenExpired': noUser,
                'server.refreshTokenInvalid': noUser,
                'server.refreshTokenReused': noUser,
                'server.subjectMismatch': noUser,
                'server.sessionRevoked': noUser,
                'server.accountDisabled': noUser,
                'server.rateLimited': {
                  description: 'The server has received too many requests.',
                  target: 'backingOff',
                  actions: 'countFailure',
                },
                'server.unavailable': {
                  description: 'The server cannot be reached, or fails.',
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
                backoff: { description: 'The pause is over.', target: 'requesting', actions: 'endPause' },
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
        signingIn,
        challenged,
      },
    },
    signedIn: {
      description: 'There is a session.',
      tags: ['signedIn'],
      initial: 'authenticated',
      exit: ['stopSignIn', 'dropChallenge'],
      on: {
        'session.login': {
          description: 'The user signs in again, as the server asks. The session goes on meanwhile.',
          guard: 'isStepUpPending',
          actions: ['clearFailure', 'stopSignIn', 'startSignIn'],
        },
        'stepUp.granted': {
          description: 'The user has signed in again: requests that waited for it are sent.',
          guard: 'isThisSession',
          target: '.authenticated',
          actions: ['takeGrant', 'dropStepUp', 'stopSignIn', 'tellRefreshed'],
        },
        'login.challenged': [
          {
            description: 'The server has accepted the credentials and asks for a second step.',
            guard: 'isStepUpPending',
            actions: ['setChallenged', 'stopSignIn'],
          },
          {
            description: 'No request waits for the stronger sign-in any more.',
            actions: ['stopSignIn', 'dropChallenge'],
          },
        ],
        'login.failed': {
          description: 'The sign-in failed or was cancelled. The session stays, and the user can try again.',
          actions: ['setFailure', 'stopSignIn'],
        },
        'xstate.error.actor.authenticator': {
          description: 'The sign-in failed unexpectedly. The session stays.',
          actions: 'stopSignIn',
        },
        'session.cancelLogin': {
          description: 'The user gives up the second step. The server still asks for a stronger sign-in.',
          guard: 'isStepUpChallenged',
          actions: ['dropChallenge', 'clearChallenged'],
        },
        'peer.adopted': {
          description: 'Another tab refreshed. A stronger sign-in is still needed.',
          guard: 'isRefreshedElsewhere',
          target: '.authenticated',
          actions: ['takeGrant', 'joinCooldown'],
        },
        'session.logout': [
          {
            description: 'The user signs out, and the server is told.',
            guard: 'canRevoke',
            target: 'loggedOut.revoking',
          },
          { description: 'The user signs out.', target: 'loggedOut' },
        ],
        'session.updateUser': userUpdated,
        'peer.userUpdated': userUpdated,
        'server.refreshTokenExpired': refreshTokenRefused,
        'server.refreshTokenInvalid': refreshTokenRefused,
        'server.refreshTokenReused': refreshTokenRefused,
        'server.subjectMismatch': ended,
        'server.sessionRevoked': ended,
        'server.accountDisabled': ended,
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
          actions: ['dropStepUp', 'dropChallenge'],
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
        'peer.loggedOut': ended,
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
              cannotRefresh,
              deferred,
              { description: 'A request needs a new access token.', target: 'refreshing', actions: 'setNow' },
            ],
            'server.accessTokenExpired': accessTokenRefused,
            'server.accessTokenInvalid': accessTokenRefused,
            'server.accessTokenMissing': accessTokenRefused,
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
                  deferred,
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
                  always: cannotRefresh,
                },
                refused: {
                  description: 'The server refused the access token, which no refresh has just granted.',
                  always: [
                    cannotRefresh,
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
                        description: 'The pause is over.',
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
            input: ({ context }) => stampOf(context),
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
              description: 'The server cannot be reached, or fails.',
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
                { description: 'It is too early for a call.', guard: 'isTooEarly', target: 'backingOff' },
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
                { description: 'Offline: wait for the network.', guard: 'isCutOff', target: 'offline' },
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
                backoff: { description: 'The pause is over.', target: 'starting', actions: 'endPause' },
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
                  description: 'The platform may be wrong about the network.',
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
        'session.login': { description: 'This or another user signs in.', target: '.signingIn' },
        'session.logout': { description: 'The user signs out.', target: 'loggedOut' },
      },
      states: {
        idle: {
          description:
            'Requests are refused, or wait until the same user signs in again (`hold.whileExpired`).',
          on: {
            'server.subjectMismatch': ended,
            'server.sessionRevoked': ended,
            'server.accountDisabled': ended,
            'peer.loggedOut': ended,
          },
        },
        signingIn,
        challenged,
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
            input: ({ context }) => ({ ...stampOf(context), at: context.now }),
            onError: { description: 'The call went wrong.', target: 'idle', actions: 'tellLogoutFailed' },
          },
          on: {
            'logout.confirmed': { description: 'The server was told.', guard: 'isCurrent', target: 'idle' },
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
            backoff: { description: 'The pause is over.', target: 'revoking', actions: 'endPause' },
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
