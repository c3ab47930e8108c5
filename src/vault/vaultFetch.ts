import { isRequest } from '../platform/toRequest.ts';
import { isStream } from '../requests/spare.ts';
import type { Connection } from './connection.ts';
import { handlePrefix, requestMembers, type ApiRequest, type ApiResponse } from './protocol.ts';
import { responseOfCall, type WorkerCall } from './vaultContract.ts';

const scheme = 'Bearer ';

/**
 * Creates the `fetch` that sends requests with a handle through the worker, makes the calls of the contract there, and sends
 * all other requests as usual.
 */
export function createVaultFetch<User>({ ask }: Connection<User>): typeof fetch {
  return async (input, init: RequestInit & WorkerCall<User> = {}) => {
    const request = isRequest(input) ? input : null;
    const signal = init.signal ?? request?.signal ?? null;
    if (init.workerCall !== undefined) return responseOfCall(init.workerCall, signal);
    const headers = new Headers(init.headers ?? request?.headers);
    const authorization = headers.get('authorization') ?? '';
    if (!authorization.startsWith(scheme + handlePrefix)) return globalThis.fetch(input, init);
    headers.delete('authorization');
    const body = await bodyOf(request, init);
    const message: ApiRequest = {
      url: isRequest(input) ? input.url : String(input),
      init: Object.fromEntries(requestMembers.map((name) => [name, init[name] ?? request?.[name]])),
      headers: [...headers],
      handle: authorization.slice(scheme.length),
      body,
    };
    const transfer = body instanceof ArrayBuffer || isStream(body) ? [body] : [];
    return send(ask, message, { signal, transfer });
  };
}

/** Returns a body that a message can carry. A request does not tell what its body was, so that it is read into memory. */
async function bodyOf(request: Request | null, { body, method }: RequestInit): Promise<ApiRequest['body']> {
  if (typeof body === 'string' || body instanceof Blob || isStream(body)) return body;
  // Firefox has no `body` in a request.
  const hasNone =
    request === null || ['GET', 'HEAD'].includes(method ?? request.method) || request.body === null;
  return hasNone ? null : request.arrayBuffer();
}

async function send<User>(
  ask: Connection<User>['ask'],
  message: ApiRequest,
  options: { signal: AbortSignal | null; transfer: Transferable[] },
): Promise<Response> {
  let onFailure = (_: unknown): void => undefined;
  const { answer, more, end } = ask('fetch', message, {
    ...options,
    onFailure: (reason) => onFailure(reason),
  });
  const found = await answer;
  if (!found.hasMore) return responseOf(found, found.body);
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      onFailure = (reason) => controller.error(reason);
      if (found.body !== null) controller.enqueue(found.body);
    },
    async pull(controller) {
      const part = await more();
      if (part === null) controller.close();
      else controller.enqueue(part);
    },
    cancel: end,
  });
  return responseOf(found, stream);
}

function responseOf(
  { status, statusText, headers, url, redirected, type }: ApiResponse,
  body: BodyInit | null,
): Response {
  // The status of a redirect that was not followed is 0, which no script can give to a response.
  const response = status === 0 ? Response.error() : new Response(body, { status, statusText, headers });
  return Object.defineProperties(response, {
    url: { value: url },
    redirected: { value: redirected },
    type: { value: type },
  });
}
