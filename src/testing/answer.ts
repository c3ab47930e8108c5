/** A response with a `url`, as `fetch` returns it. */
class AddressedResponse extends Response {
  override readonly url: string;

  constructor(body: BodyInit | null, init: ResponseInit, url: string) {
    super(body, init);
    this.url = url;
  }

  override clone(): Response {
    const copy = super.clone();
    return new AddressedResponse(copy.body, copy, this.url);
  }
}

/**
 * Returns the response as `fetch` would: with its URL, a `Date` header (RFC 9110, section 6.6.1), and a body that an abort
 * cuts off.
 */
export function addressed(response: Response, { url, signal }: Request, now: number): Response {
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  if (!headers.has('date') && Number.isFinite(now)) headers.set('date', new Date(now).toUTCString());
  const body = response.body?.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), { signal }) ?? null;
  return new AddressedResponse(body, { status, statusText, headers }, url.replace(/#.*/s, ''));
}

/** Settles with `answer`, or rejects with the signal's reason as soon as the signal is aborted. */
export async function orAborted<Value>(answer: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const settled = new AbortController();
  try {
    return await Promise.race([answer, abortOf(signal, settled.signal)]);
  } finally {
    settled.abort();
  }
}

async function abortOf(signal: AbortSignal, unless: AbortSignal): Promise<never> {
  for (;;) {
    signal.throwIfAborted();
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve, { once: true, signal: unless });
    });
  }
}
