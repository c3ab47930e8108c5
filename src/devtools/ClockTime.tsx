/** The time of day, to the second. `at` is in milliseconds since the epoch. */
export function ClockTime({ at }: { readonly at: number }) {
  const time = new Date(at);
  const parts = [time.getHours(), time.getMinutes(), time.getSeconds()];
  return (
    <time dateTime={time.toISOString()}>{parts.map((part) => String(part).padStart(2, '0')).join(':')}</time>
  );
}
