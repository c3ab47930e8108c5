import { reportReduced } from '../../platform/report.ts';
import { refusingRedirects } from '../../platform/redirects.ts';
import { isCustom, withCustomRequest } from '../../requests/attempt.ts';
import { isStream } from '../../requests/spare.ts';
import { mediaTypeOf } from '../../server/readJson.ts';
import type { Settings } from '../../session/settings.ts';
import { repeatHeader, unknownHandle, type ApiRequest, type ApiResponse, type Part } from '../protocol.ts';
import { partsOf } from './bodyParts.ts';
import type { KeptTokens, Tokens } from './tokens.ts';
import type { TokenEndpoints } from './tokenEndpoints.ts';

export interface ApiRequestParts {
  readonly settings: Pick<Settings<unknown, unknown>, 'origins' | 'server'>;
  readonly tokens: Tokens;
  readonly tokenEndpoints: TokenEndpoints;
}

/** Sends requests of a page with the access token, to the API and the trusted origins only. */
export function createApiRequests({ settings, tokens, tokenEndpoints }: ApiRequestParts) {
  const { origins, server } = settings;

  /** @throws {TypeError} as `fetch` does with an address that a policy forbids */
  function expectAllowed(url: string): void {
    const { origin, pathname } = new URL(url);
    if (!origins.has(origin)) {
      throw new TypeError(
        `The vault sends tokens only to \`baseUrl\` and \`trustedOrigins\`, not to ${origin}`,
      );
    }
    if (tokenEndpoints.includes(url)) {
      throw new TypeError(`The vault sends no requests of a page to ${pathname}, which responds with tokens`);
    }
  }

  async function send(
    { url, init: given, headers: pairs, body }: ApiRequest,
    kept: KeptTokens,
    signal: AbortSignal,
  ): Promise<Response> {
    const headers = new Headers(pairs);
    const init: RequestInit & { duplex?: 'half' } = { ...given, body };
    if (isStream(body)) init.duplex = 'half';
    if (!isCustom(server, kept.accessToken)) {
      if (kept.accessToken !== null) headers.set('authorization', `Bearer ${kept.accessToken}`);
      return fetch(url, { ...init, headers, signal });
    }
    const outgoing = { url, method: given.method ?? 'GET', headers, input: url, init, signals: [] };
    const attempt = await withCustomRequest(server, outgoing, kept, signal);
    return (attempt.isPinned ? refusingRedirects(fetch) : fetch)(attempt.input, { ...attempt.init, signal });
  }

  /** Whether the contract wants the request once more, for example with a nonce. The page keeps the body. */
  function mustRepeat(response: Response, url: string): boolean {
    try {
      return server.shouldRepeat?.(response, { url }) === true;
    } catch (error) {
      reportReduced(error, 'server.shouldRepeat');
      return false;
    }
  }

  return async function* answer(
    message: ApiRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ApiResponse | Part, ApiResponse | Part> {
    const { url, handle } = message;
    expectAllowed(url);
    const kept = tokens.find(handle);
    if (kept === null || kept.session.isOver) return refused(url);
    const response = await send(message, kept, signal);
    try {
      if (response.redirected) expectAllowed(response.url);
    } catch (error) {
      void response.body?.cancel();
      throw error;
    }
    const facts = factsOf(response);
    if (mustRepeat(response, url)) facts.headers.push([repeatHeader, '']);
    if (response.body === null) return { ...facts, body: null, hasMore: false };
    const isBinary = binary.test(mediaTypeOf(response.headers));
    const parts = partsOf(response.body, isBinary ? [] : tokens.bytes());
    const { value: body, done = false } = await parts.next();
    const start = { ...facts, body, hasMore: !done };
    if (done) return start;
    yield start;
    return yield* parts;
  };
}

/** The response to a request whose tokens are gone, because the worker was started anew. */
function refused(url: string): ApiResponse {
  const response = new Response(null, { status: 401, headers: { 'www-authenticate': unknownHandle } });
  return { ...factsOf(response), url, body: null, hasMore: false };
}

function factsOf(response: Response): Omit<ApiResponse, 'body' | 'hasMore'> {
  const { redirected, status, statusText, type, url } = response;
  // Some servers send a new token in this header.
  const headers = [...response.headers].filter(([name]) => name !== 'authorization');
  return { redirected, status, statusText, type, url, headers };
}

/** The media types of pictures, films and files, which quote no request. */
const binary = /^(?:image|audio|video|font)\/(?!svg)|^application\/(?:octet-stream|pdf|zip|wasm)$/;
