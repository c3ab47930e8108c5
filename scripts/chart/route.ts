import type { Box } from '../../src/devtools/chart/drawing.ts';

/** A point of the drawing: x and y. */
export type Point = readonly [number, number];

const cornerRadius = 4;

/** The size of a label with two lines. */
const labelSize = { width: 180, height: 36 };

/** The SVG path through points on horizontal and vertical lines, with round corners. */
export function tracePath(points: readonly Point[]): string {
  const [start, ...rest] = points;
  if (start === undefined) return '';
  const segments = rest.map((corner, index) => {
    const before = points[index] ?? corner;
    const after = rest[index + 1];
    if (after === undefined) return `L${corner.join(' ')}`;
    const entry = approach(corner, before);
    const exit = approach(corner, after);
    return `L${entry.join(' ')}Q${corner.join(' ')} ${exit.join(' ')}`;
  });
  return `M${start.join(' ')}${segments.join('')}`;
}

/** The point where the curve around a corner meets the line to its neighbour. */
function approach([x, y]: Point, [toX, toY]: Point): Point {
  const length = Math.hypot(toX - x, toY - y);
  const part = length === 0 ? 0 : Math.min(cornerRadius, length / 2) / length;
  return [tenths(x + (toX - x) * part), tenths(y + (toY - y) * part)];
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** The middle of a path. */
export function middleOf(points: readonly Point[]): Point {
  const way = pointsAlong(points);
  return way[Math.floor(way.length / 2)] ?? [0, 0];
}

/** Places a label near a point so that it hides no state. */
export function placeLabel(
  [x, y]: Point,
  states: readonly Box[],
  { width, height }: { readonly width: number; readonly height: number },
): Point {
  const places = range(labelSize.width / 2, width - labelSize.width / 2).flatMap((left) =>
    range(labelSize.height / 2, height - labelSize.height / 2).map((top): Point => [left, top]),
  );
  const ranked = places.map((place) => {
    const distance = Math.hypot(place[0] - x, place[1] - y);
    return { place, cost: hiddenBy(place, states) + distance * distanceCost };
  });
  return ranked.sort((a, b) => a.cost - b.cost)[0]?.place ?? [x, y];
}

/** The area of a state that a label may hide to come one unit nearer, in square units. */
const distanceCost = 4;

const gridStep = 3;

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.floor((to - from) / gridStep) + 1 }, (_, index) =>
    Math.round(from + index * gridStep),
  );

/** The points along the path, one per unit. */
function pointsAlong(points: readonly Point[]): readonly Point[] {
  return points.flatMap(([x, y], index) => {
    const [nextX, nextY] = points[index + 1] ?? [x, y];
    const steps = Math.max(1, Math.abs(nextX - x) + Math.abs(nextY - y));
    return Array.from({ length: steps }, (_, step): Point => [
      Math.round(x + ((nextX - x) * step) / steps),
      Math.round(y + ((nextY - y) * step) / steps),
    ]);
  });
}

/** The area of states under a label. */
function hiddenBy([x, y]: Point, states: readonly Box[]): number {
  const { width, height } = labelSize;
  return states
    .map(([left, top, across, down]) => {
      const hiddenAcross = Math.min(x + width / 2, left + across) - Math.max(x - width / 2, left);
      const hiddenDown = Math.min(y + height / 2, top + down) - Math.max(y - height / 2, top);
      return Math.max(0, hiddenAcross) * Math.max(0, hiddenDown);
    })
    .reduce((sum, area) => sum + area, 0);
}
