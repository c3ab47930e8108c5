import type { Clock } from '../platform/clock.ts';

/** The most bytes to read for a code. Bodies of errors are shorter. */
const mostBytes = 64 * 1024;

/** How long to read a body, in milliseconds. Then the status decides, so that a slow body does not delay the request. */
const longestRead = 1_000;

/** Whether a content type is JSON or ends in `+json` (RFC 6839, section 3.1). */
export function isJson(headers: Headers): boolean {
  const [, subtype = ''] = mediaTypeOf(headers).split('/');
  return subtype === 'json' || ['.json', '+json', '-json'].some((suffix) => subtype.endsWith(suffix));
}

/** The type of a body, as in `text/html`, without parameters (RFC 9110, section 8.3.1). */
export function mediaTypeOf(headers: Headers): string {
  const [type = ''] = (headers.get('content-type') ?? '').split(';', 1);
  return type.trim().toLowerCase();
}

/** Reads JSON of at most 64 KiB, within a second. Returns `undefined` for any other body. */
export async function readJson(response: Response, clock: Clock): Promise<unknown> {
  const text = await readText(response, clock);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A `Response`; React Native's has no `body`. */
type Readable = Pick<Response, 'text'> & Partial<Pick<Response, 'body'>>;

/**
 * Reads a body of at most 64 KiB, within a second. Returns `undefined` if it is longer, slower or cut off. Cancels the rest
 * of the body, so pass a clone if the body is needed elsewhere.
 */
export async function readText(response: Readable, clock: Clock): Promise<string | undefined> {
  const { body } = response;
  if (body === undefined) return readWhole(response);
  if (body === null) return '';
  const reader = body.getReader();
  const expiry = { isOver: false };
  const cancel = clock.schedule(
    () => {
      expiry.isOver = true;
      void reader.cancel().catch(() => undefined);
    },
    longestRead,
    true,
  );
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (expiry.isOver) return undefined;
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > mostBytes) return undefined;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return undefined;
  } finally {
    cancel();
    void reader.cancel().catch(() => undefined);
  }
}

/** React Native's `fetch` reads the whole body before it resolves. */
async function readWhole(response: Readable): Promise<string | undefined> {
  const text = await response.text().catch(() => undefined);
  return text !== undefined && text.length > mostBytes ? undefined : text;
}

/** Reads a field of parsed JSON, with dots for a path (`data.token`). */
export function fieldAt(body: unknown, path: string): unknown {
  let value = body;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, name)?.value;
  }
  return value;
}
