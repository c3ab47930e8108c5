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

/** The session's chart, with the current state and the transitions that led to it. */
export function Chart({ history, current, shown, onSelect }: ChartProps) {
  const [pointed, setPointed] = useState<DrawnArrow | null>(null);
  const id = useId();
  const path = findPath(history, arrows);
  const [last] = path;
  const label = pointed ?? (last?.age === 0 ? last.arrow : null);
  const stateProps = { current, shown, onSelect };
  return (
    <svg
      className="sessionchart-chart"
      viewBox={`0 0 ${width} ${height}`}
      role="listbox"
      aria-label="States of the session"
      onKeyDown={(event) => moveBy(event, shown, onSelect)}
    >
      <Tips id={id} />
      {outer.map((state) => (
        <ChartState key={state.name} state={state} {...stateProps} />
      ))}
      <g aria-hidden>
        {inOrder(path).map(({ arrow, age }) => (
          <ChartArrow
            key={`${arrow.from} ${arrow.to}`}
            arrow={arrow}
            tips={id}
            age={age}
            isLeaving={isWithin(shown, arrow.from)}
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

/** Draws highlighted arrows on top. */
function inOrder(path: readonly LitArrow[]): readonly Pick<ChartArrowProps, 'arrow' | 'age'>[] {
  const quiet = arrows.filter((arrow) => path.every((lit) => lit.arrow !== arrow));
  return [...quiet.map((arrow) => ({ arrow, age: null })), ...path.toReversed()];
}

/** The arrowheads, one per colour: a marker does not inherit the colour of its line. */
function Tips({ id }: { readonly id: string }) {
  return (
    <defs>
      {(['quiet', 'leaving', 'lit'] as const).map((kind) => (
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
