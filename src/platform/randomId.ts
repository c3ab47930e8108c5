/**
 * An id that nobody else has; it is no secret. `crypto.randomUUID` would do, but a browser has it on HTTPS pages
 * only, and React Native has no `crypto` at all.
 */
export function randomId(): string {
  const bytes = new Uint8Array(16);
  if ('crypto' in globalThis) crypto.getRandomValues(bytes);
  else for (const index of bytes.keys()) bytes[index] = Math.random() * 256;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
