import type { AnyStateNode } from 'xstate';
import { causeOf } from '../../src/devtools/chart/cause.ts';
import {
  childrenOf,
  drawnSourcesOf,
  movesOf,
  nameOf,
  nodesIn,
  parentOf,
} from '../../src/devtools/chart/nodes.ts';

/** An arrow from one state to another, with all its events. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly events: readonly string[];
}

/** Collects the machine's arrows, one for each pair of states, without those that return to the same state. */
export function collectArrows(root: AnyStateNode): readonly Arrow[] {
  const arrows = new Map<string, Set<string>>();
  for (const move of nodesIn(root).flatMap(movesOf)) {
    const { target, event } = move;
    if (target === null) continue;
    for (const source of drawnSourcesOf(move).flatMap((state) => sourcesOf(state, target, event))) {
      const key = `${nameOf(source)} ${nameOf(target)}`;
      arrows.set(key, (arrows.get(key) ?? new Set()).add(causeOf(event)));
    }
  }
  return [...arrows].map(([key, events]) => {
    const [from = '', to = ''] = key.split(' ');
    return { from, to, events: [...events] };
  });
}

/** If the target is inside, the transition belongs to every sibling that does not handle the event itself. */
function sourcesOf(source: AnyStateNode, target: AnyStateNode, type: string): readonly AnyStateNode[] {
  if (source === target) return [];
  if (source.parent === undefined || !isInside(target, source)) return [source];
  return childrenOf(source).filter(
    (child) => child !== target && !isInside(target, child) && !child.transitions.has(type),
  );
}

function isInside(node: AnyStateNode, outer: AnyStateNode): boolean {
  const parent = parentOf(node);
  return parent !== undefined && (parent === outer || isInside(parent, outer));
}
