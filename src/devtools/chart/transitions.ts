import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { sessionMachine } from '../../../machines/index.ts';
import { causeOf } from './cause.ts';
import { anyState, isWithin } from './drawing.ts';

/** Something that can happen in a state. */
export interface Possibility {
  readonly event: string;
  /** The state that the transition belongs to: the state itself or one around it. */
  readonly source: string;
  /** Where it leads; `null` where the session stays as it is. */
  readonly target: string | null;
  /** The condition for it, by its name in the machine. */
  readonly guard: string | null;
  readonly description: string;
}

/** What the machine says of a state. */
export interface StateDescription {
  readonly description: string;
  /** What a state means for requests, and what is under way: the tags of the machine. */
  readonly tags: readonly string[];
  /** The state's own come first, then those of the states around it. */
  readonly possibilities: readonly Possibility[];
}

/** Reads the machine's own words for a state. */
export function describeState(name: string): StateDescription {
  const lineage = lineageOf(nodeOf(name));
  const [node = sessionMachine.root] = lineage;
  return {
    description: node.description ?? '',
    tags: [...new Set(lineage.flatMap(({ tags }) => tags))],
    possibilities: lineage.flatMap(possibilitiesOf),
  };
}

/** What the machine says of a move: the description of the transition that made it. */
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

/** What the machine says of the reason why a session ended: the same in all states, and each writes it out. */
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

/** Guards and actions are written as a name, or as an object with it. */
function nameOfType(written: unknown): string | null {
  if (typeof written === 'string') return written;
  return typeof written === 'object' && written !== null && 'type' in written ? String(written.type) : null;
}
