import type { RequestCall, RequestPurpose } from '../../index.ts';

/** An answer that the devtools can give in the server's place. */
export interface ForcedAnswer {
  /** As it is shown: `401 T-002`. */
  readonly name: string;
  /** Which requests it is for. */
  readonly purpose: RequestPurpose;
  /** Makes the answer, a new one each time. `Response.error()`, or a throw, cuts the connection. */
  respond(this: void, call: RequestCall): Response | Promise<Response>;
}

/** What requests are for, in the order in which it is offered. */
export const purposes = ['api', 'refresh', 'login', 'logout'] as const satisfies readonly RequestPurpose[];

/** An answer in JSON; nothing of it where the status allows no body. */
export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const hasNoBody = status === 204 || status === 205 || status === 304;
  return () =>
    new Response(hasNoBody ? null : JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json', ...headers },
    });
}

const page = '<!doctype html><title>Sign in to the network</title><h1>Welcome to the hotel</h1>';

/** The page of a captive portal: status 200, and nothing of the API's. */
const htmlPage = () => new Response(page, { headers: { 'content-type': 'text/html' } });

/** Cuts a connection, as a network does that is gone. */
export const cutConnection = () => Response.error();

/** Never answers: the session waits until its time is over, or the answer is taken away. */
const stayAway = () => new Promise<Response>(() => undefined);

const unauthorized = jsonAnswer(401, { error: 'unauthorized' });
const tooMany = jsonAnswer(429, { error: 'too_many_requests' }, { 'retry-after': '5' });
const unavailable = jsonAnswer(503, { error: 'unavailable' });

/** The answers that are always offered. */
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
  { purpose: 'refresh', name: 'answer lost, connection cut', respond: cutConnection },
  { purpose: 'refresh', name: 'malformed grant', respond: jsonAnswer(200, { accessToken: '' }) },
  { purpose: 'refresh', name: 'no answer at all', respond: stayAway },
  { purpose: 'login', name: '401', respond: unauthorized },
  { purpose: 'login', name: '503', respond: unavailable },
  { purpose: 'logout', name: '503', respond: unavailable },
  { purpose: 'logout', name: 'connection cut', respond: cutConnection },
];
