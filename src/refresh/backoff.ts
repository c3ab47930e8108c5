/** Milliseconds: full jitter from this, doubling, up to that. */
const shortestBackoff = 500;
const longestBackoff = 8_000;

/** Milliseconds to stay away from the endpoint after so many calls that failed. */
export function fullJitter(random: () => number, failures: number): number {
  return random() * Math.min(longestBackoff, shortestBackoff * 2 ** Math.max(0, failures - 1));
}
