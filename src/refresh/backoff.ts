/** The limits of the backoff with full jitter, in milliseconds: it starts at the first and doubles up to the second. */
const shortestBackoff = 500;
const longestBackoff = 8_000;

/** A server that has just failed is not called again at once, however small the random part is, in milliseconds. */
const shortestPause = 100;

/** Returns the pause after a number of failed calls, in milliseconds. */
export function fullJitter(random: () => number, failures: number): number {
  const backoff = Math.min(longestBackoff, shortestBackoff * 2 ** Math.max(0, failures - 1));
  return Math.max(shortestPause, random() * backoff);
}
