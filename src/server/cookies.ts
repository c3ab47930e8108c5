import { parseCookie } from 'cookie';
import { check, func, object, oneOf, text, type Kind } from '../errors/checks.ts';
import { CsrfUnavailableError } from '../errors/errors.ts';
import { kindOf } from '../errors/received.ts';
import { redact } from '../errors/redact.ts';
import { throwIfAborted, untilAborted } from '../platform/abort.ts';
import { copyRequest } from '../platform/copyRequest.ts';
import { pinned } from '../platform/redirects.ts';
import type { CallOrder, CookieOptions, CookieRequests, CsrfCookie, CsrfValue } from './contract.ts';
import { isHeaderText } from './grant.ts';

/**
 * Creates the `cookies` of a contract, for a server that keeps tokens in cookies. `cookieContract` includes it.
 *
 * @throws {InvalidOptionError} an option is not valid; the error names it, and the expected and received values
 *
 * @example
 * ```ts
 * import { cookieRequests, restContract } from 'sessionchart';
 *
 * const server = restContract({
 *   login: 'auth/login',
 *   refresh: { path: 'auth/refresh', body: () => undefined },
 *   cookies: cookieRequests({ csrf: { header: 'X-CSRF-Token', cookie: 'csrf' } }),
 * });
 * ```
 */
export function cookieRequests(options: CookieOptions = {}): CookieRequests {
  check('options', options, object);
  const { credentials = 'same-origin', csrf } = options;
  check('credentials', credentials, oneOf(['same-origin', 'include']));
  if (csrf !== undefined) checkCsrf(csrf);
  return {
    async prepare(request, signal) {
      const isBare =
        csrf === undefined || safeMethods.has(request.method) || request.headers.has(csrf.header);
      const value = isBare ? null : await untilAborted(readCsrf(csrf), signal);
      const attempt = copyRequest(request, {
        signal,
        ...(credentials === 'include' && { credentials }),
        ...(value !== null && pinned(request)),
      });
      if (!isBare && value !== null) attempt.headers.set(csrf.header, value);
      return attempt;
    },
    createCallOrder,
  };
}

/** Methods that change nothing need no CSRF header (RFC 9110, section 9.2.1). */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** The characters that a header's name may have: RFC 9110, section 5.6.2. */
const headerName: Kind<string> = {
  expected: 'the name of a header',
  includes: (value): value is string => typeof value === 'string' && /^[!#$%&'*+.^_`|~\w-]+$/.test(value),
};

const absent: Kind<undefined> = {
  expected: 'left out where `cookie` is given',
  includes: (value) => value === undefined,
};

function checkCsrf(csrf: unknown): void {
  const members: Partial<Record<'header' | 'cookie' | 'value', unknown>> = check('csrf', csrf, object);
  const { header, cookie, value } = members;
  check('csrf.header', header, headerName);
  if (cookie !== undefined) check('csrf.value', value, absent);
  if (value === undefined) check('csrf.cookie', cookie, text);
  else check('csrf.value', value, func);
}

async function readCsrf(csrf: CsrfCookie | CsrfValue): Promise<string | null> {
  const value: unknown = 'cookie' in csrf ? readCookie(csrf.cookie) : await callValue(csrf);
  if (value === null || isHeaderText(value)) return value;
  throw new CsrfUnavailableError(
    csrf.header,
    `expected a string that is valid in a header, or null, got ${kindOf(value)}`,
  );
}

/** Reads a cookie. Workers have no `document`, so there the value must come from a function. */
function readCookie(name: string): string | null {
  return typeof document === 'undefined' ? null : (parseCookie(document.cookie)[name] ?? null);
}

async function callValue({ header, value }: CsrfValue): Promise<unknown> {
  try {
    return await value();
  } catch (error) {
    // The message of the error may quote the value.
    const cause = redact(error, 'csrf.value');
    throw new CsrfUnavailableError(header, '`csrf.value` failed', { cause });
  }
}

/**
 * Runs each call after the previous one has settled. Login, refresh and logout all set the same cookies: if the response to
 * a logout arrived after that of the next login, it would clear the new user's cookies.
 */
function createCallOrder(): CallOrder {
  let before: Promise<unknown> = Promise.resolve();

  return (call, signal) => {
    const made = before.then(async () => {
      throwIfAborted(signal);
      return call();
    });
    before = Promise.allSettled([before, untilAborted(made, signal)]).then(() => undefined);
    return made;
  };
}
