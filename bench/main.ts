import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { printFigures, type Figure } from './figure.ts';

/** Measures the built package: all parts, or those in the arguments, as in `npm run bench -- fetch storm`. */

const folder = join(import.meta.dirname, 'parts');
const parts = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));

const named = process.argv.slice(2);
const unknown = named.filter((name) => !parts.includes(name));
if (unknown.length > 0)
  throw new Error(`No such part: ${unknown.join(', ')}. There are ${parts.join(', ')}.`);

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
  printFigures(await measure(part));
}
