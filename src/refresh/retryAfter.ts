/**
 * Milliseconds that an answer asks to wait (RFC 9110, section 10.2.3): a number of seconds, or a date.
 * `null` where it asks for nothing that can be read.
 */
export function readRetryAfter(headers: Headers, now: number): number | null {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
