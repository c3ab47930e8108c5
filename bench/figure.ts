/** One measured figure and its budget. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** The lower and upper quartile, if the figure is a median. */
  readonly low?: number;
  readonly high?: number;
  /** `×` for a ratio within one run. */
  readonly unit: '×' | 'kB' | 'µs' | 'renders' | 'files' | 'lines' | 'entries' | '';
  /** The largest accepted value. Figures that are only for comparison have none. */
  readonly budget?: number;
}

/** A part of the benchmark: a module in `parts/` that measures a few figures. */
export type Part = () => readonly Figure[] | Promise<readonly Figure[]>;

const digits = { '×': 2, kB: 1, µs: 0, renders: 0, files: 0, lines: 0, entries: 0, '': 0 } as const;

export const written = (value: number, { unit }: Pick<Figure, 'unit'>): string =>
  `${value.toFixed(digits[unit]).replace(/^-(0\.0*)$/, '$1')} ${unit}`.trim();

export const quartiles = ({ low, high, unit }: Figure): string =>
  low === undefined || high === undefined
    ? ''
    : `${low.toFixed(digits[unit])} to ${high.toFixed(digits[unit])}`;

export function printFigures(figures: readonly Figure[]): void {
  console.table(
    figures.map((figure) => ({
      figure: figure.name,
      'this build': written(figure.value, figure),
      quartiles: quartiles(figure),
      budget: figure.budget === undefined ? '' : written(figure.budget, figure),
      within: figure.budget === undefined ? '' : figure.value <= figure.budget ? 'yes' : 'no',
    })),
  );
}
