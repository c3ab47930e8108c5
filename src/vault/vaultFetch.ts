import { isRequest } from '../platform/toRequest.ts';
import { isStream } from '../requests/spare.ts';
import type { Connection } from './connection.ts';
import { handlePrefix, requestMembers, type ApiRequest, type ApiResponse } from './protocol.ts';
import { callHeader, type PendingCall, type PendingCalls } from './vaultContract.ts';
import { receiveStream, sendStream } from './streams.ts';

const bearerHandle = `Bearer ${handlePrefix}`;

/**
 * Creates the `fetch` that sends requests with a handle through the worker, makes the calls of the contract there, and sends
 * all other requests as usual.
 */
export function createVaultFetch<User>(
  connection: Connection<User>,
  pending: PendingCalls<User>,
): typeof fetch {
  return async (input, init = {}) => {
    const headers = new Headers(init.headers ?? (isRequest(input) ? input.headers : undefined));
    const signal = init.signal ?? (isRequest(input) ? input.signal : null);
    signal?.throwIfAborted();
    const call = pending.get(headers.get(callHeader) ?? '');
    if (call !== undefined) return responseOfCall(call, signal);
    const authorization = headers.get('authorization') ?? '';
    if (!authorization.startsWith(bearerHandle)) return globalThis.fetch(input, init);
    headers.delete('authorization');
    const { message, transfer } = await messageOf(input, init, headers);
    const handle = authorization.slice('Bearer '.length);
    const answer = await connection.call('fetch', { ...message, handle }, signal, transfer);
    return responseOf(answer, connection, signal);
  };
}

/** Makes a call of the contract, and says what became of it as a response. */
async function responseOfCall<User>(call: PendingCall<User>, signal: AbortSignal | null): Promise<Response> {
  const answer = await call.send(signal);
  const { verdict, status = 200, retryAfter = null, details } = answer.failure ?? {};
  // The server could not be reached: this must look like it.
  if (status === null && verdict === 'unavailable' && answer.refusal === undefined)
    throw new TypeError('Failed to fetch');
  call.answer = answer;
  const isUsual = status !== null && status >= 200 && ![204, 205, 304].includes(status);
  return Response.json(answer.grant ?? { details }, {
    status: isUsual ? status : 200,
    headers: retryAfter === null ? {} : { 'retry-after': String(Math.ceil(retryAfter / 1000)) },
  });
}

type FetchInput = Parameters<typeof fetch>[0];

async function messageOf(input: FetchInput, init: RequestInit, given: Headers) {
  const stream = isStream(init.body) ? init.body : null;
  const request = new Request(input, { ...init, headers: given, ...(stream && { body: null }) });
  const body = stream === null ? await bodyOf(request, init.body) : sendStream(stream);
  const { url, headers } = request;
  const members = Object.fromEntries(requestMembers.map((name) => [name, request[name]]));
  const message: Omit<ApiRequest, 'handle'> = { url, init: { ...members, headers: [...headers] }, body };
  return { message, transfer: body instanceof MessagePort || body instanceof ArrayBuffer ? [body] : [] };
}

/** Reads a body that is no stream. A request from ky does not tell what its body was, so that it is read into memory. */
async function bodyOf(request: Request, given: RequestInit['body']): Promise<ApiRequest['body']> {
  if (typeof given === 'string' || given instanceof Blob) return given;
  return request.body === null ? null : request.arrayBuffer();
}

function responseOf<User>(
  { body, headers, status, ...rest }: ApiResponse,
  { onDeath }: Connection<User>,
  signal: AbortSignal | null,
): Response {
  let stream: ReadableStream<Uint8Array<ArrayBuffer>> | null = null;
  if (body !== null) {
    const abort = () => incoming.fail(signal?.reason);
    const incoming = receiveStream(body, () => {
      forget();
      signal?.removeEventListener('abort', abort);
    });
    const forget = onDeath(incoming.fail);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
    stream = incoming.stream;
  }
  const { statusText } = rest;
  // The status of a redirect that was not followed is 0, which no script can give to a response.
  const response = new Response(stream, {
    status: status || 200,
    statusText,
    headers: [...headers].map(([...pair]) => pair),
  });
  const facts = Object.entries({ ...rest, status });
  return Object.defineProperties(
    response,
    Object.fromEntries(facts.map(([name, value]) => [name, { value, configurable: true }])),
  );
}
