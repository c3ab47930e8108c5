/** An event that only some part of the library sends, and the states in which that part runs. */
interface Sender {
  readonly events: RegExp;
  readonly states: RegExp;
  readonly reason: string;
}

const restoring = 'anonymous\\.restoring';
const signingIn = '(anonymous|expired)\\.(challenged\\.)?signingIn';
const signedIn = '(authenticated|refreshing)\\.';

/** In every other state, the event cannot happen: its sender does not run there. */
const senders: readonly Sender[] = [
  {
    events: /^store\.(restored|empty)$/,
    states: new RegExp(`^${restoring}`),
    reason: 'the restorer runs only in `restoring`',
  },
  {
    events: /^lock\.acquired$/,
    states: /^refreshing\./,
    reason: 'the refresher runs only in `refreshing`',
  },
  {
    events: /^(refresh\.failed|server\.(rateLimited|unavailable|refreshToken\w+))$/,
    states: new RegExp(`^(refreshing\\.|${restoring})`),
    reason: 'only the refresher and the restorer call the refresh endpoint',
  },
  {
    events: /^grant\.stored$/,
    states: new RegExp(`^(refreshing\\.|${restoring}|${signingIn})`),
    reason: 'only the refresher, the restorer and the authenticator store grants',
  },
  {
    events: /^login\.(challenged|failed)$/,
    states: new RegExp(`^(${signingIn}|${signedIn})`),
    reason: 'the authenticator runs only during a sign-in',
  },
  {
    events:
      /^(stepUp\.granted|limit\.(near|extended)|peer\.userUpdated|session\.updateUser|accessToken\.due)$/,
    states: new RegExp(`^${signedIn}`),
    reason: 'the sender checks that a user is signed in',
  },
];

/** Why a session cannot get an event in a state, or `null` if it can. */
export function whyImpossible(state: string, event: string): string | null {
  const sender = senders.find(({ events, states }) => events.test(event) && !states.test(state));
  return sender?.reason ?? null;
}

/** Why a transition cannot be taken, or `null` if it can. */
export function whyNeverTaken(transition: string): string | null {
  if (/^[^:]*: \w+ broke/.test(transition)) return 'only a bug of the library itself causes it';
  if (transition === 'loggedOut: peer.adopted → stays')
    return 'the store watcher ends late tokens itself, and a refresher that is stopped tells nothing';
  return null;
}
