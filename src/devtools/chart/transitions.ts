import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { sessionMachine } from '../../../machines/index.ts';
import { causeOf } from './cause.ts';
import { anyState, isWithin } from './drawing.ts';

/** An event that a state handles. */
export interface Possibility {
  readonly event: string;
  /** The state that the transition belongs to: the state itself or one of its parents. */
  readonly source: string;
  /** The state that it leads to, or `null` if the state stays. */
  readonly target: string | null;
  /** The name of its guard in the machine. */
  readonly guard: string | null;
  readonly description: string;
}

/** The machine's description of a state. */
export interface StateDescription {
  readonly description: string;
  /** The machine's tags, which say what the state means for requests and what is in progress. */
  readonly tags: readonly string[];
  /** The state's own come first, then those of its parents. */
  readonly possibilities: readonly Possibility[];
}

/** Reads the machine's description of a state. */
export function describeState(name: string): StateDescription {
  const lineage = lineageOf(nodeOf(name));
  const [node = sessionMachine.root] = lineage;
  return {
    description: node.description ?? '',
    tags: [...new Set(lineage.flatMap(({ tags }) => tags))],
    possibilities: lineage.flatMap(possibilitiesOf),
  };
}

/** The machine's description of a transition. */
export function describeMove({
  event,
  from,
  to,
}: {
  event: string;
  from: string;
  to: string;
}): string | null {
  if (from === '') return null;
  const fitting = describeState(from).possibilities.find(
    (possibility) => possibility.event === event && isWithin(to, possibility.target ?? from),
  );
  return fitting?.description ?? null;
}

/** The machine's description of the reason why a session ended, which is the same in all states. */
export function describeReason(type: string): string {
  const giving = Object.values(sessionMachine.states)
    .flatMap(transitionsOf)
    .find(
      ({ eventType, actions }) =>
        eventType === type && actions.some((action) => nameOfType(action) === 'setReason'),
    );
  return giving?.description ?? '';
}

const nodeOf = (name: string): AnyStateNode =>
  name === anyState ? sessionMachine.root : sessionMachine.getStateNodeById(`${sessionMachine.id}.${name}`);

function lineageOf(node: AnyStateNode): readonly AnyStateNode[] {
  return node.parent === undefined ? [node] : [node, ...lineageOf(node.parent)];
}

const transitionsOf = (node: AnyStateNode): readonly AnyTransitionDefinition[] => [
  ...(node.always ?? []),
  ...[...node.transitions.values()].flat(),
];

const possibilitiesOf = (node: AnyStateNode): readonly Possibility[] =>
  transitionsOf(node).map(({ eventType, target, guard, description }) => ({
    event: causeOf(String(eventType)),
    source: nameOf(node),
    target: target?.[0] === undefined ? null : nameOf(target[0]),
    guard: nameOfType(guard),
    description: description ?? '',
  }));

const nameOf = ({ path }: AnyStateNode): string => path.join('.') || anyState;

/** Guards and actions are a name, or an object with a `type`. */
function nameOfType(written: unknown): string | null {
  if (typeof written === 'string') return written;
  return typeof written === 'object' && written !== null && 'type' in written ? String(written.type) : null;
}
