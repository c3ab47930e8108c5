import type {
  AlreadyAuthenticatedError,
  ErrorCode,
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
} from './errors.ts';
import { errorCodes, type SessionError } from './errors.ts';

const known: ReadonlySet<unknown> = new Set(errorCodes);

/**
 * Whether a value is an error of this library. Like all guards here it looks at the code and not at the
 * class, so that it also knows an error of a second copy of the library (ESM beside CJS, say).
 */
export function isSessionError(value: unknown): value is SessionError {
  return value instanceof Error && 'code' in value && known.has(value.code);
}

const hasCode =
  <Kind extends SessionError>(code: ErrorCode) =>
  (value: unknown): value is Kind =>
    isSessionError(value) && value.code === code;

export const isSessionExpiredError = hasCode<SessionExpiredError>('ERR_SESSION_EXPIRED');
export const isLoggedOutError = hasCode<LoggedOutError>('ERR_LOGGED_OUT');
export const isNotAuthenticatedError = hasCode<NotAuthenticatedError>('ERR_NOT_AUTHENTICATED');
export const isAlreadyAuthenticatedError = hasCode<AlreadyAuthenticatedError>('ERR_ALREADY_AUTHENTICATED');
export const isLoginFailedError = hasCode<LoginFailedError>('ERR_LOGIN_FAILED');
export const isRefreshUnavailableError = hasCode<RefreshUnavailableError>('ERR_REFRESH_UNAVAILABLE');
export const isHoldTimeoutError = hasCode<HoldTimeoutError>('ERR_HOLD_TIMEOUT');
export const isHoldLimitError = hasCode<HoldLimitError>('ERR_HOLD_LIMIT');
export const isIdentityChangedError = hasCode<IdentityChangedError>('ERR_IDENTITY_CHANGED');
export const isRequestNotReplayableError = hasCode<RequestNotReplayableError>('ERR_REQUEST_NOT_REPLAYABLE');
export const isMalformedGrantError = hasCode<MalformedGrantError>('ERR_MALFORMED_GRANT');
export const isInvalidOptionError = hasCode<InvalidOptionError>('ERR_INVALID_OPTION');
export const isSessionDisposedError = hasCode<SessionDisposedError>('ERR_SESSION_DISPOSED');
