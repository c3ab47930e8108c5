/** Whether a header field can carry a value: visible text in one line (RFC 9110, section 5.5). */
export function isHeaderText(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^[\x21-\x7e\x80-\xff](?:[\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/.test(value)
  );
}
