import { refusal } from './refusal.ts';

/** The most bytes of credentials to read. They are a few fields of a form. */
const mostBytes = 64 * 1024;

/** The credentials of a login, or the response to a body that has none. */
type Read = { readonly credentials: unknown } | { readonly refused: Response };

/** Reads the credentials of a login as JSON. */
export async function readCredentials({ body }: Request): Promise<Read> {
  try {
    const text = body === null ? '' : await readText(body);
    return text === null ? { refused: refusal(413, 'content_too_large') } : { credentials: JSON.parse(text) };
  } catch {
    return { refused: refusal(400, 'invalid_request') };
  }
}

/** Returns `null` if the body is too long. The rest of it is not read. */
async function readText(body: ReadableStream<Uint8Array>): Promise<string | null> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    bytes += value?.byteLength ?? 0;
    if (bytes > mostBytes) {
      void reader.cancel().catch(() => undefined);
      return null;
    }
    text += decoder.decode(value, { stream: !done });
    if (done) return text;
  }
}
