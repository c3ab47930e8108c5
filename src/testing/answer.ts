/** An answer that knows its address, as those of the real fetch do. */
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

/** The answer as fetch hands it out: with its address, and with a body that an abort cuts off. */
export function addressed(response: Response, { url, signal }: Request): Response {
  const { status, statusText, headers } = response;
  const body = response.body?.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), { signal }) ?? null;
  return new AddressedResponse(body, { status, statusText, headers }, url.replace(/#.*/s, ''));
}

/** Settles as `answer` does, or rejects with the signal's reason as soon as it is aborted. */
export function orAborted<Value>(answer: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
