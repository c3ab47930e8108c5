import { isThenable, type Awaitable } from '../platform/thenable.ts';
import { isRequest, toRequest } from '../platform/toRequest.ts';
import { isStream } from './spare.ts';

/** A request as a program has made it: what each attempt starts from. It carries nothing of the session. */
export interface Outgoing {
  /** Absolute. */
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  /** What `fetch` is called with, the headers excepted. */
  readonly input: string | Request;
  readonly init: RequestInit;
  /** What aborts it. The last one also ends its wait. */
  readonly signals: readonly AbortSignal[];
}

/** Reads what `fetch` is called with. What the program may change afterwards is copied at once, as `fetch` does. */
export function readFetchCall(
  input: string | URL | Request,
  init: RequestInit,
  baseUrl: string,
): Awaitable<Outgoing> {
  const isFixed = isFixedBody(init.body);
  if (!isRequest(input)) {
    const url = new URL(String(input), baseUrl).href;
    if (!isFixed) return ofRequest(new Request(url, init), withoutBody(init));
    const { method = 'GET', headers, signal } = init;
    const signals = signal ? [signal] : [];
    return { url, method: method.toUpperCase(), headers: new Headers(headers), input: url, init, signals };
  }
  if (isFixed && input instanceof Request) return ofRequest(input, init);
  const request = toRequest(input, init);
  const rest = withoutBody(init);
  return isThenable(request) ? request.then((made) => ofRequest(made, rest)) : ofRequest(request, rest);
}

/** The same of a `Request`, with what `fetch` is given beside it. */
export function ofRequest(request: Request, init: RequestInit = {}): Outgoing {
  const { url, method, headers, signal, referrer, referrerPolicy } = request;
  const own = init.signal === undefined ? signal : init.signal;
  return {
    url,
    method: init.method?.toUpperCase() ?? method,
    headers: init.headers === undefined ? headers : new Headers(init.headers),
    input: request,
    // Given anything beside a `Request`, `fetch` forgets its referrer (Fetch standard, the constructor of `Request`).
    init: { referrer, referrerPolicy, ...init },
    signals: own === null ? [] : [own],
  };
}

/** Whether a body cannot change, so that each attempt can be given the same one. */
function isFixedBody(body: BodyInit | null | undefined): boolean {
  return (
    body === null || body === undefined || typeof body === 'string' || body instanceof Blob || isStream(body)
  );
}

function withoutBody({ body: _, headers: __, ...rest }: RequestInit): RequestInit {
  return rest;
}
