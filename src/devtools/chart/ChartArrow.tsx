import type { DrawnArrow } from './drawing.ts';

export interface ChartArrowProps {
  readonly arrow: DrawnArrow;
  /** The prefix of the arrowheads' ids. */
  readonly tips: string;
  /** How many transitions ago the session followed this arrow, or `null`. */
  readonly age: number | null;
  readonly isPointed: boolean;
  readonly onPoint: (arrow: DrawnArrow | null) => void;
}

export function ChartArrow({ arrow, tips, age, isPointed, onPoint }: ChartArrowProps) {
  const kind = age !== null || isPointed ? 'lit' : 'possible';
  return (
    <g
      className="sessionchart-arrow"
      data-arrow={`${arrow.from} ${arrow.to}`}
      data-kind={kind}
      data-age={isPointed ? 0 : (age ?? undefined)}
    >
      <path d={arrow.path} markerEnd={`url(#${tips}${kind})`} />
      {/* A wider, invisible line is easier to point at. */}
      <path
        d={arrow.path}
        className="sessionchart-reach"
        onPointerEnter={() => onPoint(arrow)}
        onPointerLeave={() => onPoint(null)}
      />
    </g>
  );
}
