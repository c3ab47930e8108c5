import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { toDirectedGraph, type DirectedGraphNode } from 'xstate/graph';
import { sessionMachine } from '../../machines/index.ts';

/** An arrow between two sibling states, with all its events. */
interface Arrow {
  readonly from: AnyStateNode;
  readonly to: AnyStateNode;
  readonly labels: Set<string>;
}

/**
 * Draws the chart as a Mermaid `stateDiagram-v2`.
 *
 * Mermaid does not draw arrows between child states of two composite states. So an arrow connects the siblings, and its
 * label names the child state in which it ends. Transitions that return to the same state are omitted.
 */
export function drawChart(): string {
  const root = toDirectedGraph(sessionMachine);
  const arrows = collectArrows(root);
  return ['stateDiagram-v2', ...draw(root, arrows, 1)].join('\n');
}

function collectArrows(root: DirectedGraphNode): readonly Arrow[] {
  const arrows = new Map<string, Arrow>();
  const add = (from: AnyStateNode, to: AnyStateNode, label: string) => {
    const key = `${from.id} ${to.id}`;
    const arrow = arrows.get(key) ?? { from, to, labels: new Set() };
    arrow.labels.add(label);
    arrows.set(key, arrow);
  };
  for (const { stateNode, edges } of nodesIn(root)) {
    const always = (stateNode.always ?? []).flatMap((transition) =>
      (transition.target ?? []).map((target) => ({ target, transition })),
    );
    for (const { target, transition } of [...edges, ...always]) {
      if (transition.target === undefined) continue;
      for (const [from, to] of endsOf(stateNode, target, String(transition.eventType))) {
        add(from, to, labelOf(transition, to, target));
      }
    }
  }
  return [...arrows.values()];
}

const nodesIn = (node: DirectedGraphNode): readonly DirectedGraphNode[] => [
  node,
  ...node.children.flatMap(nodesIn),
];

/** The states between which a transition is drawn: siblings below the innermost common parent. */
function endsOf(
  source: AnyStateNode,
  target: AnyStateNode,
  eventType: string,
): readonly (readonly [AnyStateNode, AnyStateNode])[] {
  const lineage = [...ancestorsOf(source), source];
  const targets = [...ancestorsOf(target), target];
  const depth = lineage.findIndex((node, index) => node !== targets[index]);
  if (depth >= 0) return pair(lineage[depth], targets[depth]);
  // The target is inside: the transition belongs to every sibling that does not handle the event itself.
  const to = targets[lineage.length];
  return Object.values(source.states)
    .filter((child) => child !== to && !child.transitions.has(eventType))
    .flatMap((child) => pair(child, to));
}

function pair(from: AnyStateNode | undefined, to: AnyStateNode | undefined) {
  return from === undefined || to === undefined ? [] : [[from, to] as const];
}

function ancestorsOf({ parent }: AnyStateNode): readonly AnyStateNode[] {
  return parent === undefined ? [] : [...ancestorsOf(parent), parent];
}

function labelOf({ eventType, guard }: AnyTransitionDefinition, to: AnyStateNode, target: AnyStateNode) {
  const [inside] = target.path.slice(to.path.length);
  return `${causeOf(String(eventType), guard)}${inside === undefined ? '' : ` (to ${inside})`}`;
}

function causeOf(eventType: string, guard: unknown): string {
  const [, kind, name, broken] = /^xstate\.(after|error)\.([^.]+)(?:\.([^.]+))?/.exec(eventType) ?? [];
  if (kind === 'after') return `after ${name ?? ''}`;
  if (kind === 'error') return `${broken ?? ''} breaks`;
  return eventType === '' ? `[${nameOfGuard(guard)}]` : eventType;
}

function nameOfGuard(guard: unknown): string {
  if (typeof guard === 'object' && guard !== null && 'type' in guard) return String(guard.type);
  return String(guard);
}

/** Names a state as `id : name`. A composite state is opened separately. */
function declare(child: DirectedGraphNode, arrows: readonly Arrow[]): string[] {
  const { stateNode, children } = child;
  const id = idOf(stateNode);
  const named = id === stateNode.key ? id : `${id} : ${stateNode.key}`;
  if (children.length === 0) return [named];
  return [...(named === id ? [] : [named]), `state ${id} {`, ...draw(child, arrows, 1), '}'];
}

function draw({ stateNode, children }: DirectedGraphNode, arrows: readonly Arrow[], depth: number): string[] {
  const indent = '  '.repeat(depth);
  const start = stateNode.initial.target[0];
  const lines = [
    ...(start === undefined ? [] : [`[*] --> ${idOf(start)}`]),
    ...children.flatMap((child) => declare(child, arrows)),
    ...arrows
      .filter(({ from }) => from.parent === stateNode)
      .map(({ from, to, labels }) => `${idOf(from)} --> ${idOf(to)} : ${[...labels].join('<br/>')}`),
  ];
  return lines.map((line) => `${indent}${line}`);
}

const idOf = ({ path }: AnyStateNode): string => path.join('_');
