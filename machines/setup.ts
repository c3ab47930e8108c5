import { assign, emit, fromCallback, sendTo, setup, spawnChild, stopChild } from 'xstate';
import * as changes from './changes.ts';
import * as delays from './delays.ts';
import * as facts from './facts.ts';
import * as guards from './guards.ts';
import { notProvided } from './rules.ts';
import { machineTypes, type AttemptStart, type SessionEvent, type Stamp, type Timed } from './types.ts';

/** The actions that need the tokens, which the machine must not contain: to be provided. */
const provided = {
  /** Makes requests carry the tokens of this grant. */
  useTokens: () => undefined,
  /** Shows the changed user. */
  useUser: () => undefined,
  /** Drops the tokens here and in the store, and keeps the user. */
  dropTokens: () => undefined,
  /** Tells the server of the last logout once more, without another attempt. */
  revokeOnce: () => undefined,
  /** Drops the tokens and the user, and aborts requests in flight. */
  dropCredentials: () => undefined,
  /** Forgets what the second step of a sign-in needs. */
  dropChallenge: () => undefined,
};

/**
 * What the names in the chart stand for: its actors, actions, guards and delays.
 *
 * - `restorer` reads the store and sends `store.restored` or `store.empty`. For each `attempt.start` it asks the server for
 *   tokens without a stored session (silent sign-in). It sends `grant.stored`, a `server.*` verdict or `refresh.failed`, or
 *   `store.restored` if another tab was faster.
 * - `authenticator` signs in and sends `grant.stored`, `login.challenged` or `login.failed`. While a user is signed in, it runs
 *   beside the states and sends `stepUp.granted` instead of `grant.stored`. For tokens from elsewhere that are still on their
 *   way, it only sends `login.failed` if they do not arrive: `session.adopt` brings them.
 * - `revoker` tells the server of a logout once and sends `logout.confirmed`, `logout.refused` or `logout.failed`.
 * - `refresher` makes one attempt for each `attempt.start`. It sends `lock.acquired` and then `grant.stored`, a `server.*`
 *   verdict or `refresh.failed`. If another tab was faster, it sends `peer.adopted` or `peer.refreshFailed`.
 */
// A bundler can drop a function that is called once, but not the calls in the arguments of `setup`.
export const chartSetup = /* @__PURE__ */ (() =>
  setup({
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
      dropStepUp: assign(changes.dropStepUp),
      setChallenged: assign({ isChallenged: true }),
      clearChallenged: assign({ isChallenged: false }),
      startSignIn: spawnChild('authenticator', { id: 'authenticator', input: facts.loginOf }),
      stopSignIn: stopChild('authenticator'),
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
      ...provided,
    },
    guards,
    delays,
  }))();

type State = NonNullable<Parameters<typeof chartSetup.createMachine>[0]['states']>[string];

/** A state without child states. */
export type Leaf = Omit<State, 'id' | 'states' | 'initial'>;

/** A state with child states that have none. */
export type Parent<Child extends string> = Leaf & {
  readonly initial: Child;
  readonly states: Readonly<Record<Child, Leaf>>;
};

export type Transition = Exclude<NonNullable<State['always']>, string | readonly unknown[]>;
