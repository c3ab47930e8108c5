import { describe, expect, test } from 'vitest';
import type { AnyStateNode } from 'xstate';
import { toDirectedGraph, type DirectedGraphNode } from 'xstate/graph';
import { ignoredEvents, sessionMachine } from '../../machines/index.ts';
import { hasInside, isWithin, type Box } from '../../src/devtools/chart/drawing.ts';
import { layout } from '../../src/devtools/chart/layout.ts';
import { describeState } from '../../src/devtools/chart/transitions.ts';
import { stateNodes } from '../machines/walk.ts';

const { states, arrows, width, height } = layout;

const nodesIn = (node: DirectedGraphNode): readonly DirectedGraphNode[] => [
  node,
  ...node.children.flatMap(nodesIn),
];

/** The parent `signedIn` is not drawn, and neither are states that a session leaves at once. */
const isLeftAtOnce = ({ always = [] }: AnyStateNode) => always.some(({ guard }) => guard === undefined);
const nameOf = ({ path }: AnyStateNode) => path.filter((key) => key !== 'signedIn').join('.') || '*';
const drawnNodes = stateNodes.filter((node) => node.key !== 'signedIn' && !isLeftAtOnce(node));
const namesOf = (node: AnyStateNode) =>
  node.key === 'signedIn' ? Object.values(node.states).map(nameOf) : [nameOf(node)];
const endsOf = (node: AnyStateNode) =>
  isLeftAtOnce(node) ? (node.always ?? []).flatMap(({ target }) => target ?? []) : [node];

const boxOf = (name: string): Box => {
  const state = states.find((drawn) => drawn.name === name);
  if (state === undefined) throw new Error(`${name} is not drawn`);
  return state.box;
};

describe('the drawing', () => {
  test.each(drawnNodes.map(nameOf))('contains %s once', (name) => {
    expect(states.filter((state) => state.name === name)).toHaveLength(1);
  });

  test('contains only states of the machine', () => {
    const names = drawnNodes.map(nameOf);
    expect(states.map(({ name }) => name).filter((name) => !names.includes(name))).toEqual([]);
  });

  const transitions = nodesIn(toDirectedGraph(sessionMachine)).flatMap(({ stateNode, edges }) =>
    edges
      .filter(({ source, target }) => source !== target)
      .flatMap(({ target, label }) =>
        namesOf(stateNode).flatMap((from) =>
          endsOf(target).map((end) => [from, label.text, nameOf(end)] as const),
        ),
      )
      // A state that is left at once may lead back.
      .filter(([from, , to]) => from !== to),
  );

  test.each(transitions)('shows that in %s %s leads to %s', (from, _, to) => {
    const leading = arrows.filter(
      (arrow) => arrow.to === to && (isWithin(arrow.from, from) || isWithin(from, arrow.from)),
    );
    expect(leading).not.toEqual([]);
  });

  test('has at most one arrow between two states, with all its events', () => {
    const pairs = arrows.map(({ from, to }) => `${from} ${to}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(arrows.filter(({ events }) => events.length === 0)).toEqual([]);
  });

  test('keeps each state inside its parent and inside the drawing', () => {
    const outside = states.filter(({ name, box: [x, y, across, down] }) => {
      const outer = name.includes('.')
        ? boxOf(name.slice(0, name.lastIndexOf('.')))
        : ([0, 0, width, height] as const);
      return (
        x < outer[0] || y < outer[1] || x + across > outer[0] + outer[2] || y + down > outer[1] + outer[3]
      );
    });
    expect(outside).toEqual([]);
  });

  test('has no overlapping states', () => {
    const overlapping = states.flatMap((one) =>
      states
        .filter(
          (other) => one !== other && !isWithin(one.name, other.name) && !isWithin(other.name, one.name),
        )
        .filter((other) => overlap(one.box, other.box)),
    );
    expect(overlapping.map(({ name }) => name)).toEqual([]);
  });

  test('is narrow enough for a panel of 420 pixels: names stay eleven pixels high', () => {
    expect(width).toBeLessThanOrEqual(440);
  });

  test('places no label over an innermost state', () => {
    const innermost = states.filter(({ name }) => !hasInside(name, states));
    const hiding = arrows.filter(({ label: [x, y] }) =>
      innermost.some(({ box }) => overlap(box, [x - 60, y - 14, 120, 28])),
    );
    expect(hiding.map(({ from, to }) => `${from} ${to}`)).toEqual([]);
  });
});

describe('the events of a state', () => {
  test.each(states.map(({ name }) => name))('is told for %s, in the words of the machine', (name) => {
    const { description, possibilities } = describeState(name);
    const node = drawnNodes.find((found) => nameOf(found) === name);
    expect(description).toBe(node?.description);
    const own = possibilities.filter(({ source }) => source === name);
    const ends = [...(node?.always ?? []), ...[...(node?.transitions.values() ?? [])].flat()].flatMap(
      ({ target }) => (target?.[0] === undefined ? [null] : endsOf(target[0])),
    );
    const ignored = ignoredEvents
      .filter(({ states: ignoring }) => ignoring.some((state) => state === name))
      .flatMap(({ events }) => events);
    expect(own).toHaveLength(ends.length + ignored.length);
  });
});

const overlap = ([x, y, across, down]: Box, [left, top, wide, high]: Box): boolean =>
  x < left + wide && left < x + across && y < top + high && top < y + down;
