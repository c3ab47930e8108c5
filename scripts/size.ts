import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { budgets, type Budget } from './size/budgets.ts';
import { entries, measure, type Imports } from './size/bundle.ts';
import { importSnippets } from './size/snippets.ts';

/**
 * Measures what an import of the built package costs, and fails by name if it costs more than its budget, if an entry or a
 * snippet of README.md has no budget, or if the README states another size: `node scripts/size.ts`. With `--write` it writes
 * the sizes into the README.
 */

interface Measured extends Budget {
  /** Kilobytes by bundler. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** README.md may be off by this much, in kilobytes, so that not every change has to touch it. */
const tolerance = 0.5;

const readmePath = new URL('../README.md', import.meta.url);
const betweenMarkers = /(<!-- sizes -->\n)[^]*?(<!-- \/sizes -->)/;

const worst = ({ sizes }: Measured): number => Math.max(...Object.values(sizes));

const keyOf = (imports: Imports): string =>
  JSON.stringify(
    Object.entries(imports)
      .toSorted()
      .map(([entry, names]) => [entry, names === '*' ? names : names.toSorted()]),
  );

function overruns(measured: readonly Measured[]): readonly string[] {
  return measured.flatMap(({ name, limit, sizes }) =>
    Object.entries(sizes)
      .filter(([, size]) => size > limit)
      .map(
        ([bundler, size]) =>
          `\`${name}\` is ${size.toFixed(2)} kB with ${bundler}: ${(size - limit).toFixed(2)} kB above its budget of ${limit} kB`,
      ),
  );
}

/** Only the main entry is imported by names. */
function entriesWithoutBudget(): readonly string[] {
  const whole = budgets.flatMap(({ imports }) =>
    Object.keys(imports).filter((entry) => imports[entry] === '*'),
  );
  return entries
    .filter((entry) => entry !== 'sessionchart' && !whole.includes(entry))
    .map((entry) => `\`${entry}\` has no budget in scripts/size/budgets.ts`);
}

function snippetsWithoutBudget(readme: string): readonly string[] {
  const known = new Set(budgets.map(({ imports }) => keyOf(imports)));
  return importSnippets(readme)
    .filter(({ imports }) => !known.has(keyOf(imports)))
    .map(
      ({ line, imports }) =>
        `README.md:${line} has no budget in scripts/size/budgets.ts for ${JSON.stringify(imports)}`,
    );
}

function wrongFigures(readme: string, measured: readonly Measured[]): readonly string[] {
  const rows = (betweenMarkers.exec(readme)?.[0] ?? '').split('\n').map((row) => row.split('|'));
  return measured
    .filter(({ isInReadme = false }) => isInReadme)
    .flatMap((row) => {
      const stated = rows.find(([, name]) => name?.trim() === labelOf(row))?.[2]?.trim();
      const isRight = stated !== undefined && Math.abs(Number.parseFloat(stated) - worst(row)) <= tolerance;
      const found = stated ?? 'nothing';
      return isRight
        ? []
        : [
            `README.md says ${found} of \`${row.name}\`, which is ${worst(row).toFixed(1)} kB: run with --write`,
          ];
    });
}

const labelOf = ({ name, isWithPeers = false }: Budget): string => (isWithPeers ? name : `\`${name}\``);

async function withFigures(readme: string, measured: readonly Measured[]): Promise<string> {
  const rows = measured
    .filter(({ isInReadme = false }) => isInReadme)
    .map((row) => `| ${labelOf(row)} | ${worst(row).toFixed(1)} kB |`);
  const table = ['| import | size |', '| --- | ---: |', ...rows].join('\n');
  const text = readme.replace(
    betweenMarkers,
    (_, opening: string, closing: string) => `${opening}\n${table}\n\n${closing}`,
  );
  return format(text, { ...(await resolveConfig(readmePath)), parser: 'markdown' });
}

async function measureAll(): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const budget of budgets) {
    const bytes = await measure(budget.imports, budget.isWithPeers);
    const sizes = Object.fromEntries(Object.entries(bytes).map(([bundler, size]) => [bundler, size / 1000]));
    measured.push({ ...budget, sizes });
  }
  return measured;
}

function print(measured: readonly Measured[]): void {
  console.table(
    Object.fromEntries(
      measured.map(({ name, sizes, limit, target }) => [
        name,
        {
          ...Object.fromEntries(Object.entries(sizes).map(([bundler, size]) => [bundler, size.toFixed(2)])),
          budget: limit.toFixed(2),
          ...(target === undefined ? {} : { target: target.toFixed(2) }),
        },
      ]),
    ),
  );
}

const measured = await measureAll();
print(measured);
let readme = await readFile(readmePath, 'utf8');
if (process.argv.includes('--write')) {
  readme = await withFigures(readme, measured);
  await writeFile(readmePath, readme);
}
const faults = [
  ...overruns(measured),
  ...entriesWithoutBudget(),
  ...snippetsWithoutBudget(readme),
  ...wrongFigures(readme, measured),
];
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
