import { useId, useState, type KeyboardEvent } from 'react';
import type { HistoryEntry } from '../../session/history.ts';
import { ArrowLabel, LabelLeader } from './ArrowLabel.tsx';
import { ChartArrow, type ChartArrowProps } from './ChartArrow.tsx';
import { ChartState } from './ChartState.tsx';
import { hasInside, isWithin, type DrawnArrow } from './drawing.ts';
import { layout } from './layout.ts';
import { findPath, type LitArrow } from './path.ts';

export interface ChartProps {
  readonly history: readonly HistoryEntry[];
  /** The current state: the innermost one. */
  readonly current: string;
  /** The selected state. */
  readonly shown: string;
  readonly onSelect: (state: string) => void;
}

const { states, arrows, width, height } = layout;
const outer = states.filter(({ name }) => hasInside(name, states));
const innermost = states.filter(({ name }) => !hasInside(name, states));

/**
 * The session's chart, with the current state and the transitions that led to it. It draws the other arrows on demand: those of
 * the state that the pointer was last over, or else of the selected one. "Any state" has all.
 */
export function Chart({ history, current, shown, onSelect }: ChartProps) {
  const [pointed, setPointed] = useState<DrawnArrow | null>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  const id = useId();
  const path = findPath(history, arrows);
  const [last] = path;
  const label = pointed ?? (last?.age === 0 ? last.arrow : null);
  const select = (state: string): void => {
    setHovered(null);
    onSelect(state);
  };
  const stateProps = { current, shown, onSelect: select, onHover: setHovered };
  return (
    <svg
      className="sessionchart-chart"
      viewBox={`0 0 ${width} ${height}`}
      role="listbox"
      aria-label="States of the session"
      onKeyDown={(event) => moveBy(event, shown, select)}
      // Not when it leaves a state: it may follow an arrow of that state.
      onPointerLeave={() => setHovered(null)}
    >
      <Tips id={id} />
      {outer.map((state) => (
        <ChartState key={state.name} state={state} {...stateProps} />
      ))}
      <g aria-hidden>
        {drawnArrows(path, hovered ?? shown, pointed).map(({ arrow, age }) => (
          <ChartArrow
            key={`${arrow.from} ${arrow.to}`}
            arrow={arrow}
            tips={id}
            age={age}
            isPointed={arrow === pointed}
            onPoint={setPointed}
          />
        ))}
      </g>
      {label === null ? null : <LabelLeader arrow={label} />}
      {innermost.map((state) => (
        <ChartState key={state.name} state={state} {...stateProps} />
      ))}
      {label === null ? null : (
        <ArrowLabel arrow={label} entry={label === last?.arrow ? last.entry : null} width={width} />
      )}
    </svg>
  );
}

/** The arrows of a state, of its parents and of the states inside it, with the highlighted ones on top. */
function drawnArrows(
  path: readonly LitArrow[],
  state: string,
  pointed: DrawnArrow | null,
): readonly Pick<ChartArrowProps, 'arrow' | 'age'>[] {
  const isLit = (arrow: DrawnArrow): boolean => path.some((lit) => lit.arrow === arrow);
  const others = arrows.filter((arrow) => !isLit(arrow) && (arrow === pointed || isOf(state, arrow)));
  return [...others.map((arrow) => ({ arrow, age: null })), ...path.toReversed()];
}

const isOf = (state: string, { from }: DrawnArrow): boolean => isWithin(state, from) || isWithin(from, state);

/** The arrowheads, one per colour: a marker does not inherit the colour of its line. */
function Tips({ id }: { readonly id: string }) {
  return (
    <defs>
      {(['possible', 'lit'] as const).map((kind) => (
        <marker
          key={kind}
          id={`${id}${kind}`}
          className={`sessionchart-tip sessionchart-tip-${kind}`}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="6"
          markerHeight="6"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0 0.5 8 4 0 7.5z" />
        </marker>
      ))}
    </defs>
  );
}

/** Arrow keys select the next or previous state; Home and End the first or last. */
function moveBy(event: KeyboardEvent<SVGSVGElement>, shown: string, onSelect: (state: string) => void): void {
  const index = states.findIndex(({ name }) => name === shown);
  const to = {
    ArrowDown: index + 1,
    ArrowRight: index + 1,
    ArrowUp: index - 1,
    ArrowLeft: index - 1,
    Home: 0,
    End: states.length - 1,
  }[event.key];
  const state = to === undefined ? undefined : states[to];
  if (state === undefined) return;
  event.preventDefault();
  onSelect(state.name);
  event.currentTarget.querySelector<SVGElement>(`[data-state="${state.name}"]`)?.focus();
}
