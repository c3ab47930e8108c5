import { longestDelay } from '../../machines/index.ts';
import type { Settings } from '../session/settings.ts';
import type { ServerAnswer } from './contract.ts';
import { mediaTypeOf, type Content } from './readJson.ts';
import type { RequestAddress } from './requestObserver.ts';
import { findVerdict, tokenEndpointCodes, type FoundVerdict } from './verdict.ts';

/** The response to a call of the contract, reduced to what the session needs. */
export interface Answer extends FoundVerdict {
  readonly status: number;
  readonly body: BodyKind;
  /** The server's `Retry-After` in milliseconds, or `null`. */
  readonly retryAfter: number | null;
  /** The server's time, in milliseconds since the epoch, or `null` if scripts cannot read it. */
  readonly date: number | null;
  /** The response itself, or `null` if it did not come from the API. */
  readonly source: ServerAnswer | null;
}

/** The last request and the last response of a call of the contract. */
export interface LastExchange {
  request: (RequestAddress & Partial<Pick<Request, 'credentials'>>) | null;
  answer: Answer | null;
}

/**
 * What the body of a response says beyond its status: `json` and `text` say more; `empty` says nothing or repeats the
 * status. Two kinds do not come from the API: `gateway` is a gateway's refusal or a request for other credentials, and
 * `page` is HTML.
 */
export type BodyKind = 'json' | 'text' | 'empty' | 'gateway' | 'page';

type Rules<User, Login> = Pick<Settings<User, Login>, 'server' | 'environment'>;

/** Reduces a response of one of the contract's endpoints to what the session needs. */
export function readAnswer<User, Login>(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  content: Content,
  { server, environment }: Rules<User, Login>,
): Answer {
  const date = readDate(headers);
  const retryAfter = readRetryAfter(headers, date ?? environment.clock.now());
  const body = bodyKindOf(status, headers, content);
  if (body === 'page') return { ...pageOf(status), retryAfter, date };
  const source = { status, headers, body: content.json };
  const found = findVerdict(server, source, tokenEndpointCodes(status));
  return { status, ...found, body, retryAfter, date, source };
}

/** An HTML page, or a response of another origin, which says nothing about the session. */
export function pageOf(status: number): Answer {
  const verdict = status === 429 ? 'rateLimited' : 'unavailable';
  return { status, verdict, code: null, body: 'page', retryAfter: null, date: null, source: null };
}

/** The `Date` of a response (RFC 9110, section 6.6.1). */
function readDate(headers: Headers): number | null {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? null : date;
}

/** Whether a response is HTML, with any content type: captive portals respond in place of the API. */
function isPage(headers: Headers, { json, text }: Content): boolean {
  const isLabelled = ['text/html', 'application/xhtml+xml'].includes(mediaTypeOf(headers));
  if (text === undefined) return isLabelled;
  // Django, PHP and Express label an empty body, JSON and plain words as HTML too.
  return json === undefined && ((isLabelled && text.includes('<')) || startsAsPage(text));
}

/** Whether a text is HTML. A byte order mark, declarations and comments may precede the first tag. */
function startsAsPage(text: string): boolean {
  let rest = text;
  // One at a time: an expression that repeats them takes exponential time for a hostile text.
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = before.replace(/^\s*(?:<!--[^]*?-->|<\?[^>]*>)/, '');
  }
  return /^\s*<(?:!doctype\s+html|html|head|body)\b/i.test(rest);
}

/** The reason phrases of statuses that may refuse a refresh token (RFC 9110, section 15.5). */
export const statusWords: Readonly<Record<number, string>> = {
  400: 'bad request',
  401: 'unauthorized',
  403: 'forbidden',
};

/** Fields of an error's body that say where and when it happened, but not why. */
const circumstances: readonly string[] = ['timestamp', 'path', 'instance', 'traceId', 'requestId'];

/** Headers of API gateways and firewalls that have refused the request themselves. */
const gatewayHeaders: readonly string[] = ['x-amzn-errortype', 'cf-mitigated'];

function bodyKindOf(status: number, headers: Headers, content: Content): BodyKind {
  if (isPage(headers, content)) return 'page';
  // With other statuses, the first header is an error of an AWS service, for example a 400 of Cognito.
  const mayBeByGateway = status === 401 || status === 403;
  if (mayBeByGateway && gatewayHeaders.some((header) => headers.has(header))) return 'gateway';
  const { text, json = text } = content;
  if (text === undefined) return 'text';
  if (saysMore(json, status)) return typeof json === 'string' ? 'text' : 'json';
  // A challenge for a user name and password comes from a proxy or a protected staging site.
  const challenge = headers.get('www-authenticate') ?? '';
  return /^(?:basic|digest|negotiate|ntlm)\b/i.test(challenge) ? 'gateway' : 'empty';
}

/** Whether the body of an error says more than its status, unlike `{"status": 403, "error": "Forbidden"}`. */
function saysMore(content: unknown, status: number): boolean {
  const values: unknown[] = [content];
  for (const value of values) {
    if (typeof value === 'object' && value !== null) {
      for (const name of Object.keys(value))
        if (!circumstances.includes(name)) values.push(Reflect.get(value, name));
    } else if ((typeof value === 'string' || typeof value === 'number') && !isStatus(String(value), status)) {
      return true;
    }
  }
  return false;
}

function isStatus(value: string, status: number): boolean {
  const text = value.trim().toLowerCase();
  const words = statusWords[status] ?? '';
  // The default `type` of a problem (RFC 9457, section 3.1.1).
  const isAddress = text.startsWith('http') || text === 'about:blank';
  return isAddress || ['', `${status}`, words, `${words}.`, `${status} ${words}`].includes(text);
}

/**
 * Reads `Retry-After` (RFC 9110, section 10.2.3), which is a number of seconds or a date. Returns milliseconds, or `null` if
 * it is missing or invalid.
 *
 * @param now - the current time of the server if the response contains it, otherwise of the device
 */
function readRetryAfter(headers: Headers, now: number): number | null {
  const value = headers.get('retry-after')?.trim() ?? '';
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Math.max(0, Date.parse(value) - now);
  return Number.isNaN(wait) ? null : Math.min(wait, longestDelay);
}
