import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages, run } from '../../scripts/installPackages.ts';
import { isFound, type Mutant, type Report } from './report.ts';

/**
 * Plants a fault at each place of the given folders or files in turn, for example `npm run mutate -- src/refresh`. Worlds of
 * the simulation look for it first, and then the tests. Prints the faults that neither has found.
 */
const here = relative(process.cwd(), import.meta.dirname);
const { positionals } = parseArgs({ allowPositionals: true });
const places =
  positionals.length > 0 ? positionals : ['src/refresh', 'src/requests', 'src/store', 'machines'];
const reportOf = (runner: string) => join('.cache/mutation', `${runner}.json`);

installPackages(here);
process.env['MUTATION_WORLDS_REPORT'] = resolve(reportOf('worlds'));

for (const place of places) {
  process.env['MUTATION_PLACE'] = place;
  const files = place.endsWith('.ts') ? [place] : globSync(`${place}/*.ts`);
  const [worlds, suite] = ['worlds', 'suite'].map((runner): Report => {
    const stryker = join(here, 'node_modules/@stryker-mutator/core/bin/stryker.js');
    run('node', [stryker, 'run', join(here, `stryker.${runner}.json`), '--mutate', files.join(',')]);
    return JSON.parse(readFileSync(reportOf(runner), 'utf8')) as Report;
  });
  if (worlds !== undefined && suite !== undefined) print(place, worlds, suite);
}

/** Prints the survivors of a folder and its score. */
function print(place: string, worlds: Report, suite: Report): void {
  const inSuite = allOf(suite);
  const mutants = allOf(worlds);
  const byWorlds = new Set(mutants.filter(isFound).map(({ id }) => id));
  const byTests = new Set(inSuite.filter(isFound).map(({ id }) => id));
  const survivors = mutants.filter(({ id }) => !byWorlds.has(id) && !byTests.has(id));
  for (const survivor of survivors) console.log(lineOf(survivor));
  const found = mutants.length - survivors.length;
  const score = ((100 * found) / mutants.length).toFixed(1);
  console.log(
    `${place}: ${found} of ${mutants.length} faults found (${score} %), ${byWorlds.size} of them by the simulation\n`,
  );
}

interface Placed extends Mutant {
  readonly path: string;
  readonly source: string;
}

function allOf({ files }: Report): Placed[] {
  return Object.entries(files).flatMap(([path, { source, mutants }]) =>
    mutants.map((mutant) => ({ ...mutant, path, source })),
  );
}

function lineOf({ path, source, location: { start, end }, replacement }: Placed): string {
  const line = source.split('\n')[start.line - 1] ?? '';
  const text = line.slice(start.column - 1, start.line === end.line ? end.column - 1 : undefined);
  const shown = (replacement ?? '').replace(/\s+/g, ' ');
  return `${path}:${start.line}:${start.column}  ${text}  =>  ${shown}`;
}
