import { anySignal } from './abort.ts';

/** Whether a value is a `Request`. It may come from another realm, or from a polyfill. */
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
 * A `Request` of the platform's own. One of another implementation is copied: the platform would take it for the text
 * `[object Request]`.
 */
export function toRequest(input: Request, init: RequestInit): Request | Promise<Request> {
  try {
    const request = new Request(input, init);
    if (request.url === input.url) return request;
  } catch {
    // What is wrong with the platform's own is wrong with its copy too.
  }
  return copyForeign(input, init);
}

async function copyForeign(input: Request, init: RequestInit): Promise<Request> {
  const { url, method, redirect, credentials, cache, integrity, keepalive } = input;
  const headers: [string, string][] = [];
  input.headers.forEach((value, name) => headers.push([name, value]));
  const body = method === 'GET' || method === 'HEAD' ? null : await input.arrayBuffer();
  // One that it lacks is `undefined`, which counts as left out.
  const members = { method, headers, body, redirect, credentials, cache, integrity, keepalive };
  return new Request(url, { ...members, ...signalOf(input), ...init });
}

/** A signal of another realm is followed by one of this realm, since the platform refuses it. */
function signalOf(request: { readonly signal?: AbortSignal | null }): Pick<RequestInit, 'signal'> {
  const { signal = null } = request;
  return signal === null ? {} : { signal: anySignal([signal]) };
}
