import type { DrawnArrow } from './drawing.ts';

export interface ChartArrowProps {
  readonly arrow: DrawnArrow;
  /** Where the names of the arrows' tips begin. */
  readonly tips: string;
  /** How many moves ago the session came this way; `null` where it did not. */
  readonly age: number | null;
  /** It leads away from the state that is looked at. */
  readonly isLeaving: boolean;
  readonly isPointed: boolean;
  readonly onPoint: (arrow: DrawnArrow | null) => void;
}

export function ChartArrow({ arrow, tips, age, isLeaving, isPointed, onPoint }: ChartArrowProps) {
  const kind = age !== null || isPointed ? 'lit' : isLeaving ? 'leaving' : 'quiet';
  return (
    <g
      className="sessionchart-arrow"
      data-arrow={`${arrow.from} ${arrow.to}`}
      data-kind={kind}
      data-age={isPointed ? 0 : (age ?? undefined)}
    >
      <path d={arrow.path} markerEnd={`url(#${tips}${kind})`} />
      {/* A line of one unit is hard to point at. */}
      <path
        d={arrow.path}
        className="sessionchart-reach"
        onPointerEnter={() => onPoint(arrow)}
        onPointerLeave={() => onPoint(null)}
      />
    </g>
  );
}
