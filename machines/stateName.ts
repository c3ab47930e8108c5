import type { SnapshotFrom, StateValue } from 'xstate';
import type { SessionMachine } from './session.ts';

type PathOf<Value> = Value extends string
  ? Value
  : { [Key in keyof Value & string]: `${Key}.${PathOf<Value[Key]>}` }[keyof Value & string];

type WithoutParent<Path> = Path extends `signedIn.${infer Inner}` ? Inner : Path;

/**
 * A state that a session can rest in, as `session.history()` and the devtools call it: `authenticated.due.ready`. The
 * parent `signedIn` is left out, and so are `refreshing.starting`, `refreshing.failed` and
 * `authenticated.due.refused`, which a session leaves at once.
 */
export type StateName = Exclude<
  WithoutParent<PathOf<SnapshotFrom<SessionMachine>['value']>>,
  'refreshing.starting' | 'refreshing.failed' | 'authenticated.due.refused'
>;

/** The name of a state value: `{ signedIn: { authenticated: { due: 'ready' } } }` is `authenticated.due.ready`. */
export function stateName(value: StateValue): string {
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([key, inner = '']) => (key === 'signedIn' ? stateName(inner) : `${key}.${stateName(inner)}`))
    .join(' ');
}
