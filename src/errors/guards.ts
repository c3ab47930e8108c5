import { isError } from './errorKind.ts';
import {
  sessionErrorCodes,
  AccessTokenUnavailableError,
  AlreadyAuthenticatedError,
  CsrfUnavailableError,
  HoldLimitError,
  HoldTimeoutError,
  IdentityChangedError,
  InvalidOptionError,
  LoggedOutError,
  LoginFailedError,
  MalformedGrantError,
  NotAuthenticatedError,
  RefreshUnavailableError,
  RequestNotReplayableError,
  SessionDisposedError,
  SessionExpiredError,
  SessionStoppedError,
  type ErrorCode,
  type SessionError,
} from './errors.ts';

const known: ReadonlySet<unknown> = new Set(sessionErrorCodes);

/**
 * Whether a value is an error of this library. Like all guards here it looks at the code and not at the
 * class, so that it also knows an error of a second copy of the library (ESM beside CJS, say).
 */
export function isSessionError(value: unknown): value is SessionError {
  return isError(value) && 'code' in value && known.has(value.code);
}

/** A guard for one kind of error. */
const guardOf =
  <Kind extends SessionError>(_kind: new (...args: never[]) => Kind, code: ErrorCode) =>
  (value: unknown): value is Kind =>
    isSessionError(value) && value.code === code;

export const isSessionExpiredError = guardOf(SessionExpiredError, 'ERR_SESSION_EXPIRED');
export const isLoggedOutError = guardOf(LoggedOutError, 'ERR_LOGGED_OUT');
export const isNotAuthenticatedError = guardOf(NotAuthenticatedError, 'ERR_NOT_AUTHENTICATED');
export const isAlreadyAuthenticatedError = guardOf(AlreadyAuthenticatedError, 'ERR_ALREADY_AUTHENTICATED');
export const isLoginFailedError = guardOf(LoginFailedError, 'ERR_LOGIN_FAILED');
export const isRefreshUnavailableError = guardOf(RefreshUnavailableError, 'ERR_REFRESH_UNAVAILABLE');
export const isHoldTimeoutError = guardOf(HoldTimeoutError, 'ERR_HOLD_TIMEOUT');
export const isHoldLimitError = guardOf(HoldLimitError, 'ERR_HOLD_LIMIT');
export const isIdentityChangedError = guardOf(IdentityChangedError, 'ERR_IDENTITY_CHANGED');
export const isRequestNotReplayableError = guardOf(RequestNotReplayableError, 'ERR_REQUEST_NOT_REPLAYABLE');
export const isMalformedGrantError = guardOf(MalformedGrantError, 'ERR_MALFORMED_GRANT');
export const isAccessTokenUnavailableError = guardOf(
  AccessTokenUnavailableError,
  'ERR_ACCESS_TOKEN_UNAVAILABLE',
);
export const isCsrfUnavailableError = guardOf(CsrfUnavailableError, 'ERR_CSRF_UNAVAILABLE');
export const isInvalidOptionError = guardOf(InvalidOptionError, 'ERR_INVALID_OPTION');
export const isSessionDisposedError = guardOf(SessionDisposedError, 'ERR_SESSION_DISPOSED');
export const isSessionStoppedError = guardOf(SessionStoppedError, 'ERR_SESSION_STOPPED');
