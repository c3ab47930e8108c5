import {
  accessTokenVerdicts,
  endingVerdicts,
  refreshTokenVerdicts,
  type ServerVerdict,
  type SessionStatus,
  type SessionEvent,
} from './types.ts';
import type { StateName } from './stateName.ts';

/** Events that change nothing in some states, and why. The chart has no transitions for them. */
export interface IgnoredEvents {
  /** A state includes the states inside it. */
  readonly states: readonly (StateName | SessionStatus | 'anonymous.challenged' | 'expired.challenged')[];
  readonly events: readonly SessionEvent['type'][];
  readonly meaning: string;
}

const verdicts = (names: readonly ServerVerdict[]) => names.map((name) => `server.${name}` as const);

const whileSignedOut = (): readonly IgnoredEvents[] => [
  {
    states: ['anonymous'],
    events: verdicts(accessTokenVerdicts),
    meaning: 'The request was sent without a token. Its caller gets the response.',
  },
  {
    states: ['anonymous'],
    events: ['peer.loggedOut', 'peer.expired'],
    meaning: 'There is no session that could end.',
  },
  {
    states: [
      'anonymous.restoring.reading',
      'anonymous.restoring.backingOff',
      'anonymous.idle',
      'anonymous.signingIn',
      'anonymous.challenged',
    ],
    events: verdicts([...refreshTokenVerdicts, ...endingVerdicts]),
    meaning: 'There is no session that could end.',
  },
  {
    states: ['anonymous', 'expired', 'loggedOut'],
    events: verdicts(['invalidCredentials', 'stepUpRequired', 'forbidden']),
    meaning: 'The caller of the request gets the response.',
  },
  {
    states: [
      'anonymous.restoring.reading',
      'anonymous.restoring.backingOff',
      'anonymous.idle',
      'anonymous.signingIn',
      'anonymous.challenged',
      'expired',
      'loggedOut',
    ],
    events: verdicts(['rateLimited', 'unavailable']),
    meaning: 'The caller of the request gets the response.',
  },
  {
    states: ['anonymous', 'expired', 'loggedOut'],
    events: ['session.updateUser', 'peer.userUpdated', 'limit.near', 'limit.extended', 'limit.reached'],
    meaning: 'No user is signed in.',
  },
];

const whileSignedIn = (): readonly IgnoredEvents[] => [
  {
    states: ['authenticated'],
    events: verdicts(['invalidCredentials', 'forbidden', 'rateLimited', 'unavailable']),
    meaning: 'The caller of the request gets the response. The session goes on.',
  },
  {
    states: ['refreshing'],
    events: ['session.refresh', 'accessToken.due', ...verdicts(accessTokenVerdicts)],
    meaning: 'A refresh is under way already.',
  },
  {
    states: ['refreshing'],
    events: verdicts(['invalidCredentials', 'forbidden']),
    meaning: 'The caller of the request gets the response. The refresh goes on.',
  },
];

const afterTheEnd = (): readonly IgnoredEvents[] => [
  {
    states: ['expired'],
    events: [...verdicts([...accessTokenVerdicts, ...refreshTokenVerdicts]), 'peer.expired'],
    meaning: 'The session has expired already.',
  },
  {
    states: ['expired.signingIn', 'expired.challenged'],
    events: [...verdicts(endingVerdicts), 'peer.loggedOut'],
    meaning: 'It is about the previous session. The user is signing in to a new one.',
  },
  {
    states: ['loggedOut'],
    events: [
      ...verdicts([...accessTokenVerdicts, ...refreshTokenVerdicts, ...endingVerdicts]),
      'session.logout',
      'peer.loggedOut',
      'peer.expired',
    ],
    meaning: 'The session is over already. A late response changes nothing.',
  },
];

/**
 * Every verdict of a server has a transition in each state, or is listed here: a test says which one is missing. The same
 * goes for what other tabs report.
 */
export const ignoredEvents: readonly IgnoredEvents[] = /* @__PURE__ */ (() => [
  ...whileSignedOut(),
  ...whileSignedIn(),
  ...afterTheEnd(),
])();
