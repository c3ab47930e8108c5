import { reportReduced } from '../../platform/report.ts';
import { refusingRedirects } from '../../platform/redirects.ts';
import { isCustom, withCustomRequest, withToken } from '../../requests/attempt.ts';
import type { Outgoing } from '../../requests/outgoing.ts';
import { mediaTypeOf } from '../../server/readJson.ts';
import type { Settings } from '../../session/settings.ts';
import { repeatHeader, unknownHandle, type ApiRequest, type ApiResponse } from '../protocol.ts';
import { receiveStream, sendStream } from '../streams.ts';
import type { KeptTokens, Tokens } from './tokens.ts';
import type { TokenEndpoints } from './tokenEndpoints.ts';
import { withoutTokens } from './withoutTokens.ts';

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

  async function exchange(outgoing: Outgoing, kept: KeptTokens, signal: AbortSignal): Promise<Response> {
    if (!isCustom(server, kept.accessToken)) {
      const { input, init } = withToken(outgoing, kept.accessToken);
      return fetch(input, { ...init, signal });
    }
    const { input, init, isPinned } = await withCustomRequest(server, outgoing, kept, signal);
    return (isPinned ? refusingRedirects(fetch) : fetch)(input, { ...init, signal });
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

  return async (message: ApiRequest, signal: AbortSignal): Promise<ApiResponse> => {
    const { url, handle } = message;
    expectAllowed(url);
    const kept = tokens.find(handle);
    if (kept === null || kept.session.isOver) return refused(url);
    const response = await exchange(outgoingOf(message, signal), kept, signal);
    try {
      if (response.redirected) expectAllowed(response.url);
    } catch (error) {
      void response.body?.cancel();
      throw error;
    }
    const facts = factsOf(response);
    const headers = mustRepeat(response, url) ? [...facts.headers, repeat] : facts.headers;
    return { ...facts, headers, body: bodyOf(response, tokens.all()) };
  };
}

function outgoingOf({ url, init, body }: ApiRequest, signal: AbortSignal): Outgoing {
  const { headers, ...rest } = init;
  const sent: RequestInit & { duplex?: 'half' } = { ...rest, body: null };
  if (body instanceof MessagePort) {
    const { stream, fail } = receiveStream(body, () => signal.removeEventListener('abort', abort));
    const abort = () => fail(signal.reason);
    signal.addEventListener('abort', abort);
    sent.body = stream;
    sent.duplex = 'half';
  } else sent.body = body;
  const { method = 'GET' } = init;
  const names = new Headers(headers.map(([...pair]) => pair));
  return { url, method, headers: names, input: url, init: sent, signals: [] };
}

const repeat: readonly [name: string, value: string] = [repeatHeader, ''];

/** The response to a request whose tokens are gone, because the worker was started anew. */
function refused(url: string): ApiResponse {
  const response = new Response(null, { status: 401, headers: { 'www-authenticate': unknownHandle } });
  return { ...factsOf(response), url, body: null };
}

function factsOf(response: Response): Omit<ApiResponse, 'body'> {
  const { ok, redirected, status, statusText, type, url } = response;
  // Some servers send a new token in this header.
  const headers = [...response.headers].filter(([name]) => name !== 'authorization');
  return { ok, redirected, status, statusText, type, url, headers };
}

/** The media types of pictures, films and files, which quote no request. */
const binary = /^(?:image|audio|video|font)\/(?!svg)|^application\/(?:octet-stream|pdf|zip|wasm)$/;

function bodyOf(response: Response, tokens: readonly string[]): MessagePort | null {
  const { body, headers } = response;
  if (body === null) return null;
  return sendStream(binary.test(mediaTypeOf(headers)) ? body : withoutTokens(body, tokens));
}
