import { playInThread } from '../threads.ts';
import { worldName } from '../worldName.ts';
import { addTally, emptyTally, type Tally } from '../tally.ts';
import { faultNames } from './plant.ts';

interface FaultOptions {
  readonly seed: number;
  /** The most worlds for one fault. */
  readonly worlds: number;
  readonly workers: number;
  /** The name of the only fault to look for, or `null`. */
  readonly only: string | null;
}

/** Plants each fault in turn, plays worlds until one breaks a rule, and prints a table. Returns whether all were found. */
export async function printFaults({ seed, worlds, workers, only }: FaultOptions): Promise<boolean> {
  const names = faultNames.filter((name) => only === null || name === only);
  if (names.length === 0) throw new Error(`There is no such fault. There are ${faultNames.join(', ')}`);
  const results = new Map<string, Tally>();
  const queue = [...names];
  const look = async (): Promise<void> => {
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
      const tally = await findFault({ seed, worlds, fault });
      results.set(fault, tally);
      console.error(`${fault}: ${tally.violations.length > 0 ? 'found' : 'NOT FOUND'}`);
    }
  };
  await Promise.all(Array.from({ length: workers }, look));
  const width = Math.max(...names.map(({ length }) => length));
  console.log(`\n${'fault'.padEnd(width)}  worlds  broken rule`);
  for (const name of names) {
    const { worlds: played = 0, violations: [first] = [] } = results.get(name) ?? {};
    const rule =
      first === undefined ? 'none: NOT FOUND' : `${first.rule} (world ${worldName(seed, first.index)})`;
    console.log(`${name.padEnd(width)}  ${String(played).padStart(6)}  ${rule}`);
  }
  return names.every((name) => (results.get(name)?.violations.length ?? 0) > 0);
}

/** Plays worlds with a fault until one breaks a rule that the library without the fault keeps in the same world. */
async function findFault({
  seed,
  worlds,
  fault,
}: {
  seed: number;
  worlds: number;
  fault: string;
}): Promise<Tally> {
  const range = { seed, step: 1, isFirstEnough: true };
  let sum = emptyTally();
  for (let from = 0; from < worlds; from = sum.worlds) {
    const tally = await playInThread({ ...range, from, worlds, fault });
    const [found] = tally.violations;
    if (found === undefined) return addTally(sum, tally);
    const clean = await playInThread({ ...range, from: found.index, worlds: found.index + 1, fault: null });
    if (clean.violations.length === 0) return addTally(sum, tally);
    sum = addTally(sum, { ...tally, violations: [] });
  }
  return sum;
}
