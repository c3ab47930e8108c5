import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { install } from './install.ts';
import { writePage } from './writePage.ts';
import { readResults, type Results } from './results.ts';

/** Writes the tables of docs/benchmarks.md and draws its plots, from results.json. */

interface Plots {
  draw(this: void, chart: Chart, theme: 'light' | 'dark'): string;
}

interface Chart {
  readonly title: string;
  readonly label: string;
  readonly bars: readonly Pick<Figure, 'name' | 'value' | 'low' | 'high'>[];
  readonly baseline?: number;
}

const here = import.meta.dirname;
const pagePath = join(here, '../docs/benchmarks.md');
const results = readResults();

writeFileSync(pagePath, await writePage(readFileSync(pagePath, 'utf8'), results));

install(join(here, 'peers'));
// Not resolved by the types of the repository, where its packages are not installed.
const path = './peers/plot.ts';
const { draw } = (await import(path)) as Plots;
for (const [name, chart] of Object.entries(chartsOf(results)))
  for (const theme of ['light', 'dark'] as const)
    writeFileSync(join(here, `../docs/images/bench-${name}-${theme}.svg`), draw(chart, theme));

function chartsOf({ inMemory, loopback }: Results): Readonly<Record<string, Chart>> {
  const bars = (part: Results[string] | undefined, pattern: RegExp) =>
    (part?.figures ?? [])
      .flatMap((figure) => {
        const name = pattern.exec(figure.name)?.[1];
        return name === undefined ? [] : [{ ...figure, name }];
      })
      .toSorted((a, b) => a.value - b.value);
  return {
    memory: {
      title: 'CPU time of a request that is answered from memory, as a multiple of a bare fetch',
      label: 'CPU time as a multiple of a bare fetch →',
      bars: bars(inMemory, /^(.*) \/ bare fetch$/),
      baseline: 1,
    },
    loopback: {
      title: 'CPU time of a request over HTTP, 50 at a time, as a multiple of a bare fetch',
      label: 'CPU time as a multiple of a bare fetch →',
      bars: bars(loopback, /^(.*) \/ bare fetch, 50 at a time$/),
      baseline: 1,
    },
  };
}
