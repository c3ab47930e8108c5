/** Where the chart's states and arrows are drawn. One unit is a pixel at the intended size. */
export interface ChartDrawing {
  readonly width: number;
  readonly height: number;
  /** A state comes before the states inside it. */
  readonly states: readonly DrawnState[];
  readonly arrows: readonly DrawnArrow[];
}

export interface DrawnState {
  /** As in `authenticated.due`; `*` for any state. */
  readonly name: string;
  /** Whether it is the initial state of its parent. */
  readonly isInitial: boolean;
  readonly box: Box;
}

/** Left, top, width and height. */
export type Box = readonly [number, number, number, number];

/** All transitions that lead from one state to another. */
export interface DrawnArrow {
  readonly from: string;
  readonly to: string;
  /** The events that follow it, named as in `session.history()`. */
  readonly events: readonly string[];
  /** The `d` of an SVG path. */
  readonly path: string;
  /** A point on it. */
  readonly middle: readonly [number, number];
  /** The middle of its label, placed so that it hides no state. */
  readonly label: readonly [number, number];
}

/** The name that stands for any state. */
export const anyState = '*';

/** Whether a state is the other one or inside it. */
export const isWithin = (name: string, state: string): boolean =>
  state === anyState || name === state || name.startsWith(`${state}.`);

/** Whether a state has others inside. */
export const hasInside = (state: string, states: readonly DrawnState[]): boolean =>
  states.some(({ name }) => name.startsWith(`${state}.`));

/** The depth of a state: 1 for the five states at the top. */
export const depthOf = (name: string): number => (name === anyState ? 0 : name.split('.').length);
