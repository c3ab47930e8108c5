import type { RequestCall, RequestPurpose } from '../../observe/index.ts';

/** A response that the devtools can give in place of the server. */
export interface ForcedAnswer {
  /** The name in the list: `401 T-002`. */
  readonly name: string;
  /** The kind of requests that it answers. */
  readonly purpose: RequestPurpose;
  /** Creates the response, a new one for each request. To cut the connection, return `Response.error()` or throw. */
  respond(this: void, call: RequestCall): Response | Promise<Response>;
}

/** The kinds of requests, in the order of the list. */
export const purposes = ['api', 'refresh', 'login', 'logout'] as const satisfies readonly RequestPurpose[];

/** A JSON response, without a body if the status allows none. */
export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const hasNoBody = status === 204 || status === 205 || status === 304;
  return () =>
    new Response(hasNoBody ? null : JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json', ...headers },
    });
}

const page = '<!doctype html><title>Sign in to the network</title><h1>Welcome to the hotel</h1>';

/** The page of a captive portal: status 200, but not from the API. */
const htmlPage = () => new Response(page, { headers: { 'content-type': 'text/html' } });

/** Cuts the connection, as when the network is gone. */
export const cutConnection = () => Response.error();

/** Never responds: the session waits until its timeout, or until the response is removed. */
const stayAway = () => new Promise<Response>(() => undefined);

const unauthorized = jsonAnswer(401, { error: 'unauthorized' });
const tooMany = jsonAnswer(429, { error: 'too_many_requests' }, { 'retry-after': '5' });
const unavailable = jsonAnswer(503, { error: 'unavailable' });

/** The responses that are always in the list. */
export const commonAnswers: readonly ForcedAnswer[] = [
  { purpose: 'api', name: '401', respond: unauthorized },
  { purpose: 'api', name: '403', respond: jsonAnswer(403, { error: 'forbidden' }) },
  { purpose: 'api', name: '429, Retry-After 5', respond: tooMany },
  { purpose: 'api', name: '503', respond: unavailable },
  { purpose: 'api', name: 'page of a captive portal', respond: htmlPage },
  { purpose: 'api', name: 'connection cut', respond: cutConnection },
  // RFC 6749, section 5.2.
  { purpose: 'refresh', name: '400 invalid_grant', respond: jsonAnswer(400, { error: 'invalid_grant' }) },
  { purpose: 'refresh', name: '401', respond: unauthorized },
  { purpose: 'refresh', name: '429, Retry-After 5', respond: tooMany },
  { purpose: 'refresh', name: '503', respond: unavailable },
  { purpose: 'refresh', name: 'page of a captive portal', respond: htmlPage },
  { purpose: 'refresh', name: 'response lost, connection cut', respond: cutConnection },
  { purpose: 'refresh', name: 'malformed grant', respond: jsonAnswer(200, { accessToken: '' }) },
  { purpose: 'refresh', name: 'no response at all', respond: stayAway },
  { purpose: 'login', name: '401', respond: unauthorized },
  { purpose: 'login', name: '503', respond: unavailable },
  { purpose: 'logout', name: '503', respond: unavailable },
  { purpose: 'logout', name: 'connection cut', respond: cutConnection },
];
