import { isError } from './errorKind.ts';
import {
  sessionErrorCodes,
  type AccessTokenUnavailableError,
  type AlreadyAuthenticatedError,
  type CsrfUnavailableError,
  type ErrorCode,
  type HoldLimitError,
  type HoldTimeoutError,
  type IdentityChangedError,
  type InvalidOptionError,
  type LoggedOutError,
  type LoginFailedError,
  type MalformedGrantError,
  type NotAuthenticatedError,
  type RefreshUnavailableError,
  type RequestNotReplayableError,
  type SessionDisposedError,
  type SessionError,
  type SessionExpiredError,
  type SessionStoppedError,
} from './errors.ts';

/**
 * Whether a value is an error of this library. Like all guards here it compares the code and not the class, so that
 * it also recognises errors of a second copy of the library (ESM next to CommonJS, for example).
 */
export function isSessionError(value: unknown): value is SessionError {
  return sessionErrorCodes.some((code) => hasCode(value, code));
}

function hasCode(value: unknown, code: ErrorCode): boolean {
  return isError(value) && 'code' in value && value.code === code;
}

/**
 * A guard for one class of errors, found by its code. Each call is marked as pure, so that a bundler drops the guards that
 * are not imported.
 */
const guardOf =
  <Kind extends SessionError>(code: Kind['code']) =>
  (value: unknown): value is Kind =>
    hasCode(value, code);

export const isSessionExpiredError = /* @__PURE__ */ guardOf<SessionExpiredError>('ERR_SESSION_EXPIRED');
export const isLoggedOutError = /* @__PURE__ */ guardOf<LoggedOutError>('ERR_LOGGED_OUT');
export const isNotAuthenticatedError =
  /* @__PURE__ */ guardOf<NotAuthenticatedError>('ERR_NOT_AUTHENTICATED');
export const isAlreadyAuthenticatedError =
  /* @__PURE__ */ guardOf<AlreadyAuthenticatedError>('ERR_ALREADY_AUTHENTICATED');
export const isLoginFailedError = /* @__PURE__ */ guardOf<LoginFailedError>('ERR_LOGIN_FAILED');
export const isRefreshUnavailableError =
  /* @__PURE__ */ guardOf<RefreshUnavailableError>('ERR_REFRESH_UNAVAILABLE');
export const isHoldTimeoutError = /* @__PURE__ */ guardOf<HoldTimeoutError>('ERR_HOLD_TIMEOUT');
export const isHoldLimitError = /* @__PURE__ */ guardOf<HoldLimitError>('ERR_HOLD_LIMIT');
export const isIdentityChangedError = /* @__PURE__ */ guardOf<IdentityChangedError>('ERR_IDENTITY_CHANGED');
export const isRequestNotReplayableError = /* @__PURE__ */ guardOf<RequestNotReplayableError>(
  'ERR_REQUEST_NOT_REPLAYABLE',
);
export const isMalformedGrantError = /* @__PURE__ */ guardOf<MalformedGrantError>('ERR_MALFORMED_GRANT');
export const isAccessTokenUnavailableError = /* @__PURE__ */ guardOf<AccessTokenUnavailableError>(
  'ERR_ACCESS_TOKEN_UNAVAILABLE',
);
export const isCsrfUnavailableError = /* @__PURE__ */ guardOf<CsrfUnavailableError>('ERR_CSRF_UNAVAILABLE');
export const isInvalidOptionError = /* @__PURE__ */ guardOf<InvalidOptionError>('ERR_INVALID_OPTION');
export const isSessionDisposedError = /* @__PURE__ */ guardOf<SessionDisposedError>('ERR_SESSION_DISPOSED');
export const isSessionStoppedError = /* @__PURE__ */ guardOf<SessionStoppedError>('ERR_SESSION_STOPPED');
