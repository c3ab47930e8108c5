import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { anyState } from './drawing.ts';

/** A transition as the devtools show it. */
export interface Move {
  readonly source: AnyStateNode;
  /** Where it leads; `null` where the session stays as it is. */
  readonly target: AnyStateNode | null;
  /** The type of its event; empty for one that is taken at once. */
  readonly event: string;
  readonly guard: unknown;
  readonly description: string;
}

/** The parent of `authenticated` and `refreshing` is left out: the five states stand side by side. */
const isHidden = ({ key, path }: AnyStateNode): boolean => key === 'signedIn' && path.length === 1;

export const nameOf = (node: AnyStateNode): string =>
  isHidden(node) ? node.key : node.path.filter((key) => key !== 'signedIn').join('.') || anyState;

export function parentOf({ parent }: AnyStateNode): AnyStateNode | undefined {
  return parent !== undefined && isHidden(parent) ? parent.parent : parent;
}

/** The states inside a state, without those that a session leaves at once. */
export const childrenOf = ({ states }: AnyStateNode): readonly AnyStateNode[] =>
  Object.values(states)
    .flatMap((child) => (isHidden(child) ? Object.values(child.states) : [child]))
    .filter((child) => !isTransient(child));

export const nodesIn = (node: AnyStateNode): readonly AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(nodesIn),
];

/** A session leaves such a state at once: one of its transitions without an event is always taken. */
const isTransient = ({ always = [] }: AnyStateNode): boolean =>
  always.some(({ guard }) => guard === undefined);

/** Where a session starts inside a state. The last transition of a state that it leaves at once is the usual one. */
export function initialOf({ initial }: AnyStateNode): AnyStateNode | undefined {
  const [start] = initial.target;
  return start !== undefined && isTransient(start) ? start.always?.at(-1)?.target?.[0] : start;
}

/** The transitions of a state. Those into a state that a session leaves at once lead on to where it ends up. */
export function movesOf(source: AnyStateNode): readonly Move[] {
  if (isTransient(source)) return [];
  return [...[...source.transitions.values()].flat(), ...(source.always ?? [])].flatMap((transition) => {
    const { target: [target] = [], description = '' } = transition;
    if (target === undefined || !isTransient(target)) return [moveOf(transition, transition)];
    return (target.always ?? []).map((next) => ({
      ...moveOf(transition, next),
      description: `${description} ${next.description ?? ''}`,
    }));
  });
}

const moveOf = (
  { source, eventType }: AnyTransitionDefinition,
  { target, guard, description = '' }: AnyTransitionDefinition,
): Move => ({ source, target: target?.[0] ?? null, event: String(eventType), guard, description });

/** The states that an arrow for a transition begins at: for the parent that is left out, each inside that obeys it. */
export const drawnSourcesOf = ({ source, event }: Move): readonly AnyStateNode[] =>
  isHidden(source) ? childrenOf(source).filter(({ transitions }) => !transitions.has(event)) : [source];
