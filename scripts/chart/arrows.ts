import type { AnyStateNode } from 'xstate';
import type { DirectedGraphNode } from 'xstate/graph';
import { causeOf } from '../../src/devtools/chart/cause.ts';
import { anyState } from '../../src/devtools/chart/drawing.ts';

/** An arrow from one state to another, with all its events. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly events: readonly string[];
}

/** Collects the machine's arrows, one for each pair of states, without those that return to the same state. */
export function collectArrows(root: DirectedGraphNode): readonly Arrow[] {
  const arrows = new Map<string, Set<string>>();
  for (const { stateNode, edges } of nodesIn(root)) {
    const always = (stateNode.always ?? []).flatMap((transition) =>
      (transition.target ?? []).map((target) => ({ target, transition })),
    );
    for (const { target, transition } of [...edges, ...always]) {
      if (transition.target === undefined) continue;
      const type = String(transition.eventType);
      for (const source of sourcesOf(stateNode, target, type)) {
        const key = `${nameOf(source)} ${nameOf(target)}`;
        arrows.set(key, (arrows.get(key) ?? new Set()).add(causeOf(type)));
      }
    }
  }
  return [...arrows].map(([key, events]) => {
    const [from = '', to = ''] = key.split(' ');
    return { from, to, events: [...events] };
  });
}

const nodesIn = (node: DirectedGraphNode): readonly DirectedGraphNode[] => [
  node,
  ...node.children.flatMap(nodesIn),
];

/** If the target is inside, the transition belongs to every sibling that does not handle the event itself. */
function sourcesOf(source: AnyStateNode, target: AnyStateNode, type: string): readonly AnyStateNode[] {
  if (source === target) return [];
  if (source.parent === undefined || !isInside(target, source)) return [source];
  const inside = target.path[source.path.length];
  return Object.values(source.states).filter(
    ({ key, transitions }) => key !== inside && !transitions.has(type),
  );
}

const isInside = ({ path }: AnyStateNode, outer: AnyStateNode): boolean =>
  outer.path.every((key, index) => path[index] === key);

export const nameOf = ({ path }: AnyStateNode): string => path.join('.') || anyState;
