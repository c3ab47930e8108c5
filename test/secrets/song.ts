/**
 * What every canary of this program has in it. Letters and digits only, so that neither JSON nor a URL nor
 * `util.inspect` writes it in another way.
 */
const marker = `c4n4ry${Math.random().toString(36).slice(2, 12).padEnd(10, '0')}`;

/** As Base64 writes the marker, at each of the three places where it can begin. */
const encoded = [0, 1, 2].map((shift) =>
  btoa('_'.repeat(shift) + marker)
    // The first and the last characters also hold bits of what stands before and after.
    .slice(shift === 0 ? 0 : 4, -4),
);

let count = 0;

/** A secret that sings: wherever it turns up, {@link sings} hears it. Any header can carry it. */
export function createCanary(label = 'secret'): string {
  count += 1;
  return `${label}.${marker}.${count}`;
}

/** Whether a text has a canary in it, in any case and as Base64 too. */
export function sings(text: string): boolean {
  return text.toLowerCase().includes(marker) || encoded.some((form) => text.includes(form));
}
