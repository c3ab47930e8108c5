/**
 * Returns a unique id, which is not a secret. `crypto.randomUUID` exists only on HTTPS pages, and React Native has no
 * `crypto`.
 */
export function randomId(): string {
  const bytes = new Uint8Array(16);
  if ('crypto' in globalThis) crypto.getRandomValues(bytes);
  else for (const index of bytes.keys()) bytes[index] = Math.random() * 256;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
