/** Which worlds of a run to play: each `step`th from `from` on. */
export interface Range {
  readonly seed: number;
  readonly from: number;
  readonly worlds: number;
  readonly step: number;
  /** Whether to stop at the first violation. */
  readonly isFirstEnough?: boolean;
}

export interface FoundViolation {
  readonly index: number;
  readonly rule: string;
  readonly what: string;
}

/** The result of many worlds. It does not depend on the thread that has played which. */
export interface Tally {
  worlds: number;
  events: number;
  /** The sum of the digests of all worlds. */
  digest: number;
  readonly violations: FoundViolation[];
  readonly transitions: Map<string, number>;
  readonly pairs: Map<string, number>;
}

export const emptyTally = (): Tally => ({
  worlds: 0,
  events: 0,
  digest: 0,
  violations: [],
  transitions: new Map(),
  pairs: new Map(),
});

/** Adds the results of some worlds to those of others. The order does not matter. */
export function addTally(sum: Tally, part: Tally): Tally {
  return {
    worlds: sum.worlds + part.worlds,
    events: sum.events + part.events,
    digest: (sum.digest + part.digest) % 2 ** 32,
    violations: [...sum.violations, ...part.violations].sort((one, other) => one.index - other.index),
    transitions: addCounts(sum.transitions, part.transitions),
    pairs: addCounts(sum.pairs, part.pairs),
  };
}

function addCounts(sum: ReadonlyMap<string, number>, part: ReadonlyMap<string, number>): Map<string, number> {
  const counts = new Map(sum);
  for (const [name, count] of part) counts.set(name, (counts.get(name) ?? 0) + count);
  return counts;
}
