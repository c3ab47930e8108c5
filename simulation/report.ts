import { everyPair, everyTransition, type Possible } from './coverage.ts';
import { worldName } from './worldName.ts';
import type { FoundViolation, Tally } from './tally.ts';

export interface Run {
  readonly seed: number;
  readonly workers: number;
  readonly seconds: number;
  /** Whether to list what no world has taken. */
  readonly listsMissing: boolean;
}

/** Prints what a run has found: its rate, its coverage, and each violation with the command that shows it. */
export function printTally(tally: Tally, { seed, workers, seconds, listsMissing }: Run): void {
  const { worlds, events, digest, violations, transitions, pairs } = tally;
  const rate = (count: number) => Math.round(count / seconds).toLocaleString('en');
  console.log(
    `${worlds.toLocaleString('en')} worlds with seed ${seed} in ${seconds.toFixed(1)} s on ${workers} threads: ` +
      `${rate(worlds)} worlds and ${rate(events)} events a second. Digest ${digest.toString(16)}.`,
  );
  console.log('');
  printCoverage('transitions of the chart', transitions, everyTransition, listsMissing);
  printCoverage('pairs of a state and an event', pairs, everyPair, listsMissing);
  if (!listsMissing) console.log('`--coverage` lists those that no world has taken.');
  printViolations(violations, seed);
}

function printCoverage(
  what: string,
  counts: ReadonlyMap<string, number>,
  { names, others }: Possible,
  listsMissing: boolean,
): void {
  const never = names.filter((name) => !counts.has(name));
  const taken = names.length - never.length;
  const part = ((100 * taken) / names.length).toFixed(1);
  console.log(`${taken} of ${names.length} ${what} (${part} %). ${others.size} others cannot happen.`);
  for (const name of others.keys()) if (counts.has(name)) console.log(`But this has happened: ${name}`);
  if (!listsMissing) return;
  if (never.length > 0) console.log('Never:');
  printByPlace(never);
  for (const reason of new Set(others.values())) {
    console.log(`Cannot happen, because ${reason}:`);
    printByPlace([...others.keys()].filter((name) => others.get(name) === reason));
  }
}

function printByPlace(names: readonly string[]): void {
  for (const [place, events] of byPlace(names)) console.log(`  ${place}: ${events.join(', ')}`);
}

/** Names by what is before their separator, so that a state is named once. */
function byPlace(names: readonly string[]): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const name of names) {
    const [place = '', rest = ''] = name.split(/: | \+ /, 2);
    places.set(place, [...(places.get(place) ?? []), rest]);
  }
  return places;
}

function printViolations(violations: readonly FoundViolation[], seed: number): void {
  console.log(
    `\n${violations.length === 0 ? 'No rule is broken.' : `${violations.length} worlds break a rule:`}`,
  );
  const byRule = new Map<string, FoundViolation[]>();
  for (const found of violations) byRule.set(found.rule, [...(byRule.get(found.rule) ?? []), found]);
  for (const [rule, [first, ...others]] of byRule) {
    if (first === undefined) continue;
    console.log(`  ${rule} (${others.length + 1}): ${first.what}`);
    console.log(`    npm run simulate -- --replay ${worldName(seed, first.index)}`);
  }
}
