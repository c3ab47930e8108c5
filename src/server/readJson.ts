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

/** The body of a response. */
export interface Content {
  /** The parsed JSON, or `undefined` if the body is not JSON. */
  readonly json?: unknown;
  /** The body as text, or `undefined` if it could not be read. */
  readonly text: string | undefined;
}

/** Reads a body of at most 64 KiB, within a second. A longer, slower or broken one is not read to its end. */
export async function readContent(response: Readable, clock: Clock): Promise<Content> {
  const text = await readText(response, clock);
  try {
    return { text, json: JSON.parse(text ?? '') };
  } catch {
    return { text };
  }
}

/** A `Response`; React Native's has no `body`. */
type Readable = Pick<Response, 'text'> & Partial<Pick<Response, 'body'>>;

/** Cancels the rest of the body, so pass a clone if the body is needed elsewhere. */
async function readText(response: Readable, clock: Clock): Promise<string | undefined> {
  const { body } = response;
  if (body === undefined) return readWhole(response);
  if (body === null) return '';
  const reader = body.getReader();
  const stop = () => void reader.cancel().catch(() => undefined);
  let text = '';
  let bytes = 0;
  const cancel = clock.schedule(
    () => {
      bytes = Infinity;
      stop();
    },
    longestRead,
    true,
  );
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      bytes += value?.byteLength ?? 0;
      if (bytes > mostBytes) return undefined;
      text += decoder.decode(value, { stream: !done });
      if (done) return text;
    }
  } catch {
    return undefined;
  } finally {
    cancel();
    stop();
  }
}

/** React Native's `fetch` reads the whole body before it resolves. */
async function readWhole(response: Readable): Promise<string | undefined> {
  const text = await response.text().catch(() => undefined);
  return text !== undefined && text.length > mostBytes ? undefined : text;
}

/** Reads a field of parsed JSON, with dots or brackets for a path (`data.token`, `errors[0].message`). */
export function fieldAt(body: unknown, path: string): unknown {
  let value = body;
  for (const name of path.split(/\]?[.[]|\]$/).filter(Boolean)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, name)?.value;
  }
  return value;
}
