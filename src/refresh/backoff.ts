/** The limits of the backoff with full jitter, in milliseconds: it starts at the first and doubles up to the second. */
const shortestBackoff = 500;
const longestBackoff = 8_000;

/** Returns the pause after a number of failed calls, in milliseconds. */
export function fullJitter(random: () => number, failures: number): number {
  return random() * Math.min(longestBackoff, shortestBackoff * 2 ** Math.max(0, failures - 1));
}
