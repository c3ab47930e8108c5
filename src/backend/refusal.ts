import type { ErrorCode, SessionError } from '../errors/errors.ts';
import type { LoginFailedError } from '../errors/loginErrors.ts';
import { isLoginFailedError, isRefreshUnavailableError } from '../errors/guards.ts';

/** A response without the result: `error` says why, as in OAuth (RFC 6749, section 5.2). */
export function refusal(status: number, error: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error }, { status, headers: { 'cache-control': 'no-store', ...headers } });
}

/** Tells the page of an error of its session. Only codes get out, and what the contract chose as details of a login. */
export function refusalOf(error: SessionError): Response {
  if (isLoginFailedError(error)) return loginRefusal(error);
  const [status, code] = meanings[error.code] ?? [500, 'server_error'];
  const retryAfter = isRefreshUnavailableError(error) ? error.retryAfter : null;
  return refusal(status, code, pauseOf(retryAfter));
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
  ERR_LOGIN_CHALLENGE: [501, 'login_challenge_unsupported'],
};

function loginRefusal({ status, serverCode, verdict, retryAfter, details }: LoginFailedError): Response {
  const isUnavailable = verdict === 'unavailable' || status === null || status >= 500;
  const error = isUnavailable ? 'temporarily_unavailable' : (serverCode ?? verdict);
  return Response.json(
    { error, ...(details !== null && { details }) },
    {
      status: isUnavailable ? 503 : status < 400 ? 401 : status,
      headers: { 'cache-control': 'no-store', ...pauseOf(retryAfter) },
    },
  );
}

const pauseOf = (retryAfter: number | null): Record<string, string> =>
  retryAfter === null ? {} : { 'retry-after': String(Math.ceil(retryAfter / 1_000)) };
