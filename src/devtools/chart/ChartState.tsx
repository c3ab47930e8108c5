import { depthOf, hasInside, isWithin, anyState, type DrawnState } from './drawing.ts';
import { layout } from './layout.ts';

export interface ChartStateProps {
  readonly state: DrawnState;
  readonly current: string;
  readonly shown: string;
  readonly onSelect: (state: string) => void;
  readonly onHover: (state: string) => void;
}

/** A state: a box with its name, at the top if the box contains other states. */
export function ChartState({ state, current, shown, onSelect, onHover }: ChartStateProps) {
  const { name, box, isInitial } = state;
  const [x, y, width, height] = box;
  const isOuter = hasInside(name, layout.states);
  const isCurrent = name !== anyState && isWithin(current, name);
  const [status = name] = name.split('.');
  const isMarked = isInitial && name.includes('.');
  const mark = isMarked ? (isOuter ? 9 : 5) : 0;
  return (
    <g
      className="sessionchart-state"
      role="option"
      aria-selected={name === shown}
      aria-label={`${name === anyState ? 'any state' : name}${isCurrent ? ', current state' : ''}`}
      tabIndex={name === shown ? 0 : -1}
      data-state={name}
      data-status={status}
      data-current={isCurrent}
      data-kind={name === anyState ? 'any' : isOuter ? 'outer' : 'leaf'}
      data-depth={depthOf(name)}
      onClick={() => onSelect(name)}
      onPointerEnter={() => onHover(name)}
    >
      <rect x={x} y={y} width={width} height={height} rx={isOuter ? 7 : height / 2} />
      {isMarked ? <circle cx={x + (isOuter ? 10 : 5)} cy={y + (isOuter ? 13 : height / 2)} r={2.2} /> : null}
      <text
        x={x + mark + (isOuter ? 10 : width / 2)}
        y={isOuter ? y + 17 : y + height / 2 + 3.8}
        textAnchor={isOuter ? 'start' : 'middle'}
      >
        {name === anyState ? 'any state' : name.slice(name.lastIndexOf('.') + 1)}
      </text>
    </g>
  );
}
