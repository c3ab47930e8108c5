import { createCoverage } from './coverage.ts';
import { play } from './play.ts';
import { emptyTally, type Range, type Tally } from './tally.ts';
import { planOf } from './world/plan.ts';

/** Violations beyond this number are counted and not kept. */
const mostViolations = 1_000;

/** @param progress - called after each world */
export async function playRange(
  { seed, from, worlds, step, isFirstEnough = false }: Range,
  progress: () => void = () => undefined,
): Promise<Tally> {
  // A stack takes more time than everything else about an error, and the trace says more.
  Error.stackTraceLimit = 0;
  const tally = emptyTally();
  const coverage = createCoverage();
  for (let index = from; index < worlds; index += step) {
    const { violations, events, digest } = await play(planOf(seed, index), { coverage });
    tally.worlds += 1;
    tally.events += events;
    tally.digest = (tally.digest + digest) % 2 ** 32;
    for (const found of violations)
      if (tally.violations.length < mostViolations) tally.violations.push({ index, ...found });
    progress();
    if (isFirstEnough && violations.length > 0) break;
  }
  return { ...tally, transitions: coverage.transitions, pairs: coverage.pairs };
}
