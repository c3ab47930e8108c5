/**
 * Milliseconds that an answer asks to wait (RFC 9110, section 10.2.3): a number of seconds, or a date.
 * `null` where it asks for nothing that can be read.
 *
 * @param now - by the clock that the date goes by: the server's own where the answer says it
 * @param longest - milliseconds: a server may mistake its unit, or send a date of next year
 */
export function readRetryAfter(headers: Headers, now: number, longest: number): number | null {
  const value = headers.get('retry-after')?.trim() ?? '';
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Math.max(0, Date.parse(value) - now);
  return Number.isNaN(wait) ? null : Math.min(wait, longest);
}
