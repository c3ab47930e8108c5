import type { Clock } from '../platform/clock.ts';
import type { ServerContract } from './contract.ts';
import { mediaTypeOf, readText } from './readJson.ts';
import { findVerdict, tokenEndpointCodes, type FoundVerdict } from './verdict.ts';

/** The response to a call of the contract, reduced to what the session needs. */
export interface Answer extends FoundVerdict {
  readonly status: number;
  readonly body: BodyKind;
  /** The server's `Retry-After` in milliseconds, or `null`. */
  readonly retryAfter: number | null;
  /** The server's time, in milliseconds since the epoch, or `null` if scripts cannot read it. */
  readonly date: number | null;
}

/**
 * What the body of a response says beyond its status: `json` and `text` say more; `empty` says nothing or repeats the
 * status. Two kinds do not come from the API: `gateway` is a gateway's refusal or a request for other credentials, and
 * `page` is HTML.
 */
export type BodyKind = 'json' | 'text' | 'empty' | 'gateway' | 'page';

interface ReadOptions<User, Login> {
  readonly server: ServerContract<User, Login>;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly maxRetryAfter: number;
}

/** Reads a response of one of the contract's endpoints, from a copy of its body. */
export async function readAnswer<User, Login>(
  response: Response,
  { server, clock, maxRetryAfter }: ReadOptions<User, Login>,
): Promise<Answer> {
  const { status, headers } = response;
  const date = readDate(headers);
  const retryAfter = readRetryAfter(headers, date ?? clock.now(), maxRetryAfter);
  const content = await readContent(response, clock);
  const kind = bodyKindOf(status, headers, content);
  if (kind === 'page') return { ...pageOf(status), retryAfter, date };
  const body = typeof content === 'string' ? undefined : content;
  const found = findVerdict(server, { status, headers, body }, tokenEndpointCodes(status));
  return { status, ...found, body: kind, retryAfter, date };
}

/** An HTML page, or a response of another origin, which says nothing about the session. */
export function pageOf(status: number): Answer {
  return { status, verdict: 'none', code: null, body: 'page', retryAfter: null, date: null };
}

/** Returns the parsed JSON whatever the content type is, otherwise the text, or `undefined` if it cannot be read. */
async function readContent(response: Response, clock: Clock): Promise<unknown> {
  const text = await readText(response.clone(), clock);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

/** The `Date` of a response (RFC 9110, section 6.6.1). */
function readDate(headers: Headers): number | null {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? null : date;
}

/** Whether a response is HTML, with any content type: captive portals respond in place of the API. */
function isPage(headers: Headers, content: unknown): boolean {
  const isLabelled = ['text/html', 'application/xhtml+xml'].includes(mediaTypeOf(headers));
  if (content === undefined) return isLabelled;
  // Django, PHP and Express label an empty body, JSON and plain words as HTML too.
  return typeof content === 'string' && ((isLabelled && content.includes('<')) || startsAsPage(content));
}

/** Whether a text is HTML. A byte order mark, declarations and comments may precede the first tag. */
function startsAsPage(text: string): boolean {
  let at = 0;
  for (;;) {
    while (at < text.length && text.charAt(at).trim() === '') at += 1;
    const close = text.startsWith('<!--', at) ? '-->' : text.startsWith('<?', at) ? '>' : null;
    const end = close === null ? -1 : text.indexOf(close, at + 2);
    if (close === null || end === -1) break;
    at = end + close.length;
  }
  return /^<(?:!doctype\s+html|html|head|body)\b/i.test(text.slice(at, at + 64));
}

/** The reason phrases of statuses that may refuse a refresh token (RFC 9110, section 15.5). */
const statusWords: Readonly<Record<number, string>> = {
  400: 'bad request',
  401: 'unauthorized',
  403: 'forbidden',
};

/** Fields of an error's body that say where and when it happened, but not why. */
const circumstances: readonly string[] = ['timestamp', 'path', 'instance', 'traceId', 'requestId'];

/** Headers of API gateways and firewalls that have refused the request themselves. */
const gatewayHeaders: readonly string[] = ['x-amzn-errortype', 'cf-mitigated'];

/** @param content - the parsed JSON, a text, or `undefined` if the body could not be read */
export function bodyKindOf(status: number, headers: Headers, content: unknown): BodyKind {
  if (isPage(headers, content)) return 'page';
  // With other statuses, the first header is an error of an AWS service, for example a 400 of Cognito.
  const mayBeByGateway = status === 401 || status === 403;
  if (mayBeByGateway && gatewayHeaders.some((header) => headers.has(header))) return 'gateway';
  if (content === undefined) return 'text';
  if (saysMore(content, status)) return typeof content === 'string' ? 'text' : 'json';
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
 * @param longest - the upper limit in milliseconds, since a server may use the wrong unit or send a date of next year
 */
function readRetryAfter(headers: Headers, now: number, longest: number): number | null {
  const value = headers.get('retry-after')?.trim() ?? '';
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Math.max(0, Date.parse(value) - now);
  return Number.isNaN(wait) ? null : Math.min(wait, longest);
}
