/**
 * The marker that every canary contains. It has only letters and digits, so that JSON, URLs and `util.inspect` do not
 * escape it.
 */
const marker = `c4n4ry${Math.random().toString(36).slice(2, 12).padEnd(10, '0')}`;

/** The marker in Base64, for each of its three possible offsets. */
const encoded = [0, 1, 2].map((shift) =>
  btoa('_'.repeat(shift) + marker)
    // The first and last characters also contain bits of the neighbouring text.
    .slice(shift === 0 ? 0 : 4, -4),
);

let count = 0;

/** Creates a canary: a secret that {@link containsCanary} recognises anywhere. It is valid in any header. */
export function createCanary(label = 'secret'): string {
  count += 1;
  return `${label}.${marker}.${count}`;
}

/** Whether a text contains a canary, in upper or lower case or in Base64. */
export function containsCanary(text: string): boolean {
  return text.toLowerCase().includes(marker) || encoded.some((form) => text.includes(form));
}
