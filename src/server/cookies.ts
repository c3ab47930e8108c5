import { parseCookie } from 'cookie';
import type { CookieOptions, CsrfCookie, CsrfValue } from './contract.ts';
import { CsrfUnavailableError } from '../errors/errors.ts';
import { isHeaderText } from './headerText.ts';
import { kindOf } from '../errors/received.ts';
import { redact } from '../errors/redact.ts';
import { untilAborted } from '../platform/abort.ts';
import { pinned } from '../platform/redirects.ts';
import { copyRequest } from '../platform/copyRequest.ts';

/** Methods that ask for no change need no proof of who asks (RFC 9110, section 9.2.1). */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * The same request as a server wants it that keeps tokens in cookies: with credentials and, where it may change
 * something, with the CSRF value of the moment. A header that the caller has put on stays.
 *
 * @throws {CsrfUnavailableError} the value could not be had
 */
export async function withCookies(
  request: Request,
  { credentials, csrf }: CookieOptions,
  signal: AbortSignal,
): Promise<Request> {
  const isBare = csrf === undefined || safeMethods.has(request.method) || request.headers.has(csrf.header);
  const value = isBare ? null : await untilAborted(readCsrf(csrf), signal);
  const attempt = copyRequest(request, {
    signal,
    ...(credentials === 'include' && { credentials }),
    ...(value !== null && pinned(request)),
  });
  if (!isBare && value !== null) attempt.headers.set(csrf.header, value);
  return attempt;
}

async function readCsrf(csrf: CsrfCookie | CsrfValue): Promise<string | null> {
  const value: unknown = 'cookie' in csrf ? readCookie(csrf.cookie) : await askFor(csrf);
  if (value === null || isHeaderText(value)) return value;
  throw new CsrfUnavailableError(
    csrf.header,
    `expected a text that a header can carry, or null, got ${kindOf(value)}`,
  );
}

/** A worker has no `document`: there the value comes from a function. */
function readCookie(name: string): string | null {
  return typeof document === 'undefined' ? null : (parseCookie(document.cookie)[name] ?? null);
}

async function askFor({ header, value }: CsrfValue): Promise<unknown> {
  try {
    return await value();
  } catch (error) {
    // Whatever the error quotes may be the value.
    throw new CsrfUnavailableError(header, '`cookies.csrf.value` failed', {
      cause: redact(error, 'cookies.csrf.value'),
    });
  }
}
