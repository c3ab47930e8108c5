import type {
  AccessTokenUnavailableError,
  AlreadyAuthenticatedError,
  CsrfUnavailableError,
  HoldLimitError,
  HoldTimeoutError,
  IdentityChangedError,
  InvalidOptionError,
  LoggedOutError,
  MalformedGrantError,
  NotAuthenticatedError,
  RefreshUnavailableError,
  RequestNotReplayableError,
  SessionDisposedError,
  SessionError,
  SessionExpiredError,
  SessionStoppedError,
} from './errors.ts';
import type { LoginChallengeError, LoginFailedError } from './loginErrors.ts';
import { codeIn } from './sessionErrorOf.ts';

/**
 * An error of another library, or a plain object, that contains the session's error: {@link sessionErrorOf} returns that. It
 * lacks the fields of the session's error.
 */
export type WrappedError<Kind extends SessionError> = {
  readonly [Field in keyof Kind]?: Field extends keyof Error | 'code' ? Kind[Field] : undefined;
} & (
  | { readonly cause: unknown }
  | { readonly originalError: unknown }
  | { readonly networkError: unknown }
  | { readonly data: unknown }
  | { readonly error: unknown }
  | { readonly code: Kind['code'] }
);

/** Recognises an error of this library, also where another library has wrapped it. */
export interface ErrorGuard<Kind extends SessionError> {
  (value: SessionError | null | undefined): value is Kind;
  (value: unknown): value is Kind | WrappedError<Kind>;
}

/** Recognises a {@link LoginFailedError} with its details, also where another library has wrapped it. */
export interface LoginFailedGuard {
  <Details = unknown>(value: SessionError | null | undefined): value is LoginFailedError<Details>;
  <Details = unknown>(
    value: unknown,
  ): value is LoginFailedError<Details> | WrappedError<LoginFailedError<Details>>;
}

/** Recognises a {@link LoginChallengeError} with its `challenge`, also where another library has wrapped it. */
export interface LoginChallengeGuard {
  <Info = unknown>(value: SessionError | null | undefined): value is LoginChallengeError<Info>;
  <Info = unknown>(
    value: unknown,
  ): value is LoginChallengeError<Info> | WrappedError<LoginChallengeError<Info>>;
}

/**
 * Whether a value is an error of this library, or another library's error that contains one: in `cause` (tRPC, ky),
 * `networkError` (urql, Apollo), `originalError` (GraphQL), `data` or `error` (RTK Query). All guards here work like this. They
 * compare the code and not the class, so that they also recognise an error of a second copy of the library. For the fields
 * of a wrapped error, such as `retryAfter`, use {@link sessionErrorOf}.
 *
 * @example
 * ```ts
 * import { isSessionError } from 'sessionchart';
 *
 * // For `retry` of TanStack Query: three retries, but none for an error of the session.
 * const retry = (failureCount: number, error: unknown) => !isSessionError(error) && failureCount < 3;
 * ```
 */
export const isSessionError: ErrorGuard<SessionError> = (value: unknown): value is SessionError =>
  codeIn(value) !== null;

/**
 * A guard for one class of errors, found by its code. Each call is marked as pure, so that a bundler drops the guards that
 * are not imported.
 */
const guardOf =
  <Kind extends SessionError>(code: Kind['code']): ErrorGuard<Kind> =>
  (value: unknown): value is Kind =>
    codeIn(value) === code;

export const isSessionExpiredError = /* @__PURE__ */ guardOf<SessionExpiredError>('ERR_SESSION_EXPIRED');
export const isLoggedOutError = /* @__PURE__ */ guardOf<LoggedOutError>('ERR_LOGGED_OUT');
export const isNotAuthenticatedError =
  /* @__PURE__ */ guardOf<NotAuthenticatedError>('ERR_NOT_AUTHENTICATED');
export const isAlreadyAuthenticatedError =
  /* @__PURE__ */ guardOf<AlreadyAuthenticatedError>('ERR_ALREADY_AUTHENTICATED');

/** The type parameter is the type that the contract's `loginDetails` returns. */
export const isLoginFailedError: LoginFailedGuard = (value: unknown): value is LoginFailedError<never> =>
  codeIn(value) === 'ERR_LOGIN_FAILED';

/** The type parameter is the type of `challenge`: what the contract passes to `loginChallenge` for the form. */
export const isLoginChallengeError: LoginChallengeGuard = (
  value: unknown,
): value is LoginChallengeError<never> => codeIn(value) === 'ERR_LOGIN_CHALLENGE';
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
