import type { StateName } from '../../machines/index.ts';
import { received } from './options.ts';

type ParentsOf<Name> = Name extends `${infer Head}.${infer Tail}`
  ? Head | `${Head}.${ParentsOf<Tail>}`
  : never;

/** A state without child states, such as `authenticated.due.ready`. */
export type SessionLeaf = StateName;

/** A state with child states, such as `authenticated.due`. */
export type SessionParent = ParentsOf<SessionLeaf>;

/** The name of any state of the chart. */
export type SessionState = SessionLeaf | SessionParent;

/** The usual child state of each state. */
const usual = {
  anonymous: 'anonymous.idle',
  'anonymous.restoring': 'anonymous.restoring.reading',
  'anonymous.challenged': 'anonymous.challenged.idle',
  authenticated: 'authenticated.fresh',
  'authenticated.due': 'authenticated.due.ready',
  refreshing: 'refreshing.requesting',
  expired: 'expired.idle',
  loggedOut: 'loggedOut.idle',
  'expired.challenged': 'expired.challenged.idle',
} as const satisfies Record<SessionParent, SessionLeaf>;

/**
 * Finds the innermost state for a name.
 *
 * @throws {TypeError} No state has that name.
 */
export function leafOf(state: SessionState, leaves: Readonly<Record<SessionLeaf, unknown>>): SessionLeaf {
  if (isParent(state)) return usual[state];
  if (Object.hasOwn(leaves, state)) return state;
  const known = [...Object.keys(leaves), ...Object.keys(usual)].sort().join(', ');
  throw new TypeError(`Expected \`state\` to be one of ${known}, got ${received(state)}`);
}

function isParent(state: SessionState): state is SessionParent {
  return Object.hasOwn(usual, state);
}
