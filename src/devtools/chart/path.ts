import type { HistoryEntry } from '../../session/history.ts';
import { depthOf, isWithin, type DrawnArrow } from './drawing.ts';

/** An arrow that the session followed recently. */
export interface LitArrow {
  readonly arrow: DrawnArrow;
  readonly entry: HistoryEntry;
  /** 0 for the last transition, 1 for the one before. */
  readonly age: number;
}

/** The number of transitions to highlight. */
const pathLength = 5;

/** The last transitions of the session, newest first, each with the arrow that it followed. */
export function findPath(
  history: readonly HistoryEntry[],
  arrows: readonly DrawnArrow[],
): readonly LitArrow[] {
  const moves = history.filter(({ from, to }) => from !== '' && from !== to).slice(-pathLength);
  const lit = moves.reverse().flatMap((entry, age): LitArrow[] => {
    const arrow = findArrow(entry, arrows);
    return arrow === null ? [] : [{ arrow, entry, age }];
  });
  return lit.filter(({ arrow }, index) => lit.findIndex((other) => other.arrow === arrow) === index);
}

/** An eventless transition may follow the one with the event: then only the states decide. */
function findArrow({ event, from, to }: HistoryEntry, arrows: readonly DrawnArrow[]): DrawnArrow | null {
  const leaving = arrows.filter((arrow) => isWithin(from, arrow.from)).sort(byDepth);
  const arriving = leaving.filter((arrow) => isWithin(to, arrow.to) && !isWithin(from, arrow.to));
  return (
    arriving.find(({ events }) => events.includes(event)) ??
    leaving.find((arrow) => isWithin(to, arrow.to) && arrow.events.includes(event)) ??
    arriving[0] ??
    null
  );
}

/** Prefers the innermost states. */
const byDepth = (one: DrawnArrow, other: DrawnArrow): number =>
  depthOf(other.from) - depthOf(one.from) || depthOf(other.to) - depthOf(one.to);
