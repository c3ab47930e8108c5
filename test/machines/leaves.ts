import type { StateValue, StateValueFrom } from 'xstate';
import type { SessionMachine, SessionStatus } from '../../machines/index.ts';

type PathOf<Value> = Value extends string
  ? Value
  : { [Key in keyof Value & string]: `${Key}.${PathOf<NonNullable<Value[Key]>>}` }[keyof Value & string];

type Path = PathOf<StateValueFrom<SessionMachine>>;

/** A state without substates, by its full name: `authenticated.due.ready`. */
export type Leaf = {
  [Name in Path]: [Extract<Path, `${Name}.${string}`>] extends [never] ? Name : never;
}[Path];

/** The leaves inside one of the five states, by what follows its name; none for `loggedOut`. */
export type Substate<Status extends SessionStatus> = Leaf extends infer Name
  ? Name extends `${Status}.${infer Rest}`
    ? Rest
    : never
  : never;

const inOrder = {
  'anonymous.restoring': true,
  'anonymous.idle': true,
  'anonymous.signingIn': true,
  'authenticated.fresh': true,
  'authenticated.due.ready': true,
  'authenticated.due.deferred': true,
  'refreshing.acquiring': true,
  'refreshing.requesting': true,
  'refreshing.backingOff': true,
  'refreshing.offline': true,
  'expired.idle': true,
  'expired.signingIn': true,
  loggedOut: true,
} satisfies Record<Leaf, true>;

const isLeaf = (name: string): name is Leaf => Object.hasOwn(inOrder, name);

/** Every leaf of the chart. One that is missing here fails the typecheck. */
export const leaves: readonly Leaf[] = Object.keys(inOrder).filter(isLeaf);

/** The name of a state value: `{ authenticated: { due: 'ready' } }` is `authenticated.due.ready`. */
export function nameOf(value: StateValue): string {
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([key, child]) => (child === undefined ? key : `${key}.${nameOf(child)}`))
    .join(' & ');
}

/** The state value of a leaf. */
export function valueOf(leaf: Leaf): StateValue {
  return (
    leaf
      .split('.')
      .reverse()
      .reduce<StateValue | null>((inner, key) => (inner === null ? key : { [key]: inner }), null) ?? leaf
  );
}
