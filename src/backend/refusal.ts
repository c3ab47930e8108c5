import type { ErrorCode, SessionError } from '../errors/errors.ts';
import type { LoginFailedError } from '../errors/loginErrors.ts';
import { isLoginChallengeError, isLoginFailedError, isRefreshUnavailableError } from '../errors/guards.ts';

interface Reply {
  readonly headers?: Record<string, string>;
  /** What the page learns besides the code. */
  readonly more?: object;
}

/** A response without the result: `error` says why, as in OAuth (RFC 6749, section 5.2). */
export function refusal(status: number, error: string, { headers, more }: Reply = {}): Response {
  return Response.json({ error, ...more }, { status, headers: { 'cache-control': 'no-store', ...headers } });
}

/** Tells the page of an error of its session. Only codes get out, and what the contract chose as details of a login. */
export function refusalOf(error: SessionError): Response {
  if (isLoginFailedError(error)) return loginRefusal(error);
  if (isLoginChallengeError(error))
    return refusal(401, 'login_challenge', { more: { isChallenged: true, challenge: error.challenge } });
  const [status, code] = meanings[error.code] ?? [500, 'server_error'];
  const retryAfter = isRefreshUnavailableError(error) ? error.retryAfter : null;
  return refusal(status, code, { headers: pauseOf(retryAfter) });
}

/** The page's session refreshes after `invalid_token`, and ends after `invalid_grant`. */
const meanings: Readonly<Partial<Record<ErrorCode, readonly [status: number, code: string]>>> = {
  ERR_SESSION_EXPIRED: [401, 'invalid_grant'],
  ERR_LOGGED_OUT: [401, 'invalid_grant'],
  ERR_NOT_AUTHENTICATED: [401, 'invalid_grant'],
  ERR_IDENTITY_CHANGED: [401, 'invalid_grant'],
  ERR_REFRESH_UNAVAILABLE: [503, 'temporarily_unavailable'],
  ERR_HOLD_TIMEOUT: [503, 'temporarily_unavailable'],
  ERR_HOLD_LIMIT: [503, 'temporarily_unavailable'],
};

function loginRefusal({ status, serverCode, verdict, retryAfter, details }: LoginFailedError): Response {
  const known = status ?? (serverCode === null ? 503 : 401);
  const isUnavailable = verdict === 'unavailable' || known >= 500;
  const error = isUnavailable ? 'temporarily_unavailable' : String(serverCode ?? verdict);
  return refusal(isUnavailable ? 503 : known < 400 ? 401 : known, error, {
    headers: pauseOf(retryAfter),
    ...(details !== null && { more: { details } }),
  });
}

const pauseOf = (retryAfter: number | null): Record<string, string> =>
  retryAfter === null ? {} : { 'retry-after': String(Math.ceil(retryAfter / 1_000)) };
