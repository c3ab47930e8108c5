import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages, run } from '../../scripts/installPackages.ts';
import { isFound, type Report } from './report.ts';
import { compiles, failsInNewProcess, type Placed } from './survivors.ts';

/**
 * Plants a fault at each place of the given folders or files in turn, for example `npm run mutate -- src/refresh`. The tests
 * look for it first, then worlds of the simulation, then the type checker. Prints the faults that none of them has found.
 */
const here = relative(process.cwd(), import.meta.dirname);
const { positionals } = parseArgs({ allowPositionals: true });
const places =
  positionals.length > 0 ? positionals : ['src/refresh', 'src/requests', 'src/store', 'machines'];
const reportOf = (runner: string) => join('.cache/mutation', `${runner}.json`);

installPackages(here);
process.env['MUTATION_TESTS_REPORT'] = resolve(reportOf('suite'));
process.env['MUTATION_LOG'] = resolve('.cache/mutation/suite.log');

for (const place of places) {
  process.env['MUTATION_PLACE'] = place;
  const files = place.endsWith('.ts') ? [place] : globSync(`${place}/*.ts`);
  const [suite, worlds] = ['suite', 'worlds'].map((runner): Report => {
    const stryker = join(here, 'node_modules/@stryker-mutator/core/bin/stryker.js');
    run('node', [stryker, 'run', join(here, `stryker.${runner}.json`), '--mutate', files.join(',')]);
    return JSON.parse(readFileSync(reportOf(runner), 'utf8')) as Report;
  });
  if (suite !== undefined && worlds !== undefined) print(place, suite, worlds);
}

/** Prints the survivors of a folder and its score. A mutant that does not compile is found by the type checker. */
function print(place: string, suite: Report, worlds: Report): void {
  const mutants = allOf(suite);
  const byTests = new Set(mutants.filter(isFound).map(({ id }) => id));
  const byWorlds = new Set(
    allOf(worlds)
      .filter(isFound)
      .map(({ id }) => id),
  );
  const folder = place.startsWith('src/') ? join('test', place.split('/')[1] ?? '') : 'test/machines';
  const survivors = mutants.filter(
    (mutant) =>
      !byTests.has(mutant.id) &&
      !byWorlds.has(mutant.id) &&
      compiles(mutant) &&
      !(mutant.static === true && failsInNewProcess(mutant, folder)),
  );
  for (const mutant of survivors) console.log(lineOf(mutant));
  const found = mutants.length - survivors.length;
  const score = ((100 * found) / mutants.length).toFixed(1);
  console.log(`${place}: ${found} of ${mutants.length} faults found (${score} %)\n`);
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
