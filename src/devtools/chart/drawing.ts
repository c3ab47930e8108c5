/** Where the chart's states and arrows are drawn. One unit is a pixel at the size that the text is made for. */
export interface ChartDrawing {
  readonly width: number;
  readonly height: number;
  /** A state stands before the states inside it. */
  readonly states: readonly DrawnState[];
  readonly arrows: readonly DrawnArrow[];
}

export interface DrawnState {
  /** As in `authenticated.due`; `*` for any state. */
  readonly name: string;
  /** Where the session begins that enters the state around it. */
  readonly isInitial: boolean;
  readonly box: Box;
}

/** Left, top, width and height. */
export type Box = readonly [number, number, number, number];

/** All transitions that lead from one state to another. */
export interface DrawnArrow {
  readonly from: string;
  readonly to: string;
  /** What leads along it, in the words of `session.history()`. */
  readonly events: readonly string[];
  /** The `d` of an SVG path. */
  readonly path: string;
  /** A point on it. */
  readonly middle: readonly [number, number];
  /** The middle of its label, which stands where it hides no state. */
  readonly label: readonly [number, number];
}

/** The name that stands for any state. */
export const anyState = '*';

/** Whether a state is another one, or lies inside it. */
export const isWithin = (name: string, state: string): boolean =>
  state === anyState || name === state || name.startsWith(`${state}.`);

/** Whether a state has others inside. */
export const hasInside = (state: string, states: readonly DrawnState[]): boolean =>
  states.some(({ name }) => name.startsWith(`${state}.`));

/** How deep a state lies: 1 for one of the five. */
export const depthOf = (name: string): number => (name === anyState ? 0 : name.split('.').length);
