import { printTally, type Run } from './report.ts';
import { addTally, emptyTally, type Range } from './tally.ts';
import { playInThreads } from './threads.ts';
import { worldName } from './worldName.ts';

type RunOptions = Omit<Run, 'seconds'> & Pick<Range, 'from' | 'worlds'>;

/** How often the progress is printed, in milliseconds. */
const interval = 30_000;

/**
 * Plays the worlds of a run. Prints each violation when it is found, and the result at the end. A run that is stopped (Ctrl+C)
 * prints the result of the worlds that it has played.
 */
export async function runAndPrint({ seed, from, worlds, workers, listsMissing }: RunOptions): Promise<void> {
  const start = performance.now();
  const passed = () => performance.now() - start;
  let sum = emptyTally();
  let told = 0;

  function printProgress(): void {
    if (passed() - told < interval) return;
    told = passed();
    const rate = Math.round(sum.worlds / (told / 1_000));
    console.error(`${sum.worlds} of ${worlds - from} worlds, ${rate} a second`);
  }

  function finish(): void {
    printTally(sum, { seed, workers, seconds: passed() / 1_000, listsMissing });
    process.exitCode = sum.violations.length > 0 ? 1 : 0;
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      finish();
      process.exit();
    });
  }
  await playInThreads({ seed, from, worlds }, workers, (part) => {
    sum = addTally(sum, part);
    for (const { index, rule, what } of part.violations)
      console.error(`World ${worldName(seed, index)} breaks a rule: ${rule}. ${what}.`);
    printProgress();
  });
  finish();
}
