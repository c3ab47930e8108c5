import type { AnyStateNode } from 'xstate';
import { sessionMachine } from '../../machines/index.ts';
import {
  childrenOf,
  drawnSourcesOf,
  initialOf,
  movesOf,
  nameOf,
  nodesIn,
  parentOf,
  type Move,
} from '../../src/devtools/chart/nodes.ts';

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
  const { root } = sessionMachine;
  return ['stateDiagram-v2', ...draw(root, collectArrows(root), 1)].join('\n');
}

/** The transitions between the five states at the top, each as `from to`. */
export function topArrows(): readonly string[] {
  const { root } = sessionMachine;
  return collectArrows(root)
    .filter(({ from, to }) => parentOf(from) === root && parentOf(to) === root)
    .map(({ from, to }) => `${nameOf(from)} ${nameOf(to)}`);
}

function collectArrows(root: AnyStateNode): readonly Arrow[] {
  const arrows = new Map<string, Arrow>();
  const add = (from: AnyStateNode, to: AnyStateNode, label: string) => {
    const key = `${from.id} ${to.id}`;
    const arrow = arrows.get(key) ?? { from, to, labels: new Set() };
    arrow.labels.add(label);
    arrows.set(key, arrow);
  };
  for (const move of nodesIn(root).flatMap(movesOf)) {
    const { target } = move;
    if (target === null) continue;
    for (const source of drawnSourcesOf(move)) {
      for (const [from, to] of endsOf(source, target, move.event)) add(from, to, labelOf(move, to, target));
    }
  }
  return [...arrows.values()];
}

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
  return childrenOf(source)
    .filter((child) => child !== to && !child.transitions.has(eventType))
    .flatMap((child) => pair(child, to));
}

function pair(from: AnyStateNode | undefined, to: AnyStateNode | undefined) {
  return from === undefined || to === undefined ? [] : [[from, to] as const];
}

function ancestorsOf(node: AnyStateNode): readonly AnyStateNode[] {
  const parent = parentOf(node);
  return parent === undefined ? [] : [...ancestorsOf(parent), parent];
}

function labelOf({ event, guard }: Move, to: AnyStateNode, target: AnyStateNode) {
  const inside =
    nameOf(target)
      .slice(nameOf(to).length + 1)
      .split('.')[0] ?? '';
  return `${causeOf(event, guard)}${inside === '' ? '' : ` (to ${inside})`}`;
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
function declare(child: AnyStateNode, arrows: readonly Arrow[]): string[] {
  const id = idOf(child);
  const named = id === child.key ? id : `${id} : ${child.key}`;
  if (childrenOf(child).length === 0) return [named];
  return [...(named === id ? [] : [named]), `state ${id} {`, ...draw(child, arrows, 1), '}'];
}

function draw(node: AnyStateNode, arrows: readonly Arrow[], depth: number): string[] {
  const indent = '  '.repeat(depth);
  const start = initialOf(node);
  const lines = [
    ...(start === undefined ? [] : [`[*] --> ${idOf(start)}`]),
    ...childrenOf(node).flatMap((child) => declare(child, arrows)),
    ...arrows
      .filter(({ from }) => parentOf(from) === node)
      .map(({ from, to, labels }) => `${idOf(from)} --> ${idOf(to)} : ${[...labels].join('<br/>')}`),
  ];
  return lines.map((line) => `${indent}${line}`);
}

const idOf = (node: AnyStateNode): string => nameOf(node).replaceAll('.', '_');
