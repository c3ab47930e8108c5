import elk, { type ElkExtendedEdge, type ElkNode, type LayoutOptions } from 'elkjs';
import { format, resolveConfig } from 'prettier';
import type { AnyStateNode } from 'xstate';
import { sessionMachine } from '../../machines/index.ts';
import {
  anyState,
  hasInside,
  type Box,
  type ChartDrawing,
  type DrawnArrow,
  type DrawnState,
} from '../../src/devtools/chart/drawing.ts';
import { childrenOf, initialOf, nameOf } from '../../src/devtools/chart/nodes.ts';
import { collectArrows, type Arrow } from './arrows.ts';
import { middleOf, placeLabel, tracePath, type Point } from './route.ts';

const leafSize = { width: 70, height: 22 };

const spacing: LayoutOptions = {
  'elk.direction': 'DOWN',
  'elk.spacing.nodeNode': '4',
  'elk.spacing.edgeEdge': '6',
  'elk.spacing.edgeNode': '7',
  'elk.layered.spacing.nodeNodeBetweenLayers': '10',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '4',
  'elk.layered.spacing.edgeNodeBetweenLayers': '5',
  // The chart must fit into a narrow panel.
  'elk.layered.layering.strategy': 'MIN_WIDTH',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  // Half as many crossings as with the default.
  'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
};

const options: LayoutOptions = {
  ...spacing,
  'elk.algorithm': 'layered',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.padding': '[top=6,left=2,bottom=6,right=2]',
};

/** The space for the state's name at the top. */
const inside: LayoutOptions = { ...spacing, 'elk.padding': '[top=27,left=4,bottom=10,right=4]' };

/** Generates `src/devtools/chart/layout.ts` from the machine. */
export async function makeLayout(file: URL): Promise<string> {
  const source = `import type { ChartDrawing } from './drawing.ts';

// Made by \`npm run chart\` from the machine: change that, or scripts/chart/layout.ts.
export const layout: ChartDrawing = ${JSON.stringify(await layOut())};
`;
  return format(source, { ...(await resolveConfig(file)), parser: 'typescript', objectWrap: 'collapse' });
}

/** Computes the positions of the machine's states and arrows. */
export async function layOut(): Promise<ChartDrawing> {
  const { root } = sessionMachine;
  const arrows = collectArrows(root);
  const graph: ElkNode = {
    id: 'chart',
    layoutOptions: options,
    children: [{ id: anyState, width: leafSize.width, height: 18 }, ...childrenOf(root).map(toElk)],
    edges: arrows.map((arrow, index) => ({ id: String(index), sources: [arrow.from], targets: [arrow.to] })),
  };
  const laidOut = await new elk.default().layout(graph);
  const initial = initialStates(root);
  const states = nodesIn(laidOut).map((node) => drawState(node, initial));
  const routes = new Map(edgesIn(laidOut).map((edge) => [edge.id, pointsOf(edge)]));
  const size = { width: round(laidOut.width), height: round(laidOut.height) };
  return {
    ...size,
    states,
    arrows: arrows.map((arrow, index) => drawArrow(arrow, routes.get(String(index)) ?? [], states, size)),
  };
}

function toElk(node: AnyStateNode): ElkNode {
  const id = nameOf(node);
  const children = childrenOf(node);
  return children.length === 0
    ? { id, ...leafSize }
    : { id, layoutOptions: inside, children: children.map(toElk) };
}

function initialStates(node: AnyStateNode): readonly string[] {
  const start = initialOf(node);
  return [...(start === undefined ? [] : [nameOf(start)]), ...childrenOf(node).flatMap(initialStates)];
}

const nodesIn = ({ children = [] }: ElkNode): readonly ElkNode[] =>
  children.flatMap((child) => [child, ...nodesIn(child)]);

const edgesIn = ({ edges = [], children = [] }: ElkNode): readonly ElkExtendedEdge[] => [
  ...edges,
  ...children.flatMap(edgesIn),
];

const pointsOf = ({ sections = [] }: ElkExtendedEdge): readonly Point[] =>
  sections.flatMap(({ startPoint, bendPoints = [], endPoint }) =>
    [startPoint, ...bendPoints, endPoint].map(({ x, y }) => [round(x), round(y)] as const),
  );

function drawState({ id, x, y, width, height }: ElkNode, initial: readonly string[]): DrawnState {
  return {
    name: id,
    isInitial: initial.includes(id),
    box: [round(x), round(y), round(width), round(height)],
  };
}

function drawArrow(
  { from, to, events }: Arrow,
  points: readonly Point[],
  states: readonly DrawnState[],
  size: { readonly width: number; readonly height: number },
): DrawnArrow {
  const named = states.map(({ name, box }) => (hasInside(name, states) ? titleOf(box) : box));
  const middle = middleOf(points);
  return { from, to, events, path: tracePath(points), middle, label: placeLabel(middle, named, size) };
}

/** The position of the name of a state with child states. */
const titleOf = ([x, y]: Box): Box => [x, y, 112, 26];

const round = (coordinate = 0): number => Math.round(coordinate);
