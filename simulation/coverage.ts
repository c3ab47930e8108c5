import type { AnyTransitionDefinition, InspectionEvent, StateValue } from 'xstate';
import { getStateNodes } from 'xstate/graph';
import { stateName } from '../machines/index.ts';
import { sessionMachine } from '../machines/session.ts';
import { whyImpossible, whyNeverTaken } from './impossible.ts';

/** Which transitions of the chart were taken, and which events came in which states, with how often. */
export interface Coverage {
  readonly transitions: Map<string, number>;
  readonly pairs: Map<string, number>;
  /** Returns the inspector of one session. */
  watch(this: void): (event: InspectionEvent) => void;
}

const nodes = [sessionMachine.root, ...getStateNodes(sessionMachine)];

/** The names of transitions, by their definitions: a session runs a copy of the chart with its own ones. */
const names = new WeakMap<AnyTransitionDefinition, string>();

function nameOnce(definition: AnyTransitionDefinition): string {
  const name = names.get(definition) ?? nameOf(definition);
  names.set(definition, name);
  return name;
}

/** The name of a transition: where it starts, its event, its condition and its target. */
function nameOf({ source, eventType, guard, target }: AnyTransitionDefinition): string {
  const condition = guard === undefined ? '' : ` [${guardName(guard)}]`;
  const ends = target?.map(({ id }) => shortId(id)).join(', ') ?? 'stays';
  return `${shortId(source.id)}: ${eventName(String(eventType)) || 'always'}${condition} → ${ends}`;
}

function shortId(id: string): string {
  return id.replace(/^session\.?(signedIn\.)?/, '') || 'any state';
}

/** Shortens XState's own names: `xstate.after.refreshDue.session…` becomes `after refreshDue`. */
function eventName(type: string): string {
  return type
    .replace(/^xstate\.after\.(\w+)\..*/, 'after $1')
    .replace(/^xstate\.error\.actor\.(\w+)/, '$1 broke');
}

function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  return typeof guard === 'object' && guard !== null && 'type' in guard ? String(guard.type) : 'a guard';
}

const allTransitions: readonly string[] = [
  ...new Set(
    nodes.flatMap((node) =>
      [...[...node.transitions.values()].flat(), ...(node.always ?? [])].map(
        (definition: AnyTransitionDefinition) => nameOf(definition),
      ),
    ),
  ),
].sort();

/** The names of what can happen, and why the others cannot. */
export interface Possible {
  readonly names: readonly string[];
  readonly others: ReadonlyMap<string, string>;
}

function possible(names: readonly string[], why: (name: string) => string | null): Possible {
  const others = new Map<string, string>();
  for (const name of names) {
    const reason = why(name);
    if (reason !== null) others.set(name, reason);
  }
  return { names: names.filter((name) => !others.has(name)), others };
}

export const everyTransition = possible(allTransitions, whyNeverTaken);

const allPairs: readonly string[] = nodes
  .filter(({ type, id }) => type === 'atomic' && !/\.(starting|failed|refused)$/.test(id))
  .flatMap(({ id }) => [...new Set(sessionMachine.events)].map((type) => [id, type] as const))
  .filter(([id, type]) => !type.startsWith('xstate.') || type.endsWith(id))
  .map(([id, type]) => `${shortId(id)} + ${eventName(type)}`)
  .sort();

/** Every pair of a state in which a session can rest and an event that the chart knows. */
export const everyPair = possible(allPairs, (pair) => {
  const [state = '', event = ''] = pair.split(' + ');
  return event.endsWith(' broke')
    ? 'only a bug of the library itself causes it'
    : whyImpossible(state, event);
});

const count = (counts: Map<string, number>, name: string): void =>
  void counts.set(name, (counts.get(name) ?? 0) + 1);

export function createCoverage(
  transitions = new Map<string, number>(),
  pairs = new Map<string, number>(),
): Coverage {
  return {
    transitions,
    pairs,
    watch() {
      let state: string | null = null;
      return (inspected) => {
        if (inspected.actorRef.sessionId !== inspected.rootId) return;
        if (inspected.type === '@xstate.microstep') {
          for (const transition of inspected._transitions) count(transitions, nameOnce(transition));
        } else if (inspected.type === '@xstate.snapshot' && hasValue(inspected.snapshot)) {
          if (state !== null && inspected.event.type !== 'xstate.stop')
            count(pairs, `${state} + ${eventName(inspected.event.type)}`);
          state = stateName(inspected.snapshot.value);
        }
      };
    },
  };
}

function hasValue(snapshot: object): snapshot is { readonly value: StateValue } {
  return 'value' in snapshot;
}
