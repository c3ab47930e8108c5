import type { StateValue } from 'xstate';
import { stateName, type SessionStatus, type StateName } from '../../machines/index.ts';

/** A state without child states, by its full name: `authenticated.due.ready`. */
export type Leaf = StateName;

/** The leaves inside each of the five states, named below that state. */
export type Substate<Status extends SessionStatus> = Leaf extends infer Name
  ? Name extends `${Status}.${infer Rest}`
    ? Rest
    : never
  : never;

const inOrder = {
  'anonymous.restoring.reading': true,
  'anonymous.restoring.requesting': true,
  'anonymous.restoring.backingOff': true,
  'anonymous.idle': true,
  'anonymous.signingIn': true,
  'anonymous.challenged.idle': true,
  'anonymous.challenged.signingIn': true,
  'authenticated.fresh': true,
  'authenticated.due.ready': true,
  'authenticated.due.deferred': true,
  'refreshing.acquiring': true,
  'refreshing.requesting': true,
  'refreshing.backingOff': true,
  'refreshing.offline': true,
  'expired.idle': true,
  'expired.signingIn': true,
  'expired.challenged.idle': true,
  'expired.challenged.signingIn': true,
  'loggedOut.idle': true,
  'loggedOut.revoking': true,
  'loggedOut.backingOff': true,
} satisfies Record<Leaf, true>;

const isLeaf = (name: string): name is Leaf => Object.hasOwn(inOrder, name);

/** Every leaf of the chart. A leaf that is missing here does not compile. */
export const leaves: readonly Leaf[] = Object.keys(inOrder).filter(isLeaf);

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
