import { assign, emit, enqueueActions, fromCallback, setup } from 'xstate';
import type {
  AttemptStart,
  Failure,
  GrantFacts,
  Lack,
  PeerSetback,
  Reason,
  SessionContext,
  SessionEmitted,
  SessionEvent,
  SessionInput,
  SessionTag,
  Setback,
  Stamp,
  Verdicted,
} from './types.ts';

/** The longest delay that timers keep: `setTimeout` fires at once for a longer one. */
export const longestDelay = 2_147_483_647;

/** The shortest `refresh.cooldown`, in milliseconds. */
export const shortestCooldown = 250;

const notProvided = (name: string) => (): never => {
  throw new Error(`\`${name}\` was not provided: give it with \`sessionMachine.provide({ actors })\``);
};

/** Whether a moment is in the span that ends at `end`. Before it, the clock was set back, and it counts no more. */
const isWithin = (at: number, end: number, span: number) => at < end && at >= end - span;

/** Whether the access token serves at this moment, as far as anybody knows. */
const isGood = ({ expiresAt }: SessionContext, at: number) => expiresAt === null || at < expiresAt;

/** A refresh makes so many calls even if no request waits for it. */
const unaskedAttempts = 4;

/** Milliseconds between two attempts while the platform says that it is offline and the network fails. */
const offlinePause = 8_000;

/** Whether a token is refreshed before a request needs it: the session is in use, or would end with its token. */
const isProactive = ({ proactive, canRefresh, visible, refreshesLiveTokensOnly }: SessionContext) =>
  proactive && canRefresh && (visible || refreshesLiveTokensOnly);

/** The server refreshes live tokens only, and the access token has expired: no call helps. */
const isTooLate = (context: SessionContext, at: number) =>
  context.refreshesLiveTokensOnly && !isGood(context, at);

/** Milliseconds until the next call to the refresh endpoint. A clock that was set back voids the pause. */
export const pauseLeft = (context: SessionContext, at: number): number =>
  at < context.retryFrom || isTooLate(context, at) ? 0 : Math.max(0, context.retryAt - at);

/** The same, where only a pause that the server asked for counts. */
const askedPauseLeft = (context: SessionContext, at: number) =>
  context.retryIsAsked ? pauseLeft(context, at) : 0;

/** A refresh cannot be had now, and the access token serves meanwhile. */
const isDeferrable = (context: SessionContext, at: number) =>
  (!context.online || pauseLeft(context, at) > 0) && isGood(context, at);

/** The server wants to be left alone, and the access token serves meanwhile. */
const isPutOff = (context: SessionContext, at: number) =>
  askedPauseLeft(context, at) > 0 && isGood(context, at);

/** A refresh has failed since the failure that is known. By a clock that was set back, each one is newer. */
export const isNewer = ({ at, failedAt }: Pick<PeerSetback, 'at' | 'failedAt'>, known: number): boolean =>
  failedAt > known || at < known;

const pauseOf = ({ pause = 0, retryAfter }: Setback) => Math.max(pause, retryAfter ?? 0);

/** The cap is not reached, and either few calls were made yet or a request can wait for the next one. */
const hasAttemptsLeft = (
  { attempt, attempts }: SessionContext,
  { neededFor = null }: Pick<Setback, 'neededFor'>,
  pause: number,
) => attempt + 1 < attempts && (attempt + 1 < unaskedAttempts || (neededFor !== null && pause <= neededFor));

/** A refresh has granted a token at this moment: what is refused right afterwards starts no other. */
function cooldownFrom({ cooldown }: SessionContext, at: number, { expiresAt, issuedAt }: GrantFacts) {
  const lifetime = expiresAt === null ? Infinity : expiresAt - at;
  // A token that was on its way for longer than it lives may have aged in a sleep: a refusal of it is believed.
  if (lifetime > 0 && at - issuedAt >= lifetime) return { cooldownUntil: at };
  const cooldownUntil = at + Math.max(shortestCooldown, Math.min(cooldown, lifetime / 10));
  // A grant that is expired on arrival would be refreshed at once, and so would its successor.
  return lifetime > 0
    ? { cooldownUntil }
    : { cooldownUntil, retryAt: cooldownUntil, retryFrom: at, retryIsAsked: true };
}

const types: {
  context?: SessionContext;
  events?: SessionEvent;
  emitted?: SessionEmitted;
  input?: SessionInput;
  tags?: SessionTag;
} = {};

/**
 * What a session is and what can happen to it, in one file, so that Stately's tools open it as it stands. It decides and holds no secret: tokens, passwords and users
 * stay with the code that provides the three actors.
 *
 * - `restorer` reads the store and answers `store.restored` or `store.empty`.
 * - `authenticator` signs in and answers `grant.stored` or `login.failed`.
 * - `refresher` makes one attempt for each `attempt.start` that it is sent, and answers `lock.acquired`
 *   and then `grant.stored`, a `server.*` verdict or `refresh.failed`; or, where another tab was there
 *   before it, `peer.adopted` or `peer.refreshFailed`.
 */
export const sessionMachine = setup({
  types,
  actors: {
    restorer: fromCallback<SessionEvent>(notProvided('restorer')),
    authenticator: fromCallback<SessionEvent, { loginId: string }>(notProvided('authenticator')),
    refresher: fromCallback<AttemptStart, Stamp>(notProvided('refresher')),
  },
  actions: {
    takeGrant: assign((_, facts: GrantFacts) => ({
      sessionId: facts.sessionId,
      generation: facts.generation,
      expiresAt: facts.expiresAt,
      freshFor: facts.freshFor,
      dueAt: facts.freshFor === null ? null : facts.at + facts.freshFor,
      goodFor:
        facts.expiresAt === null ? null : facts.expiresAt - facts.at - Math.max(0, facts.freshFor ?? 0),
      failures: 0,
      wait: 0,
      retryAt: 0,
      retryIsAsked: false,
      cooldownUntil: 0,
      answerLost: false,
      reason: null,
      failure: null,
    })),
    startCooldown: assign(({ context }, facts: GrantFacts) => cooldownFrom(context, facts.at, facts)),
    /** What another tab has refreshed is as new here as there: tabs that take turns must not refresh it in turns. */
    joinCooldown: assign(({ context }, facts: GrantFacts) =>
      facts.generation > 1 ? cooldownFrom(context, facts.issuedAt, facts) : {},
    ),
    countDown: assign(({ context }) => ({
      freshFor: context.freshFor === null ? null : context.freshFor - longestDelay,
    })),
    setFreshFor: assign((_, { freshFor, at }: { freshFor: number | null; at: number }) => ({
      freshFor,
      dueAt: freshFor === null ? null : at + freshFor,
    })),
    markRefused: assign(({ context }, { at }: { at: number }) => ({
      expiresAt: Math.min(context.expiresAt ?? at, at),
    })),
    countFailure: assign(({ context }, setback: Setback) => ({
      attempt: context.attempt + 1,
      failures: setback.failures ?? context.failures + 1,
      retryAt: setback.at + pauseOf(setback),
      retryFrom: setback.at,
      retryIsAsked: (setback.retryAfter ?? 0) > 0,
      wait: pauseOf(setback),
      answerLost: context.answerLost || setback.answerLost === true,
      failure: {
        code: 'ERR_REFRESH_UNAVAILABLE',
        status: setback.status,
        serverCode: setback.code,
      },
    })),
    /** A refresh failed in another tab: its pause is this tab's as well. */
    joinSetback: assign((_, setback: PeerSetback) => ({
      failures: setback.failures,
      retryAt: setback.retryAt,
      retryFrom: setback.failedAt,
      retryIsAsked: setback.isAsked,
      wait: Math.max(0, setback.retryAt - setback.at),
      failure: { code: 'ERR_REFRESH_UNAVAILABLE', status: setback.status, serverCode: setback.code },
    })),
    countAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    startRound: assign({ attempt: 0 }),
    endRound: assign(({ context }) => ({ rounds: context.rounds + 1, wait: 0 })),
    measureWait: assign(({ context }, { at }: { at: number }) => ({
      wait: pauseLeft(context, at),
      retryAt: at < context.retryFrom ? 0 : context.retryAt,
    })),
    /** There is reason to try at once: only a pause that the server asked for is waited for. */
    cutWait: assign(({ context }, { at }: { at: number }) => {
      const wait = askedPauseLeft(context, at);
      return { wait, retryAt: wait > 0 ? context.retryAt : 0 };
    }),
    endWait: assign({ wait: 0 }),
    measureGrace: assign(({ context }, { at }: { at: number }) => ({
      goodFor: context.expiresAt === null ? null : context.expiresAt - at,
      freshFor: context.dueAt === null ? null : context.dueAt - at,
    })),
    countBreakdown: assign(({ context }, { failure }: { failure: Failure }) => ({
      failures: context.failures + 1,
      failure,
    })),
    /** What is set up wrongly stays so: a due token is not tried again before it has expired. */
    waitForExpiry: assign(({ context }, { at }: { at: number }) => ({
      retryAt: context.expiresAt ?? context.retryAt,
      retryFrom: at,
      retryIsAsked: false,
    })),
    setFailure: assign((_, { failure }: { failure: Failure | null }) => ({ failure })),
    clearFailure: assign({ failure: null }),
    setOnline: assign((_, { online }: { online: boolean }) => ({ online })),
    setVisible: assign((_, { visible }: { visible: boolean }) => ({ visible })),
    noteLostAnswer: assign(({ context }, { answerLost }: { answerLost: boolean }) => ({
      answerLost: context.answerLost || answerLost,
    })),
    setReason: assign(({ context }, cause: Pick<Reason, 'type'> & Partial<Verdicted>) => ({
      reason: {
        type: cause.type,
        code: cause.code ?? null,
        status: cause.status ?? null,
        answerLost: context.answerLost,
      },
      failure: null,
      freshFor: null,
      dueAt: null,
      expiresAt: null,
    })),
    startAttempt: enqueueActions(({ context, enqueue }) => {
      const { wait, failures, retryFrom } = context;
      if (wait <= 0) enqueue.sendTo('refresher', { type: 'attempt.start', failures, failedAt: retryFrom });
    }),
    tellAuthenticated: emit((_, { sessionId, generation }: Stamp) => ({
      type: 'session.authenticated',
      sessionId,
      generation,
    })),
    tellRefreshed: emit((_, { sessionId, generation }: Stamp) => ({
      type: 'session.refreshed',
      sessionId,
      generation,
    })),
    tellStepUp: emit((_, { sessionId, generation, status, code, at }: Verdicted) => ({
      type: 'session.stepUpRequired',
      sessionId,
      generation,
      status,
      code,
      at,
    })),
    tellRefreshFailed: emit(({ context }) => ({
      type: 'session.refreshFailed',
      failure: context.failure ?? { code: 'ERR_REFRESH_UNAVAILABLE', status: null, serverCode: null },
    })),
    tellExpired: emit(({ context }) => ({
      type: 'session.expired',
      sessionId: context.sessionId,
      reason: context.reason ?? {
        type: 'accessToken.due',
        code: null,
        status: null,
        answerLost: false,
      },
    })),
    tellLoggedOut: emit(({ context }) => ({
      type: 'session.loggedOut',
      sessionId: context.sessionId,
      reason: context.reason ?? {
        type: 'session.logout',
        code: null,
        status: null,
        answerLost: false,
      },
    })),
    tellStoreFailed: emit((_, { operation, at }: { operation: 'read' | 'write'; at: number }) => ({
      type: 'store.failed',
      operation,
      at,
    })),
    tellLack: emit((_, { type, at }: Lack) => ({ type, at })),
    /** Provided: the tokens of this grant are the ones that requests carry from now on. */
    useTokens: (_, _grant: Stamp) => undefined,
    /** Provided: the tokens are dropped here and in the store; the user is kept. */
    dropTokens: (_, _cause: { type: SessionEvent['type'] }) => undefined,
    /** Provided: everything is dropped, and requests in flight are aborted. */
    dropCredentials: (_, _cause: { type: SessionEvent['type'] }) => undefined,
  },
  guards: {
    /** The verdict is about the credentials of now (an older one is about credentials that are gone). */
    isCurrent: ({ context }, { sessionId, generation }: Stamp) =>
      sessionId === context.sessionId && generation === context.generation,
    isThisSession: ({ context }, { sessionId }: { sessionId: string }) => sessionId === context.sessionId,
    isOtherSession: ({ context }, { sessionId }: { sessionId: string }) => sessionId !== context.sessionId,
    isNewer: ({ context }, { sessionId, generation }: Stamp) =>
      sessionId !== context.sessionId || generation > context.generation,
    /** A refusal right after a refresh is the server's last word: another refresh would not help. */
    needsRefresh: ({ context }, { sessionId, generation, at }: Stamp & { at: number }) =>
      sessionId === context.sessionId &&
      generation === context.generation &&
      !isWithin(at, context.cooldownUntil, Math.max(context.cooldown, shortestCooldown)) &&
      context.canRefresh,
    endsWithToken: ({ context }, { sessionId, generation }: Stamp) =>
      sessionId === context.sessionId && generation === context.generation && !context.canRefresh,
    hasNoRefresh: ({ context }) => !context.canRefresh,
    isOverdue: ({ context }) => context.freshFor !== null && context.freshFor <= 0,
    /** The server refreshes live tokens only: what is due is not left to the next request. */
    isUrgent: ({ context }) =>
      context.refreshesLiveTokensOnly &&
      context.freshFor !== null &&
      context.freshFor <= 0 &&
      isProactive(context) &&
      context.online,
    isTooLate: ({ context }, { at }: { at: number }) => isTooLate(context, at),
    isFarFromDue: ({ context }) => context.freshFor === null || context.freshFor > longestDelay,
    isProactive: ({ context }) => isProactive(context),
    /** A timer or a wake makes no attempt while the platform says that it is offline; a request does. */
    isTimely: ({ context }) => isProactive(context) && context.online,
    /** It was slept through, and somebody is there who may need it. */
    isDueOnWaking: ({ context }, { freshFor }: { freshFor: number | null }) =>
      freshFor !== null && freshFor <= 0 && isProactive(context) && context.online,
    isDeferredOnWaking: ({ context }, { at, freshFor }: { at: number; freshFor: number | null }) =>
      freshFor !== null && freshFor <= 0 && isDeferrable(context, at),
    isTooEarly: ({ context }) => context.wait > 0,
    isOffline: ({ context }) => !context.online,
    /** The network failed, and the platform says so as well: it tells when the network is back. */
    isCutOff: ({ context }, setback: Setback) =>
      !context.online && setback.status === null && hasAttemptsLeft(context, setback, offlinePause),
    /** A refresh cannot be had now, and the access token serves meanwhile: no request waits for it. */
    isBetterDeferred: ({ context }, { at }: { at: number }) => isDeferrable(context, at),
    isPutOff: ({ context }, { at }: { at: number }) => isPutOff(context, at),
    /** The server wants to be left alone, and the access token is not even due: nothing is put off. */
    isBetterDropped: ({ context }, { at }: { at: number }) =>
      isPutOff(context, at) && (context.dueAt === null || at < context.dueAt),
    /** Nobody needs the refresh yet: the access token serves a while longer. */
    isTokenGood: ({ context }, { at }: { at: number }) => isGood(context, at),
    /** Not even due: the refresh was asked for, and nothing is lost without it. */
    isStillFresh: ({ context }, { at }: { at: number }) =>
      isGood(context, at) && (context.dueAt === null || at < context.dueAt),
    hasAttemptsLeft: ({ context }, setback: Setback) => hasAttemptsLeft(context, setback, pauseOf(setback)),
    isKnownSetback: ({ context }, setback: PeerSetback) =>
      setback.sessionId !== context.sessionId ||
      setback.generation !== context.generation ||
      !isNewer(setback, context.retryFrom),
    /** Tabs are early by chance: the timer of the tab that failed is at most so much ahead of this one's. */
    isNearlyDue: ({ context }, { at }: PeerSetback) =>
      isGood(context, at) && context.dueAt !== null && context.dueAt - at <= (context.goodFor ?? 0) / 2,
    /** Another tab's call found no network, and the platform says so as well. */
    isCutOffToo: ({ context }, setback: PeerSetback) =>
      !context.online && setback.status === null && hasAttemptsLeft(context, setback, offlinePause),
    canTryAfterPeer: ({ context }, setback: PeerSetback) =>
      hasAttemptsLeft(context, setback, setback.retryAt - setback.at),
  },
  delays: {
    refreshDue: ({ context }) => Math.min(context.freshFor ?? longestDelay, longestDelay),
    /** Provided: the pause that came with the failure, and nothing else. */
    backoff: ({ context }) => Math.min(context.wait || 500 * 2 ** (context.attempt - 1), longestDelay),
    offlineRetry: ({ context }) => Math.min(Math.max(context.wait, offlinePause), longestDelay),
    restoreTimeout: ({ context }) => Math.min(context.restoreTimeout ?? 30_000, longestDelay),
    /** Provided, with jitter: when a refresh that failed early is tried again. Half the time is for requests. */
    retryDue: ({ context }) => Math.min(Math.max((context.goodFor ?? 0) / 2, 8_000), longestDelay),
    tokenExpiry: ({ context }) => Math.min(context.goodFor ?? longestDelay, longestDelay),
  },
}).createMachine({
  id: 'session',
  description: 'What a session is: who may send requests, who waits, and who is refused.',
  context: ({ input }) => ({
    ...input,
    sessionId: null,
    generation: 0,
    expiresAt: null,
    freshFor: null,
    dueAt: null,
    cooldownUntil: 0,
    goodFor: null,
    attempt: 0,
    failures: 0,
    rounds: 0,
    wait: 0,
    retryAt: 0,
    retryFrom: 0,
    retryIsAsked: false,
    answerLost: false,
    reason: null,
    failure: null,
  }),
  initial: 'anonymous',
  on: {
    'network.online': {
      description: 'Remembered for the next refresh.',
      actions: { type: 'setOnline', params: { online: true } },
    },
    'network.offline': {
      description: 'Remembered for the next refresh.',
      actions: { type: 'setOnline', params: { online: false } },
    },
    'store.failed': {
      description: 'The store cannot be read or written: the session goes on from memory.',
      actions: { type: 'tellStoreFailed', params: ({ event }) => event },
    },
    'page.shown': {
      description: 'Somebody looks: tokens are refreshed ahead of need again.',
      actions: { type: 'setVisible', params: { visible: true } },
    },
    'page.hidden': {
      description:
        'Nobody looks: a refresh is left to the next request, where the server still grants it then.',
      actions: { type: 'setVisible', params: { visible: false } },
    },
    'store.cleared': {
      description: 'Somebody has emptied the store: the session goes on from memory.',
      actions: { type: 'tellLack', params: ({ event }) => event },
    },
    'lock.unavailable': {
      description: 'There are no Web Locks: those who share the store take turns by what they leave in it.',
      actions: { type: 'tellLack', params: ({ event }) => event },
    },
    'channel.unavailable': {
      description: 'There is no BroadcastChannel: what others do is found in the store.',
      actions: { type: 'tellLack', params: ({ event }) => event },
    },
    'session.adopt': [
      {
        description: 'Newer tokens of the same user, got elsewhere: the session goes on with them.',
        guard: { type: 'isThisSession', params: ({ event }) => event },
        target: '.authenticated',
        reenter: true,
        actions: [
          { type: 'takeGrant', params: ({ event }) => event },
          { type: 'tellRefreshed', params: ({ event }) => event },
        ],
      },
      {
        description: 'Tokens that were got elsewhere begin a new session.',
        target: '.authenticated',
        reenter: true,
        actions: [
          { type: 'takeGrant', params: ({ event }) => event },
          { type: 'tellAuthenticated', params: ({ event }) => event },
        ],
      },
    ],
    'peer.adopted': {
      description: 'The store holds a newer grant: another tab signed in or refreshed.',
      guard: { type: 'isNewer', params: ({ event }) => event },
      target: '.authenticated',
      reenter: true,
      actions: [
        { type: 'takeGrant', params: ({ event }) => event },
        { type: 'joinCooldown', params: ({ event }) => event },
      ],
    },
  },
  states: {
    anonymous: {
      description: 'Nobody has signed in.',
      initial: 'restoring',
      on: {
        'session.login': { description: 'Somebody has given credentials.', target: '.signingIn' },
        'session.logout': {
          description: 'Signed out on purpose.',
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.accessTokenExpired': {
          description: 'The access token has expired: a request that went without one; its sender sees it.',
        },
        'server.accessTokenInvalid': {
          description:
            'The access token is not a valid one: a request that went without one; its sender sees it.',
        },
        'server.accessTokenMissing': {
          description: 'A token is asked for: a request that went without one; its sender sees it.',
        },
        'server.refreshTokenExpired': {
          description: 'The refresh token has expired: there is no session that it could end.',
        },
        'server.refreshTokenInvalid': {
          description: 'The refresh token is not a valid one: there is no session that it could end.',
        },
        'server.refreshTokenReused': {
          description: 'The refresh token was used before: there is no session that it could end.',
        },
        'server.subjectMismatch': {
          description: 'The token is of another user: there is no session that it could end.',
        },
        'server.sessionRevoked': {
          description: 'The session was revoked: there is no session that it could end.',
        },
        'server.accountDisabled': {
          description: 'The account was disabled: there is no session that it could end.',
        },
        'server.stepUpRequired': { description: 'A stronger sign-in is asked for: its sender sees it.' },
        'server.forbidden': { description: 'This user may not do that: its sender sees it.' },
        'server.rateLimited': { description: 'Too many requests: its sender sees it.' },
        'server.unavailable': { description: 'The server cannot answer now: its sender sees it.' },
        'peer.loggedOut': { description: 'There is nothing to sign out of.' },
        'peer.expired': { description: 'There is nothing that could expire.' },
      },
      states: {
        restoring: {
          description: 'The store is being read.',
          tags: ['hold', 'busy', 'restoring'],
          invoke: {
            id: 'restorer',
            src: 'restorer',
            onError: { description: 'The store cannot be read.', target: 'idle' },
          },
          after: {
            restoreTimeout: {
              description: 'The store takes too long: nobody waits for it any more.',
              target: 'idle',
            },
          },
          on: {
            'store.restored': {
              description: 'The store holds a session.',
              target: '#session.authenticated',
              actions: [
                { type: 'takeGrant', params: ({ event }) => event },
                { type: 'tellAuthenticated', params: ({ event }) => event },
              ],
            },
            'store.empty': { description: 'The store holds no session.', target: 'idle' },
          },
        },
        idle: { description: 'Requests go without a token.' },
        signingIn: {
          description: 'Credentials are with the server.',
          tags: ['busy', 'signingIn'],
          entry: 'clearFailure',
          invoke: {
            id: 'authenticator',
            src: 'authenticator',
            input: ({ event }) => ({ loginId: event.type === 'session.login' ? event.loginId : '' }),
            onError: { description: 'The login itself broke.', target: 'idle' },
          },
          on: {
            'grant.stored': {
              description: 'The server has accepted the credentials.',
              target: '#session.authenticated',
              actions: [
                { type: 'takeGrant', params: ({ event }) => event },
                { type: 'tellAuthenticated', params: ({ event }) => event },
              ],
            },
            'login.failed': {
              description: 'Refused, or no answer came: it can be tried again.',
              target: 'idle',
              actions: { type: 'setFailure', params: ({ event }) => event },
            },
          },
        },
      },
    },
    authenticated: {
      description: 'There are credentials that nobody has refused.',
      entry: {
        type: 'useTokens',
        params: ({ context }) => ({ sessionId: context.sessionId ?? '', generation: context.generation }),
      },
      initial: 'fresh',
      on: {
        'session.refresh': [
          { description: 'The contract cannot refresh.', guard: 'hasNoRefresh' },
          {
            description: 'The server wants to be left alone, and the access token is not even due: it stays.',
            guard: { type: 'isBetterDropped', params: ({ event }) => event },
          },
          {
            description: 'The server wants to be left alone, and the access token is still good: try later.',
            guard: { type: 'isPutOff', params: ({ event }) => event },
            target: '.due.deferred',
            actions: { type: 'measureGrace', params: ({ event }) => event },
          },
          {
            description: 'The program asks for new tokens.',
            target: 'refreshing',
            actions: { type: 'cutWait', params: ({ event }) => event },
          },
        ],
        'accessToken.due': [
          {
            description: 'The access token is used up, and it cannot be refreshed.',
            guard: 'hasNoRefresh',
            target: 'expired',
            actions: { type: 'setReason', params: ({ event }) => event },
          },
          {
            description:
              'A refresh cannot be had now, and the access token is still good: try later, hold nobody.',
            guard: { type: 'isBetterDeferred', params: ({ event }) => event },
            target: '.due.deferred',
            actions: { type: 'measureGrace', params: ({ event }) => event },
          },
          {
            description: 'Somebody needs a new access token now.',
            target: 'refreshing',
            actions: { type: 'measureWait', params: ({ event }) => event },
          },
        ],
        'session.logout': {
          description: 'Signed out on purpose.',
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.accessTokenExpired': [
          {
            description: 'The access token has expired, and there is no refresh.',
            guard: { type: 'endsWithToken', params: ({ event }) => event },
            target: 'expired',
            actions: { type: 'setReason', params: ({ event }) => event },
          },
          {
            description: 'The access token has expired: get a new one, unless this one is just new.',
            guard: { type: 'needsRefresh', params: ({ event }) => event },
            target: 'refreshing',
            actions: [
              { type: 'markRefused', params: ({ event }) => event },
              { type: 'measureWait', params: ({ event }) => event },
            ],
          },
        ],
        'server.accessTokenInvalid': [
          {
            description: 'The access token is not a valid one, and there is no refresh.',
            guard: { type: 'endsWithToken', params: ({ event }) => event },
            target: 'expired',
            actions: { type: 'setReason', params: ({ event }) => event },
          },
          {
            description: 'The access token is not a valid one: get a new one, unless this one is just new.',
            guard: { type: 'needsRefresh', params: ({ event }) => event },
            target: 'refreshing',
            actions: [
              { type: 'markRefused', params: ({ event }) => event },
              { type: 'measureWait', params: ({ event }) => event },
            ],
          },
        ],
        'server.accessTokenMissing': [
          {
            description: 'A token is asked for, and there is no refresh.',
            guard: { type: 'endsWithToken', params: ({ event }) => event },
            target: 'expired',
            actions: { type: 'setReason', params: ({ event }) => event },
          },
          {
            description: 'A token is asked for: get a new one, unless this one is just new.',
            guard: { type: 'needsRefresh', params: ({ event }) => event },
            target: 'refreshing',
            actions: [
              { type: 'markRefused', params: ({ event }) => event },
              { type: 'measureWait', params: ({ event }) => event },
            ],
          },
        ],
        'server.refreshTokenExpired': {
          description: 'The refresh token has expired: only signing in again helps.',
          guard: { type: 'isCurrent', params: ({ event }) => event },
          target: 'expired',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.refreshTokenInvalid': {
          description: 'The refresh token is not a valid one: only signing in again helps.',
          guard: { type: 'isCurrent', params: ({ event }) => event },
          target: 'expired',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.refreshTokenReused': {
          description: 'The refresh token was used before: only signing in again helps.',
          guard: { type: 'isCurrent', params: ({ event }) => event },
          target: 'expired',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.subjectMismatch': {
          description: 'The token is of another user: the session is over.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.sessionRevoked': {
          description: 'The session was revoked: the session is over.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.accountDisabled': {
          description: 'The account was disabled: the session is over.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.stepUpRequired': {
          description: 'A stronger sign-in is asked for: the program is told, the session stays.',
          actions: { type: 'tellStepUp', params: ({ event }) => event },
        },
        'server.forbidden': {
          description: 'This user may not do that: its sender sees it, the session stays.',
        },
        'server.rateLimited': { description: 'Too many requests: its sender sees it, the session stays.' },
        'server.unavailable': {
          description: 'The server cannot answer now: its sender sees it, the session stays.',
        },
        'peer.loggedOut': {
          description: 'This session has ended in another tab.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'peer.expired': {
          description: 'This session has expired in another tab: only signing in again helps.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'expired',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'peer.refreshFailed': [
          { description: 'That is known.', guard: { type: 'isKnownSetback', params: ({ event }) => event } },
          {
            description: 'A refresh failed in another tab: no call before its pause is over.',
            actions: { type: 'joinSetback', params: ({ event }) => event },
          },
        ],
      },
      states: {
        fresh: {
          description: 'The access token serves.',
          tags: ['attach'],
          always: [
            {
              description: 'The access token is due already, and the server refreshes live ones only.',
              guard: 'isUrgent',
              target: '#session.refreshing',
              actions: { type: 'measureWait', params: ({ context }) => ({ at: context.dueAt ?? 0 }) },
            },
            { description: 'The access token is due already.', guard: 'isOverdue', target: 'due' },
          ],
          after: {
            refreshDue: [
              {
                description: 'Not due yet, but no timer runs longer: it is set again.',
                guard: 'isFarFromDue',
                target: 'fresh',
                reenter: true,
                actions: 'countDown',
              },
              {
                description:
                  'A refresh cannot be had now, and the access token is still good: try later, hold nobody.',
                guard: { type: 'isBetterDeferred', params: ({ context }) => ({ at: context.dueAt ?? 0 }) },
                target: 'due.deferred',
                actions: { type: 'measureGrace', params: ({ context }) => ({ at: context.dueAt ?? 0 }) },
              },
              {
                description: 'Get a new access token before a request needs it.',
                guard: 'isTimely',
                target: '#session.refreshing',
                actions: { type: 'measureWait', params: ({ context }) => ({ at: context.dueAt ?? 0 }) },
              },
              { description: 'No refresh ahead of need: it is left to the next request.', target: 'due' },
            ],
          },
          on: {
            'peer.refreshFailed': [
              {
                description: 'That is known.',
                guard: { type: 'isKnownSetback', params: ({ event }) => event },
              },
              {
                description: 'A refresh failed early in another tab, and this tab would have been next.',
                guard: { type: 'isNearlyDue', params: ({ event }) => event },
                target: 'due.deferred',
                actions: [
                  { type: 'joinSetback', params: ({ event }) => event },
                  { type: 'measureGrace', params: ({ event }) => event },
                ],
              },
              {
                description: 'A refresh failed in another tab: no call before its pause is over.',
                actions: { type: 'joinSetback', params: ({ event }) => event },
              },
            ],
            'clock.woke': [
              {
                description: 'Due meanwhile, and a refresh cannot be had now: try later, hold nobody.',
                guard: { type: 'isDeferredOnWaking', params: ({ event }) => event },
                target: 'due.deferred',
                actions: { type: 'measureGrace', params: ({ event }) => event },
              },
              {
                description: 'Due meanwhile: get a new access token before a request needs it.',
                guard: { type: 'isDueOnWaking', params: ({ event }) => event },
                target: '#session.refreshing',
                actions: { type: 'measureWait', params: ({ event }) => event },
              },
              {
                description: 'The timer may have slept: what is left is reckoned again.',
                target: 'fresh',
                reenter: true,
                actions: { type: 'setFreshFor', params: ({ event }) => event },
              },
            ],
          },
        },
        due: {
          description: 'The access token is inside its leeway, expired or refused.',
          initial: 'ready',
          states: {
            ready: {
              description: 'The next request starts a refresh and waits for it.',
              tags: ['due'],
              always: {
                description: 'The access token is used up, and it cannot be refreshed.',
                guard: 'hasNoRefresh',
                target: '#session.expired',
                actions: { type: 'setReason', params: { type: 'accessToken.due' } },
              },
              on: {
                'network.online': {
                  description: 'The server may be reached again: get a new access token.',
                  guard: 'isProactive',
                  target: '#session.refreshing',
                  actions: [
                    { type: 'setOnline', params: { online: true } },
                    { type: 'cutWait', params: ({ event }) => event },
                  ],
                },
                'clock.woke': [
                  {
                    description:
                      'A refresh cannot be had now, and the access token is still good: try later, hold nobody.',
                    guard: { type: 'isBetterDeferred', params: ({ event }) => event },
                    target: 'deferred',
                    actions: { type: 'measureGrace', params: ({ event }) => event },
                  },
                  {
                    description: 'Get a new access token before a request needs it.',
                    guard: 'isTimely',
                    target: '#session.refreshing',
                    actions: { type: 'measureWait', params: ({ event }) => event },
                  },
                ],
              },
            },
            deferred: {
              description: 'A refresh failed early. The access token serves meanwhile; a later one is armed.',
              tags: ['attach'],
              after: {
                retryDue: [
                  { description: 'The network says when it is back.', guard: 'isOffline' },
                  {
                    description: 'The pause is over: try again.',
                    guard: 'isProactive',
                    target: '#session.refreshing',
                    actions: 'endWait',
                  },
                  {
                    description: 'No refresh ahead of need: it is left to the next request.',
                    target: 'ready',
                  },
                ],
                tokenExpiry: [
                  {
                    description: 'The access token serves no longer: requests wait for a new one.',
                    guard: 'isTimely',
                    target: '#session.refreshing',
                    actions: {
                      type: 'measureWait',
                      params: ({ context }) => ({ at: context.expiresAt ?? context.retryAt }),
                    },
                  },
                  {
                    description: 'The access token serves no longer: a new one is left to the next request.',
                    target: 'ready',
                  },
                ],
              },
              on: {
                'network.online': [
                  {
                    description: 'The server wants to be left alone, and the access token is still good.',
                    guard: { type: 'isPutOff', params: ({ event }) => event },
                    target: 'deferred',
                    reenter: true,
                    actions: [
                      { type: 'setOnline', params: { online: true } },
                      { type: 'measureGrace', params: ({ event }) => event },
                    ],
                  },
                  {
                    description: 'The server may be reached again: get a new access token.',
                    guard: 'isProactive',
                    target: '#session.refreshing',
                    actions: [
                      { type: 'setOnline', params: { online: true } },
                      { type: 'cutWait', params: ({ event }) => event },
                    ],
                  },
                ],
                'peer.refreshFailed': [
                  {
                    description: 'That is known.',
                    guard: { type: 'isKnownSetback', params: ({ event }) => event },
                  },
                  {
                    description: 'A later refresh failed in another tab: the next one is armed anew.',
                    target: 'deferred',
                    reenter: true,
                    actions: [
                      { type: 'joinSetback', params: ({ event }) => event },
                      { type: 'measureGrace', params: ({ event }) => event },
                    ],
                  },
                ],
                'clock.woke': [
                  {
                    description: 'A refresh cannot be had now: what is left is reckoned again.',
                    guard: { type: 'isBetterDeferred', params: ({ event }) => event },
                    target: 'deferred',
                    reenter: true,
                    actions: { type: 'measureGrace', params: ({ event }) => event },
                  },
                  {
                    description: 'Get a new access token before a request needs it.',
                    guard: 'isTimely',
                    target: '#session.refreshing',
                    actions: { type: 'measureWait', params: ({ event }) => event },
                  },
                ],
              },
            },
          },
        },
      },
    },
    refreshing: {
      description: 'New tokens are on their way; requests wait for this state to end.',
      tags: ['busy'],
      initial: 'acquiring',
      entry: 'startRound',
      exit: 'endRound',
      invoke: {
        id: 'refresher',
        src: 'refresher',
        input: ({ context }) => ({ sessionId: context.sessionId ?? '', generation: context.generation }),
        onError: {
          description: 'The refresh itself broke: the session stays.',
          target: 'authenticated.due',
          actions: [
            {
              type: 'setFailure',
              params: { failure: { code: 'ERR_REFRESH_UNAVAILABLE', status: null, serverCode: null } },
            },
            'tellRefreshFailed',
          ],
        },
      },
      on: {
        'session.refresh': { description: 'Joins the refresh that is under way.' },
        'accessToken.due': { description: 'The refresh is under way.' },
        'grant.stored': {
          description: 'There are new tokens: nobody waits any longer.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'authenticated',
          actions: [
            { type: 'takeGrant', params: ({ event }) => event },
            { type: 'startCooldown', params: ({ event }) => event },
            { type: 'tellRefreshed', params: ({ event }) => event },
          ],
        },
        'refresh.failed': [
          {
            description: 'The refresh is set up wrongly, and the access token is not even due: it stays.',
            guard: { type: 'isStillFresh', params: ({ event }) => event },
            target: 'authenticated.fresh',
            actions: [
              { type: 'countBreakdown', params: ({ event }) => event },
              { type: 'measureGrace', params: ({ event }) => event },
              'tellRefreshFailed',
            ],
          },
          {
            description: 'The refresh is set up wrongly, and the access token is still good.',
            guard: { type: 'isTokenGood', params: ({ event }) => event },
            target: 'authenticated.due.deferred',
            actions: [
              { type: 'countBreakdown', params: ({ event }) => event },
              { type: 'measureGrace', params: ({ event }) => event },
              { type: 'waitForExpiry', params: ({ event }) => event },
              'tellRefreshFailed',
            ],
          },
          {
            description: 'The refresh is set up wrongly: the caller is told, the session stays.',
            target: 'authenticated.due',
            actions: [{ type: 'countBreakdown', params: ({ event }) => event }, 'tellRefreshFailed'],
          },
        ],
        'session.logout': {
          description: 'Signed out on purpose.',
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.accessTokenExpired': {
          description: 'The access token has expired: a new one is on its way.',
        },
        'server.accessTokenInvalid': {
          description: 'The access token is not a valid one: a new one is on its way.',
        },
        'server.accessTokenMissing': { description: 'A token is asked for: a new one is on its way.' },
        'server.refreshTokenExpired': {
          description: 'The refresh token has expired: only signing in again helps.',
          guard: { type: 'isCurrent', params: ({ event }) => event },
          target: 'expired',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.refreshTokenInvalid': {
          description: 'The refresh token is not a valid one: only signing in again helps.',
          guard: { type: 'isCurrent', params: ({ event }) => event },
          target: 'expired',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.refreshTokenReused': {
          description: 'The refresh token was used before: only signing in again helps.',
          guard: { type: 'isCurrent', params: ({ event }) => event },
          target: 'expired',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.subjectMismatch': {
          description: 'The token is of another user: the session is over.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.sessionRevoked': {
          description: 'The session was revoked: the session is over.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.accountDisabled': {
          description: 'The account was disabled: the session is over.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.stepUpRequired': {
          description: 'A stronger sign-in is asked for: its sender sees it once there are new tokens.',
        },
        'server.forbidden': {
          description: 'This user may not do that: its sender sees it, the refresh goes on.',
        },
        'server.rateLimited': [
          {
            description: 'Too many requests, and the access token is not even due: it stays.',
            guard: { type: 'isStillFresh', params: ({ event }) => event },
            target: 'authenticated.fresh',
            actions: [
              { type: 'countFailure', params: ({ event }) => event },
              { type: 'measureGrace', params: ({ event }) => event },
              'tellRefreshFailed',
            ],
          },
          {
            description: 'Too many requests, and the access token is still good: try later, hold nobody.',
            guard: { type: 'isTokenGood', params: ({ event }) => event },
            target: 'authenticated.due.deferred',
            actions: [
              { type: 'countFailure', params: ({ event }) => event },
              { type: 'measureGrace', params: ({ event }) => event },
              'tellRefreshFailed',
            ],
          },
          {
            description: 'Too many requests: try again after a pause.',
            guard: { type: 'hasAttemptsLeft', params: ({ event }) => event },
            target: '.backingOff',
            actions: { type: 'countFailure', params: ({ event }) => event },
          },
          {
            description: 'Too many requests, and no request can wait for another attempt: the session stays.',
            target: 'authenticated.due',
            actions: [{ type: 'countFailure', params: ({ event }) => event }, 'tellRefreshFailed'],
          },
        ],
        'server.unavailable': [
          {
            description: 'The server cannot answer now, and the access token is not even due: it stays.',
            guard: { type: 'isStillFresh', params: ({ event }) => event },
            target: 'authenticated.fresh',
            actions: [
              { type: 'countFailure', params: ({ event }) => event },
              { type: 'measureGrace', params: ({ event }) => event },
              'tellRefreshFailed',
            ],
          },
          {
            description:
              'The server cannot answer now, and the access token is still good: try later, hold nobody.',
            guard: { type: 'isTokenGood', params: ({ event }) => event },
            target: 'authenticated.due.deferred',
            actions: [
              { type: 'countFailure', params: ({ event }) => event },
              { type: 'measureGrace', params: ({ event }) => event },
              'tellRefreshFailed',
            ],
          },
          {
            description: 'The network failed, and the platform says so: wait for it, and try in between.',
            guard: { type: 'isCutOff', params: ({ event }) => event },
            target: '.offline',
            actions: { type: 'countFailure', params: ({ event }) => event },
          },
          {
            description: 'The server cannot answer now: try again after a pause.',
            guard: { type: 'hasAttemptsLeft', params: ({ event }) => event },
            target: '.backingOff',
            actions: { type: 'countFailure', params: ({ event }) => event },
          },
          {
            description:
              'The server cannot answer now, and no request can wait for another attempt: the session stays.',
            target: 'authenticated.due',
            actions: [{ type: 'countFailure', params: ({ event }) => event }, 'tellRefreshFailed'],
          },
        ],
        'peer.refreshFailed': [
          { description: 'That is known.', guard: { type: 'isKnownSetback', params: ({ event }) => event } },
          {
            description: 'A refresh failed in another tab, and the access token is not even due: it stays.',
            guard: { type: 'isStillFresh', params: ({ event }) => event },
            target: 'authenticated.fresh',
            actions: [
              { type: 'joinSetback', params: ({ event }) => event },
              { type: 'measureGrace', params: ({ event }) => event },
              'tellRefreshFailed',
            ],
          },
          {
            description: 'A refresh failed in another tab, and the access token is still good: try later.',
            guard: { type: 'isTokenGood', params: ({ event }) => event },
            target: 'authenticated.due.deferred',
            actions: [
              { type: 'joinSetback', params: ({ event }) => event },
              { type: 'measureGrace', params: ({ event }) => event },
              'tellRefreshFailed',
            ],
          },
          {
            description: 'Another tab found no network, and the platform says so: wait for it.',
            guard: { type: 'isCutOffToo', params: ({ event }) => event },
            target: '.offline',
            actions: [{ type: 'joinSetback', params: ({ event }) => event }, 'countAttempt'],
          },
          {
            description: 'A refresh failed in another tab: try again after the same pause.',
            guard: { type: 'canTryAfterPeer', params: ({ event }) => event },
            target: '.backingOff',
            actions: [{ type: 'joinSetback', params: ({ event }) => event }, 'countAttempt'],
          },
          {
            description: 'A refresh failed in another tab, and no request can wait for the next attempt.',
            target: 'authenticated.due',
            actions: [{ type: 'joinSetback', params: ({ event }) => event }, 'tellRefreshFailed'],
          },
        ],
        'peer.loggedOut': {
          description: 'This session has ended in another tab.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'peer.expired': {
          description: 'This session has expired in another tab: only signing in again helps.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'expired',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'network.online': {
          description: 'The server may be reached again: make another attempt.',
          target: '.acquiring',
          actions: [
            { type: 'setOnline', params: { online: true } },
            { type: 'cutWait', params: ({ event }) => event },
          ],
        },
      },
      states: {
        acquiring: {
          description: 'Waits for the lock that all who share the store have in common.',
          tags: ['hold'],
          entry: 'startAttempt',
          always: {
            description: 'It is too early for another attempt.',
            guard: 'isTooEarly',
            target: 'backingOff',
          },
          on: {
            'lock.acquired': [
              {
                description: 'The access token is used up, and it cannot be refreshed.',
                guard: { type: 'isTooLate', params: ({ event }) => event },
                target: '#session.expired',
                actions: { type: 'setReason', params: { type: 'accessToken.due' } },
              },
              {
                description: 'Nobody else refreshes now: the refresh token goes to the server.',
                target: 'requesting',
                actions: { type: 'noteLostAnswer', params: ({ event }) => event },
              },
            ],
          },
        },
        requesting: {
          description: 'The refresh token is with the server.',
          tags: ['hold', 'holdsLock'],
          on: {
            'network.online': {
              description: 'The call that is under way goes on.',
              actions: { type: 'setOnline', params: { online: true } },
            },
            'network.offline': {
              description: 'The answer may still come; without it the server might see its token twice.',
              actions: { type: 'setOnline', params: { online: false } },
            },
            'peer.refreshFailed': { description: 'The call that is under way goes on.' },
          },
        },
        backingOff: {
          description: 'The last call failed for a passing reason; the next one follows after a pause.',
          tags: ['hold'],
          after: {
            backoff: {
              description: 'The pause is over: try again.',
              target: 'acquiring',
              actions: 'endWait',
            },
          },
          on: {
            'clock.woke': {
              description: 'The pause may have been slept through: what is left of it is reckoned again.',
              target: 'acquiring',
              actions: { type: 'measureWait', params: ({ event }) => event },
            },
            'network.offline': {
              description: 'The next attempt waits for the network, and not only for the pause.',
              target: 'offline',
              actions: { type: 'setOnline', params: { online: false } },
            },
          },
        },
        offline: {
          description: 'An attempt failed, and the platform says that there is no network.',
          tags: ['hold', 'offline'],
          after: {
            offlineRetry: {
              description: 'The platform may be wrong about the network: try again.',
              target: 'acquiring',
              actions: 'endWait',
            },
          },
          on: {
            'lock.acquired': [
              {
                description: 'The access token is used up, and it cannot be refreshed.',
                guard: { type: 'isTooLate', params: ({ event }) => event },
                target: '#session.expired',
                actions: { type: 'setReason', params: { type: 'accessToken.due' } },
              },
              {
                description:
                  'The attempt that waited for the lock goes out all the same: the network may be back.',
                target: 'requesting',
                actions: { type: 'noteLostAnswer', params: ({ event }) => event },
              },
            ],
          },
        },
      },
    },
    expired: {
      description: 'The refresh credential is spent. The user is remembered and must sign in again.',
      tags: ['refuse'],
      entry: [{ type: 'dropTokens', params: ({ event }) => event }, 'tellExpired'],
      initial: 'idle',
      on: {
        'session.login': { description: 'The same user comes back, or another one.', target: '.signingIn' },
        'session.logout': {
          description: 'Signed out on purpose.',
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.accessTokenExpired': { description: 'The access token has expired: that is known.' },
        'server.accessTokenInvalid': { description: 'The access token is not a valid one: that is known.' },
        'server.accessTokenMissing': { description: 'A token is asked for: that is known.' },
        'server.refreshTokenExpired': { description: 'The refresh token has expired: that is known.' },
        'server.refreshTokenInvalid': { description: 'The refresh token is not a valid one: that is known.' },
        'server.refreshTokenReused': { description: 'The refresh token was used before: that is known.' },
        'server.subjectMismatch': {
          description: 'The token is of another user: the session is over.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.sessionRevoked': {
          description: 'The session was revoked: the session is over.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.accountDisabled': {
          description: 'The account was disabled: the session is over.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'server.stepUpRequired': { description: 'A stronger sign-in is asked for: its sender sees it.' },
        'server.forbidden': { description: 'This user may not do that: its sender sees it.' },
        'server.rateLimited': { description: 'Too many requests: its sender sees it.' },
        'server.unavailable': { description: 'The server cannot answer now: its sender sees it.' },
        'peer.loggedOut': {
          description: 'This session has ended in another tab.',
          guard: { type: 'isThisSession', params: ({ event }) => event },
          target: 'loggedOut',
          actions: { type: 'setReason', params: ({ event }) => event },
        },
        'peer.expired': { description: 'That is known.' },
      },
      states: {
        idle: { description: 'Requests are refused, or wait for the same user where the options say so.' },
        signingIn: {
          description: 'Credentials are with the server.',
          tags: ['busy', 'signingIn'],
          entry: 'clearFailure',
          invoke: {
            id: 'authenticator',
            src: 'authenticator',
            input: ({ event }) => ({ loginId: event.type === 'session.login' ? event.loginId : '' }),
            onError: { description: 'The login itself broke.', target: 'idle' },
          },
          on: {
            'server.subjectMismatch': {
              description: 'It is about the session before: a new one is on its way.',
            },
            'server.sessionRevoked': {
              description: 'It is about the session before: a new one is on its way.',
            },
            'server.accountDisabled': {
              description: 'It is about the session before: a new one is on its way.',
            },
            'peer.loggedOut': { description: 'It is about the session before: a new one is on its way.' },
            'grant.stored': {
              description: 'The server has accepted the credentials.',
              target: '#session.authenticated',
              actions: [
                { type: 'takeGrant', params: ({ event }) => event },
                { type: 'tellAuthenticated', params: ({ event }) => event },
              ],
            },
            'login.failed': {
              description: 'Refused, or no answer came: it can be tried again.',
              target: 'idle',
              actions: { type: 'setFailure', params: ({ event }) => event },
            },
          },
        },
      },
    },
    loggedOut: {
      description: 'Ended on purpose: here, in another tab, or by the server.',
      entry: [{ type: 'dropCredentials', params: ({ event }) => event }, 'tellLoggedOut'],
      on: {
        'session.login': { description: 'Somebody has given credentials.', target: 'anonymous.signingIn' },
        'session.logout': { description: 'There is nothing left to sign out of.' },
        'peer.adopted': [
          {
            description: 'Somebody signed in in another tab. What is left of the old session cannot.',
            guard: { type: 'isOtherSession', params: ({ event }) => event },
            target: 'authenticated',
            actions: [
              { type: 'takeGrant', params: ({ event }) => event },
              { type: 'joinCooldown', params: ({ event }) => event },
            ],
          },
          { description: 'It is of the session that ended: that one does not come back.' },
        ],
        'peer.loggedOut': { description: 'That is known.' },
        'peer.expired': { description: 'That is known.' },
        'server.accessTokenExpired': {
          description: 'The access token has expired: a late answer to a request of the session that ended.',
        },
        'server.accessTokenInvalid': {
          description:
            'The access token is not a valid one: a late answer to a request of the session that ended.',
        },
        'server.accessTokenMissing': {
          description: 'A token is asked for: a late answer to a request of the session that ended.',
        },
        'server.refreshTokenExpired': {
          description: 'The refresh token has expired: a late answer to a request of the session that ended.',
        },
        'server.refreshTokenInvalid': {
          description:
            'The refresh token is not a valid one: a late answer to a request of the session that ended.',
        },
        'server.refreshTokenReused': {
          description:
            'The refresh token was used before: a late answer to a request of the session that ended.',
        },
        'server.subjectMismatch': {
          description: 'The token is of another user: a late answer to a request of the session that ended.',
        },
        'server.sessionRevoked': {
          description: 'The session was revoked: a late answer to a request of the session that ended.',
        },
        'server.accountDisabled': {
          description: 'The account was disabled: a late answer to a request of the session that ended.',
        },
        'server.stepUpRequired': { description: 'A stronger sign-in is asked for: its sender sees it.' },
        'server.forbidden': { description: 'This user may not do that: its sender sees it.' },
        'server.rateLimited': { description: 'Too many requests: its sender sees it.' },
        'server.unavailable': { description: 'The server cannot answer now: its sender sees it.' },
      },
    },
  },
});

export type SessionMachine = typeof sessionMachine;
