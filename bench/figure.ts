/** One measured figure and its budget. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `×` for a ratio within one run. */
  readonly unit: '×' | 'kB' | 'µs' | 'files' | 'lines' | 'entries' | '';
  /** The largest accepted value. Figures that are only for comparison have none. */
  readonly budget?: number;
}

/** A part of the benchmark: a module in `parts/` that measures a few figures. */
export type Part = () => readonly Figure[] | Promise<readonly Figure[]>;

const digits = { '×': 2, kB: 1, µs: 0, files: 0, lines: 0, entries: 0, '': 0 } as const;

const written = (value: number, { unit }: Figure): string => `${value.toFixed(digits[unit])} ${unit}`.trim();

export function printFigures(figures: readonly Figure[]): void {
  console.table(
    figures.map((figure) => ({
      figure: figure.name,
      'this build': written(figure.value, figure),
      budget: figure.budget === undefined ? '' : written(figure.budget, figure),
      within: figure.budget === undefined ? '' : figure.value <= figure.budget ? 'yes' : 'no',
    })),
  );
}
