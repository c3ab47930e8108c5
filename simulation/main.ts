import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { printFaults } from './faults/main.ts';
import { plantFault } from './faults/plant.ts';

/**
 * Plays whole worlds with sessions in them: `npm run simulate -- --worlds 10000 --seed 7`. `--from 5000` leaves out the first
 * ones, `--replay 7:306` plays one of them again, `--coverage` lists the transitions that no world has taken, and `--faults` finds
 * out whether planted faults are found.
 */

process.env['NODE_ENV'] = 'production';

const { values } = parseArgs({
  options: {
    worlds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: '7' },
    workers: { type: 'string', default: String(availableParallelism()) },
    replay: { type: 'string' },
    coverage: { type: 'boolean', default: false },
    faults: { type: 'boolean', default: false },
    fault: { type: 'string' },
  },
});

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new RangeError(`Expected \`--${name}\` to be a whole number of at least 0, got ${text}`);
}

const worlds = wholeNumber('worlds', values.worlds);
const from = wholeNumber('from', values.from);
const seed = wholeNumber('seed', values.seed);
const workers = Math.max(1, wholeNumber('workers', values.workers));

if (values.replay !== undefined) {
  const [run = '', world = ''] = values.replay.split(':');
  if (values.fault !== undefined) plantFault(values.fault);
  const { replay } = await import('./replay.ts');
  console.log((await replay(wholeNumber('replay', run), wholeNumber('replay', world))).join('\n'));
} else if (values.faults || values.fault !== undefined) {
  process.exitCode = (await printFaults({ seed, worlds, workers, only: values.fault ?? null })) ? 0 : 1;
} else {
  const { runAndPrint } = await import('./runAndPrint.ts');
  await runAndPrint({ seed, from, worlds, workers, listsMissing: values.coverage });
}
