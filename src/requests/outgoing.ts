import { isThenable, type Awaitable } from '../platform/thenable.ts';
import { isRequest, toRequest } from '../platform/toRequest.ts';
import { isStream } from './spare.ts';

/** A request as the caller made it, from which each attempt starts. It contains nothing of the session. */
export interface Outgoing {
  /** Absolute. */
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  /** The `init` for `fetch`, without the headers. */
  readonly input: string | Request;
  readonly init: RequestInit;
  /** The signals that abort the request. The last one also ends its wait. */
  readonly signals: readonly AbortSignal[];
}

/** Reads the arguments of `fetch`. Copies what the caller may change afterwards, as `fetch` does. */
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

/** The same for a `Request` and its `init`. */
export function ofRequest(request: Request, init: RequestInit = {}): Outgoing {
  const { url, method, headers, signal, referrer, referrerPolicy } = request;
  const own = init.signal === undefined ? signal : init.signal;
  return {
    url,
    method: init.method?.toUpperCase() ?? method,
    headers: init.headers === undefined ? headers : new Headers(init.headers),
    input: request,
    // With an `init`, `fetch` drops the referrer of a `Request` (Fetch standard, the constructor of `Request`).
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
