const asterisk = 0x2a;

/**
 * Overwrites each token in a stream with asterisks of the same length, since a server may quote the request. Bytes are held
 * back only while they may be the beginning of a token.
 */
export function withoutTokens(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  tokens: readonly string[],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const patterns = tokens.map((token) => new TextEncoder().encode(token));
  let rest = new Uint8Array();
  return stream.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        const bytes = joined(rest, chunk);
        const end = Math.min(...patterns.map((pattern) => overwrite(bytes, pattern)), bytes.length);
        rest = bytes.slice(end);
        if (end > 0) controller.enqueue(bytes.subarray(0, end));
      },
      flush(controller) {
        if (rest.length > 0) controller.enqueue(rest);
      },
    }),
  );
}

function joined(before: Uint8Array<ArrayBuffer>, chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(before.length + chunk.length);
  bytes.set(before);
  bytes.set(chunk, before.length);
  return bytes;
}

/** Overwrites a pattern wherever it occurs. Returns where a part of it begins that is cut off at the end, or the length. */
function overwrite(bytes: Uint8Array, pattern: Uint8Array): number {
  const first = pattern[0] ?? 0;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    let length = 1;
    while (length < pattern.length && bytes[at + length] === pattern[length]) length += 1;
    if (length === pattern.length) bytes.fill(asterisk, at, at + length);
    else if (at + length >= bytes.length) return at;
  }
  return bytes.length;
}
