import type { Clock } from '../platform/clock.ts';
import { mediaTypeOf, readText } from './readJson.ts';
import type { Settings } from '../session/settings.ts';
import { judgeBody, tokenEndpointCodes, type Judgement } from './verdict.ts';
import { readRetryAfter } from './retryAfter.ts';

/** What the server answered to one call of the contract, as far as the session may know it. */
export interface Answer {
  readonly status: number;
  readonly judgement: Judgement;
  readonly wording: Wording;
  /** Milliseconds that the server asks to wait; `null` where it asks for nothing. */
  readonly retryAfter: number | null;
  /** What the server's clock said, in milliseconds since the epoch; `null` where no script may read it. */
  readonly date: number | null;
}

/**
 * What a refusal says beyond its status: `words` in JSON, as an API does; `text` in any other form; nothing at all
 * (`silent`). `foreign` is what a gateway says of itself, or a request for another credential than the token.
 */
export type Wording = 'words' | 'text' | 'silent' | 'foreign';

/** An answer that is not the API's: the page of a proxy or of a captive portal. */
export class ForeignAnswerError extends Error {
  override readonly name = 'ForeignAnswerError';

  readonly status: number;
  /** Milliseconds that it asks to wait, where it came from the API's own address. */
  readonly retryAfter: number | null;

  constructor(status: number, retryAfter: number | null) {
    super(`Expected an answer of the API, got a page (status ${status})`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/**
 * Reads what an answer of one of the contract's endpoints says. Its body is left to be read.
 *
 * @throws {ForeignAnswerError} it is a page of HTML
 */
export async function readAnswer<User, Login>(
  { server, refresh, environment: { clock } }: Settings<User, Login>,
  response: Response,
): Promise<Answer> {
  const { status, headers } = response;
  const date = readDate(headers);
  const retryAfter = readRetryAfter(headers, date ?? clock.now(), refresh.maxRetryAfter);
  const content = await readContent(response, clock);
  if (isPage(headers, content)) throw new ForeignAnswerError(status, retryAfter);
  const body = typeof content === 'string' ? undefined : content;
  const judgement = judgeBody(server, { status, headers, body }, tokenEndpointCodes(status));
  return { status, judgement, wording: wordingOf(status, headers, content), retryAfter, date };
}

/** The parsed JSON whatever the content type says; else the text; `undefined` where it cannot be read. */
async function readContent(response: Response, clock: Clock): Promise<unknown> {
  const text = await readText(response.clone(), clock);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

/** The `Date` of an answer (RFC 9110, section 6.6.1). */
function readDate(headers: Headers): number | null {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? null : date;
}

/** Whether an answer is HTML, whatever it calls itself: portals answer in the name of others. */
function isPage(headers: Headers, content: unknown): boolean {
  const type = mediaTypeOf(headers);
  const isLabelled = type === 'text/html' || type === 'application/xhtml+xml';
  if (content === undefined) return isLabelled;
  // Django, PHP and Express label an empty body, JSON and plain words as HTML too.
  return typeof content === 'string' && ((isLabelled && content.includes('<')) || startsAsPage(content));
}

/** A byte order mark, declarations and comments may stand before the first tag. */
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

/** The names of the statuses by which a refresh is refused (RFC 9110, section 15.5). */
const statusNames = new Map([
  [400, 'bad request'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
]);

/** Fields of an error's body that say where and when it came about, and not why. */
const circumstances: ReadonlySet<string> = new Set(['timestamp', 'path', 'instance', 'traceId', 'requestId']);

/** Headers in which an API gateway and a firewall say that they have refused the request themselves. */
const gatewayHeaders = ['x-amzn-errortype', 'cf-mitigated'];

/** @param content - the parsed JSON, or a text; `undefined` where the body could not be read */
export function wordingOf(status: number, headers: Headers, content: unknown): Wording {
  // With other statuses the first is an error of an AWS service: 400 of Cognito, say.
  const isByGateway =
    (status === 401 || status === 403) && gatewayHeaders.some((header) => headers.has(header));
  if (isByGateway) return 'foreign';
  if (content === undefined) return 'text';
  if (!saysMore(content, status)) return asksForAnother(headers) ? 'foreign' : 'silent';
  return typeof content === 'string' ? 'text' : 'words';
}

/** Whether the challenge is for a user name and a password: of a client, a proxy or a site under construction. */
function asksForAnother(headers: Headers): boolean {
  return /^(?:basic|digest|negotiate|ntlm)\b/i.test(headers.get('www-authenticate') ?? '');
}

/** Whether there is more in the body of an error than its status, as in `{"status": 403, "error": "Forbidden"}`. */
function saysMore(content: unknown, status: number): boolean {
  const values: unknown[] = [content];
  for (const value of values) {
    if (typeof value === 'object' && value !== null) {
      for (const name of Object.keys(value))
        if (!circumstances.has(name)) values.push(Reflect.get(value, name));
    } else if ((typeof value === 'string' || typeof value === 'number') && !isStatus(String(value), status)) {
      return true;
    }
  }
  return false;
}

function isStatus(words: string, status: number): boolean {
  const text = words.trim().toLowerCase();
  const name = statusNames.get(status) ?? '';
  // The `type` of a problem (RFC 9457, section 3.1.1) that has none of its own.
  const isAddress = text.startsWith('http') || text === 'about:blank';
  return text === '' || isAddress || [`${status}`, name, `${name}.`, `${status} ${name}`].includes(text);
}
