import { causesOf, errorCodeOf } from '../../server/errorCauses.ts';
import { isJson } from '../../server/readJson.ts';
import { cookieHeader, reaches, withSetCookies, type Cookies } from './cookieJar.ts';

/** A request and its response. It contains secrets and stays inside the probe. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: Headers;
  readonly requestBody: string;
  readonly credentials: RequestCredentials;
  readonly status: number;
  readonly headers: Headers;
  readonly setCookies: readonly string[];
  readonly text: string;
  /** The parsed JSON, or `undefined`. */
  readonly body: unknown;
  /** When the request was sent and the response arrived, in milliseconds since the epoch. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** How the probe reaches the server. */
export interface Network {
  readonly fetch: typeof fetch;
  /** The current time, in milliseconds since the epoch. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** The `Origin` of each request, or `null`. */
  readonly origin: string | null;
}

/** A browser for one call: it has cookies, and records what is sent and what comes back. */
export function openBrowser(network: Network, initial: Cookies) {
  let cookies = initial;
  const exchanges: Exchange[] = [];
  let silence: string | null = null;

  async function send(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    silence = null;
    try {
      return await exchange(request);
    } catch (error) {
      silence = describeSilence(request, error);
      throw error;
    }
  }

  async function exchange(request: Request): Promise<Response> {
    const { method, url, credentials } = request;
    const requestBody = await request.clone().text();
    const headers = new Headers(request.headers);
    const sent = cookieHeader(cookies.filter((cookie) => reaches(cookie, url)));
    if (sent !== '') headers.set('cookie', sent);
    if (network.origin !== null) headers.set('origin', network.origin);
    const sentAt = network.now();
    const response = await network.fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal: request.signal,
      ...(requestBody !== '' && { body: requestBody }),
    });
    const text = await response.clone().text();
    const setCookies = response.headers.getSetCookie();
    cookies = withSetCookies(cookies, setCookies, url, network.now());
    exchanges.push({
      ...{ method, url, credentials, requestBody, setCookies, text, sentAt },
      requestHeaders: request.headers,
      status: response.status,
      headers: response.headers,
      body: parse(text, response.headers),
      answeredAt: network.now(),
    });
    return response;
  }

  return {
    fetch: send,
    exchanges,
    cookies: () => cookies,
    /** Why the last request got no response, or `null`. */
    silence: () => silence,
  };
}

/** `GET https://api.example.com/me got no response (ECONNREFUSED)`, without the query. */
function describeSilence({ method, url }: Request, error: unknown): string {
  const causes = [...causesOf(error)];
  const code = causes.map(errorCodeOf).find((found) => found !== '');
  const { origin, pathname } = new URL(url);
  return `${method} ${origin}${pathname} got no response (${code ?? causes.at(-1)?.message ?? 'no reason given'})`;
}

function parse(text: string, headers: Headers): unknown {
  try {
    const body: unknown = JSON.parse(text);
    return isJson(headers) || typeof body === 'object' ? body : undefined;
  } catch {
    return undefined;
  }
}
