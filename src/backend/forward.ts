import { isErrorOf } from '../errors/errorKind.ts';
import { refusal } from './refusal.ts';
import type { RequestSession } from './requestSession.ts';

/** Headers of one connection (RFC 9110, section 7.6.1). */
const ofConnection = [
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** What concerns the page and its server, and not the API, and what `fetch` sets itself. */
const ofPage = ['accept-encoding', 'authorization', 'cookie', 'origin', 'referer'];

/** Passes a request on to the API as the user of the session, and returns the API's response. */
export async function forward(session: RequestSession, request: Request, api: string): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const path = `${pathname.slice(api.length)}${search}`;
  const init: RequestInit & { duplex: 'half' } = {
    method: request.method,
    body: request.body,
    signal: request.signal,
    redirect: 'manual',
    duplex: 'half',
  };
  try {
    const headers = headersFor(request.headers, [...ofConnection, ...ofPage]);
    const response = await session.fetch(`.${path}`, { ...init, headers });
    return responseOf(response, session, { path, api });
  } catch (error) {
    session.dispose();
    // `fetch` reports a network that fails as a TypeError.
    if (isErrorOf(error, TypeError)) return refusal(502, 'bad_gateway');
    throw error;
  }
}

function responseOf(
  response: Response,
  session: RequestSession,
  place: { readonly path: string; readonly api: string },
): Response {
  const { status, statusText } = response;
  // `fetch` has decoded the body, so its length is another one.
  const coding = response.headers.has('content-encoding') ? ['content-encoding', 'content-length'] : [];
  const headers = headersFor(response.headers, [...ofConnection, ...coding, 'set-cookie']);
  headers.set('cache-control', cacheControlOf(headers.get('cache-control')));
  const location = headers.get('location');
  if (location !== null) headers.set('location', locationOf(location, response.url, place));
  return new Response(untilRead(response.body, session), { status, statusText, headers });
}

function headersFor(given: Headers, without: readonly string[]): Headers {
  const named = given.get('connection')?.toLowerCase().split(',') ?? [];
  const dropped = new Set([...without, ...named.map((name) => name.trim())]);
  return new Headers([...given].filter(([name]) => !dropped.has(name) && !name.startsWith('sec-fetch-')));
}

/**
 * A shared cache must not give a response to another user. It stores none to a request with `Authorization` unless it is told
 * to (RFC 9111, section 3.5), but the page's request has a cookie instead.
 */
function cacheControlOf(given: string | null): string {
  if (given === null) return 'no-store';
  return /\b(?:no-store|private|public|s-maxage)\b/i.test(given) ? given : `${given}, private`;
}

/** An address of the API becomes the one of this server, so that the page can follow a redirect. */
function locationOf(
  location: string,
  url: string,
  { path, api }: { readonly path: string; readonly api: string },
): string {
  const base = url.endsWith(path) ? url.slice(0, -path.length) : null;
  if (base === null || !URL.canParse(location, url)) return location;
  const { href } = new URL(location, url);
  return href.startsWith(`${base}/`) ? `${api}${href.slice(base.length)}` : location;
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
