import type { Part } from '../protocol.ts';

/** The size of the first part of a body, in bytes: a shorter body needs no further message. */
const largestStart = 65_536;

/** How long the page waits for more of the first part, in milliseconds, once the response has begun. */
const longestWait = 10;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Reads a body in parts: first what arrives at once, and then whatever arrives next. Overwrites each token with asterisks of
 * the same length, since a server may quote the request. Returns the last part.
 *
 * @param tokens - in UTF-8
 */
export async function* partsOf(
  body: ReadableStream<Bytes>,
  tokens: readonly Bytes[],
): AsyncGenerator<Part, Part> {
  const reader = body.getReader();
  const { push, rest } = createEraser(tokens);
  const read = () => {
    const result = reader.read();
    // The page may end the exchange, and so the request, without waiting for the next part.
    result.catch(() => undefined);
    return result;
  };
  let reading = read();
  const wait = startWait();
  let start: Bytes = new Uint8Array();
  try {
    while (start.length < largestStart) {
      const result = await Promise.race([reading, wait.over]);
      if (result === null) break;
      if (result.done) return joined(start, rest());
      start = joined(start, push(result.value));
      reading = read();
    }
  } finally {
    wait.stop();
  }
  yield start;
  for (;;) {
    const { done, value } = await reading;
    if (done) break;
    const part = push(value);
    if (part.length > 0) yield part;
    reading = read();
  }
  if (rest().length > 0) yield rest();
  return null;
}

function startWait() {
  let stop = (): void => undefined;
  const over = new Promise<null>((resolve) => {
    const timer = setTimeout(resolve, longestWait, null);
    stop = () => clearTimeout(timer);
  });
  return { over, stop };
}

/** Overwrites tokens in consecutive chunks. */
function createEraser(tokens: readonly Bytes[]) {
  let held: Bytes = new Uint8Array();
  return {
    /** Holds back bytes that may be the beginning of a token. */
    push(this: void, chunk: Bytes): Bytes {
      const bytes = joined(held, chunk);
      const end = Math.min(...tokens.map((token) => overwrite(bytes, token)), bytes.length);
      held = bytes.slice(end);
      return end === bytes.length ? bytes : bytes.slice(0, end);
    },
    rest: () => held,
  };
}

/** A chunk may be a view of a larger buffer, which a message would carry as a whole: it is copied then. */
function joined(before: Bytes, chunk: Bytes): Bytes {
  if (before.length === 0) return chunk.length === chunk.buffer.byteLength ? chunk : chunk.slice();
  if (chunk.length === 0) return before;
  const bytes = new Uint8Array(before.length + chunk.length);
  bytes.set(before);
  bytes.set(chunk, before.length);
  return bytes;
}

const asterisk = 0x2a;

/** Overwrites a pattern wherever it occurs. Returns where a part of it begins that is cut off at the end, or the length. */
function overwrite(bytes: Bytes, pattern: Bytes): number {
  const first = pattern[0] ?? 0;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    let length = 1;
    while (length < pattern.length && bytes[at + length] === pattern[length]) length += 1;
    if (length === pattern.length) bytes.fill(asterisk, at, at + length);
    else if (at + length >= bytes.length) return at;
  }
  return bytes.length;
}
