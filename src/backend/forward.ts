import { isErrorOf } from '../errors/errorKind.ts';
import { refusal } from './refusal.ts';
import type { RequestSession } from './serverSessions.ts';

/** Headers of one connection (RFC 9110, section 7.6.1), and those that `fetch` sets itself. */
const ofConnection = [
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** What concerns the page and its server, and not the API. */
const ofPage = ['accept-encoding', 'authorization', 'cookie', 'origin', 'referer'];

/** Passes a request on to the API as the user of the session, and returns the API's response. */
export async function forward(session: RequestSession, request: Request, api: string): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const init: RequestInit & { duplex: 'half' } = {
    method: request.method,
    headers: headersFor(request.headers, [...ofConnection, ...ofPage]),
    body: request.body,
    signal: request.signal,
    redirect: 'manual',
    duplex: 'half',
  };
  try {
    const response = await session.fetch(`.${pathname.slice(api.length)}${search}`, init);
    const { status, statusText } = response;
    const headers = headersFor(response.headers, [...ofConnection, 'content-encoding', 'set-cookie']);
    // A shared cache must not give this response to another user.
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
    return new Response(untilRead(response.body, session), { status, statusText, headers });
  } catch (error) {
    session.dispose();
    // `fetch` reports a network that fails as a TypeError.
    if (isErrorOf(error, TypeError)) return refusal(502, 'bad_gateway');
    throw error;
  }
}

function headersFor(given: Headers, without: readonly string[]): Headers {
  const headers = new Headers(given);
  const named = given.get('connection')?.split(',') ?? [];
  for (const name of [...without, ...named.map((name) => name.trim())]) if (name !== '') headers.delete(name);
  for (const name of [...headers.keys()]) if (name.startsWith('sec-fetch-')) headers.delete(name);
  return headers;
}

/** Disposes of the session once the body has been read or cancelled. */
function untilRead(
  body: ReadableStream<Uint8Array> | null,
  session: RequestSession,
): ReadableStream<Uint8Array> | null {
  if (body === null) {
    session.dispose();
    return null;
  }
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) {
          controller.enqueue(value);
          return;
        }
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      session.dispose();
    },
    async cancel(reason) {
      session.dispose();
      await reader.cancel(reason);
    },
  });
}
