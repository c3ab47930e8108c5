import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Pseudo-random choices, the same for the same seed. */
export interface Random {
  /** Returns a number from 0 up to, but not including, 1. */
  next(this: void): number;
  /** Returns an integer from 0 up to, but not including, `limit`. */
  below(this: void, limit: number): number;
  chance(this: void, probability: number): boolean;
  pick<Value>(this: void, values: readonly Value[]): Value;
  /** Picks one of the names, each with the weight that it has. */
  weighted<Name extends string>(this: void, weights: Readonly<Record<Name, number>>): Name;
}

/** Creates the random choices for one purpose. A purpose that draws more often does not change those of another one. */
export function createRandom(seed: number, purpose: number): Random {
  const generator = xoroshiro128plus(mix(seed, purpose));
  const next = () => uniformFloat32(generator);
  const below = (limit: number) => uniformInt(generator, 0, limit - 1);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (values) => at(values, below(values.length)),
    weighted: (weights) => weighted(weights, next()),
  };
}

/** Combines two integers into one of 32 bits, so that neighbours have nothing in common (the finaliser of MurmurHash3). */
export function mix(one: number, other: number): number {
  let hash = Math.imul(one, 0x9e3779b1) ^ Math.imul(other + 0x7f4a7c15, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

export function at<Value>(values: readonly Value[], index: number): Value {
  const value = values[index % values.length];
  if (value === undefined) throw new RangeError('Expected at least one value');
  return value;
}

function weighted<Name extends string>(weights: Readonly<Record<Name, number>>, part: number): Name {
  const names = namesOf(weights);
  let left = part * names.reduce((sum, name) => sum + weights[name], 0);
  for (const name of names) {
    left -= weights[name];
    if (left < 0) return name;
  }
  return at(names, 0);
}

/** The keys of an object, which TypeScript knows only as strings. */
export function namesOf<Name extends string>(record: Readonly<Record<Name, unknown>>): readonly Name[] {
  const names: Name[] = [];
  for (const name in record) names.push(name);
  return names;
}
