import type { StateValue } from 'xstate';
import { stateName, type SessionStatus, type SessionTag, type StateName } from '../../machines/index.ts';

/** A state without child states, by its full name: `authenticated.due.ready`. */
export type Leaf = StateName;

/** The leaves inside each of the five states, named below that state. */
export type Substate<Status extends SessionStatus> = Leaf extends infer Name
  ? Name extends `${Status}.${infer Rest}`
    ? Rest
    : never
  : never;

/** The tags of each leaf, which decide what happens to a request and what a program sees. */
export const tagsOf: Readonly<Record<Leaf, readonly SessionTag[]>> = {
  'anonymous.restoring.reading': ['busy', 'hold', 'restoring'],
  'anonymous.restoring.requesting': ['busy', 'hold', 'restoring'],
  'anonymous.restoring.backingOff': ['busy', 'hold', 'restoring'],
  'anonymous.idle': [],
  'anonymous.signingIn': ['busy', 'signingIn'],
  'anonymous.challenged.idle': ['challenged'],
  'anonymous.challenged.signingIn': ['busy', 'challenged', 'signingIn'],
  'authenticated.fresh': ['attach', 'signedIn'],
  'authenticated.due.ready': ['due', 'signedIn'],
  'authenticated.due.deferred': ['attach', 'signedIn'],
  'refreshing.acquiring': ['busy', 'hold', 'signedIn'],
  'refreshing.requesting': ['busy', 'hold', 'holdsLock', 'signedIn'],
  'refreshing.backingOff': ['busy', 'hold', 'signedIn'],
  'refreshing.offline': ['busy', 'hold', 'offline', 'signedIn'],
  'expired.idle': ['refuse'],
  'expired.signingIn': ['busy', 'refuse', 'signingIn'],
  'expired.challenged.idle': ['challenged', 'refuse'],
  'expired.challenged.signingIn': ['busy', 'challenged', 'refuse', 'signingIn'],
  'loggedOut.idle': [],
  'loggedOut.revoking': ['busy'],
  'loggedOut.backingOff': [],
};

const isLeaf = (name: string): name is Leaf => Object.hasOwn(tagsOf, name);

/** Every leaf of the chart. A leaf that is missing here does not compile. */
export const leaves: readonly Leaf[] = Object.keys(tagsOf).filter(isLeaf);

export const nameOf = stateName;

/** The state value of a leaf. */
export function valueOf(leaf: Leaf): StateValue {
  const path = leaf.split('.');
  const isInside = path[0] === 'authenticated' || path[0] === 'refreshing';
  return (
    [...(isInside ? ['signedIn'] : []), ...path]
      .reverse()
      .reduce<StateValue | null>((inner, key) => (inner === null ? key : { [key]: inner }), null) ?? leaf
  );
}
