/**
 * Milliseconds that an answer asks to wait (RFC 9110, section 10.2.3): a number of seconds, or a date.
 * `null` if there is none or it cannot be read.
 *
 * @param now - the current time by the clock of the date: the server's own, if the response contains it
 * @param longest - milliseconds: a server may mistake its unit, or send a date of next year
 */
export function readRetryAfter(headers: Headers, now: number, longest: number): number | null {
  const value = headers.get('retry-after')?.trim() ?? '';
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Math.max(0, Date.parse(value) - now);
  return Number.isNaN(wait) ? null : Math.min(wait, longest);
}
