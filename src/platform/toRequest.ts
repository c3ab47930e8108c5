import { anySignal } from './abort.ts';

/** Whether a value is a `Request`, also of another realm or a polyfill. */
export function isRequest(value: unknown): value is Request {
  return (
    typeof value === 'object' &&
    value !== null &&
    'url' in value &&
    typeof value.url === 'string' &&
    'method' in value &&
    typeof value.method === 'string' &&
    'headers' in value
  );
}

/**
 * Returns the platform's own `Request`. Copies one of another implementation, which the platform would convert to the text
 * `[object Request]`.
 */
export function toRequest(input: Request, init: RequestInit): Request | Promise<Request> {
  try {
    const request = new Request(input, init);
    if (request.url === input.url) return request;
  } catch {
    // An invalid request of the platform's own stays invalid when it is copied.
  }
  return copyForeign(input, init);
}

async function copyForeign(input: Request, init: RequestInit): Promise<Request> {
  const { url, method, redirect, credentials, cache, integrity, keepalive } = input;
  const headers: [string, string][] = [];
  input.headers.forEach((value, name) => headers.push([name, value]));
  const body = method === 'GET' || method === 'HEAD' ? null : await input.arrayBuffer();
  // A missing member is `undefined`, which counts as omitted.
  const members = { method, headers, body, redirect, credentials, cache, integrity, keepalive };
  return new Request(url, { ...members, ...signalOf(input), ...init });
}

/** Follows a signal of another realm with one of this realm, since the platform rejects foreign signals. */
function signalOf(request: { readonly signal?: AbortSignal | null }): Pick<RequestInit, 'signal'> {
  const { signal = null } = request;
  return signal === null ? {} : { signal: anySignal([signal]) };
}
