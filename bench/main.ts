import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { printFigures, type Figure } from './figure.ts';
import { install } from './install.ts';
import { saveResults } from './results.ts';

/**
 * Measures the built package: all parts, or those in the arguments, as in `npm run bench -- inMemory storm`. With `--save` it
 * writes the figures to results.json.
 */

const folder = join(import.meta.dirname, 'parts');
const parts = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));

const { values, positionals: named } = parseArgs({
  allowPositionals: true,
  options: { save: { type: 'boolean', default: false } },
});
const unknown = named.filter((name) => !parts.includes(name));
if (unknown.length > 0)
  throw new Error(`No such part: ${unknown.join(', ')}. There are ${parts.join(', ')}.`);

install(join(import.meta.dirname, 'peers'));

/** Runs a part in its own process, so that the code and memory of one part do not affect the next. */
async function measure(part: string): Promise<readonly Figure[]> {
  const flags = ['--expose-gc', '--max-old-space-size=8192', '--disable-warning=ExperimentalWarning'];
  const run = join(import.meta.dirname, 'run.ts');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...flags, run, part], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  process.stderr.write(stderr);
  return JSON.parse(stdout) as readonly Figure[];
}

for (const part of named.length > 0 ? named : parts) {
  console.log(`\n${part}`);
  const figures = await measure(part);
  printFigures(figures);
  if (values.save) saveResults(part, figures);
}
