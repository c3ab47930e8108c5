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
  readonly description: string | null;
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
    (possibility) =>
      possibility.event === event &&
      possibility.description !== null &&
      isWithin(to, possibility.target ?? from),
  );
  return fitting?.description ?? null;
}

const nodeOf = (name: string): AnyStateNode =>
  name === anyState ? sessionMachine.root : sessionMachine.getStateNodeById(`${sessionMachine.id}.${name}`);

function lineageOf(node: AnyStateNode): readonly AnyStateNode[] {
  return node.parent === undefined ? [node] : [node, ...lineageOf(node.parent)];
}

function possibilitiesOf(node: AnyStateNode): readonly Possibility[] {
  const transitions: readonly AnyTransitionDefinition[] = [
    ...(node.always ?? []),
    ...[...node.transitions.values()].flat(),
  ];
  return transitions.map(({ eventType, target, guard, description }) => ({
    event: causeOf(String(eventType)),
    source: nameOf(node),
    target: target?.[0] === undefined ? null : nameOf(target[0]),
    guard: nameOfGuard(guard),
    description: description ?? null,
  }));
}

const nameOf = ({ path }: AnyStateNode): string => path.join('.') || anyState;

function nameOfGuard(guard: unknown): string | null {
  if (typeof guard === 'string') return guard;
  return typeof guard === 'object' && guard !== null && 'type' in guard ? String(guard.type) : null;
}
