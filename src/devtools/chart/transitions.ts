import type { AnyStateNode } from 'xstate';
import { ignoredEvents, sessionMachine } from '../../../machines/index.ts';
import { causeOf } from './cause.ts';
import { isWithin } from './drawing.ts';
import { movesOf, nameOf, nodesIn } from './nodes.ts';

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
  const ends = Object.values(sessionMachine.root.states).filter(({ key }) =>
    ['expired', 'loggedOut'].includes(key),
  );
  const giving = nodesIn(sessionMachine.root)
    .flatMap(movesOf)
    .find(({ event, target }) => event === type && ends.some((end) => end === target));
  return giving?.description ?? '';
}

const nodeOf = (name: string): AnyStateNode =>
  nodesIn(sessionMachine.root).find((node) => nameOf(node) === name) ?? sessionMachine.root;

function lineageOf(node: AnyStateNode): readonly AnyStateNode[] {
  return node.parent === undefined ? [node] : [node, ...lineageOf(node.parent)];
}

const possibilitiesOf = (node: AnyStateNode): readonly Possibility[] => [
  ...movesOf(node).map(({ event, target, guard, description }) => ({
    event: causeOf(event),
    source: nameOf(node),
    target: target === null ? null : nameOf(target),
    guard: nameOfType(guard),
    description,
  })),
  ...ignoredIn(nameOf(node)),
];

const ignoredIn = (source: string): readonly Possibility[] =>
  ignoredEvents
    .filter(({ states }) => states.some((state) => state === source))
    .flatMap(({ events, meaning }) =>
      events.map((event) => ({ event, source, target: null, guard: null, description: meaning })),
    );

/** Guards are a name, or an object with a `type`. */
function nameOfType(written: unknown): string | null {
  if (typeof written === 'string') return written;
  return typeof written === 'object' && written !== null && 'type' in written ? String(written.type) : null;
}
