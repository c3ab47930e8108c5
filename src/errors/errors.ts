import type { Failure, Reason } from '../../machines/index.ts';

/** The codes of all errors that this library throws; stable, for programs to compare. */
export const sessionErrorCodes = [
  'ERR_SESSION_EXPIRED',
  'ERR_LOGGED_OUT',
  'ERR_NOT_AUTHENTICATED',
  'ERR_ALREADY_AUTHENTICATED',
  'ERR_LOGIN_FAILED',
  'ERR_REFRESH_UNAVAILABLE',
  'ERR_HOLD_TIMEOUT',
  'ERR_HOLD_LIMIT',
  'ERR_IDENTITY_CHANGED',
  'ERR_REQUEST_NOT_REPLAYABLE',
  'ERR_MALFORMED_GRANT',
  'ERR_ACCESS_TOKEN_UNAVAILABLE',
  'ERR_CSRF_UNAVAILABLE',
  'ERR_INVALID_OPTION',
  'ERR_SESSION_DISPOSED',
  'ERR_SESSION_STOPPED',
] as const;

/** One of {@link sessionErrorCodes}. */
export type ErrorCode = (typeof sessionErrorCodes)[number];

/**
 * What all errors of this library extend. None carries a token, a password, a header or a body.
 *
 * @example
 * ```ts
 * import { isSessionError } from 'sessionchart';
 *
 * try {
 *   await session.api.get('orders').json();
 * } catch (error) {
 *   if (isSessionError(error)) console.warn(error.code);
 * }
 * ```
 */
export class SessionError extends Error {
  override readonly name: string = 'SessionError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The refresh credential is spent: the user must sign in again. */
export class SessionExpiredError extends SessionError {
  override readonly name = 'SessionExpiredError';
  /** Why the session expired, where that is known. */
  readonly reason: Reason | null;

  constructor(reason: Reason | null, options?: ErrorOptions) {
    const because = reason === null ? '' : ` (${describe(reason)})`;
    super(
      'ERR_SESSION_EXPIRED',
      `The session has expired${because}: sign in again with \`login()\``,
      options,
    );
    this.reason = reason;
  }
}

/** The session was ended on purpose: here, in another tab, or by the server. */
export class LoggedOutError extends SessionError {
  override readonly name = 'LoggedOutError';
  /** What ended it, where that is known. */
  readonly reason: Reason | null;

  constructor(reason: Reason | null = null, options?: ErrorOptions) {
    const because = reason === null ? '' : ` (${describe(reason)})`;
    super('ERR_LOGGED_OUT', `The session was logged out${because}`, options);
    this.reason = reason;
  }
}

/** Something needs a session, and there is none. */
export class NotAuthenticatedError extends SessionError {
  override readonly name = 'NotAuthenticatedError';

  constructor(what: string) {
    super(
      'ERR_NOT_AUTHENTICATED',
      `${what} needs a session, and nobody has signed in: call \`login()\` first`,
    );
  }
}

/** `login()` was called while a session is open. */
export class AlreadyAuthenticatedError extends SessionError {
  override readonly name = 'AlreadyAuthenticatedError';

  constructor() {
    super('ERR_ALREADY_AUTHENTICATED', 'A session is open: call `logout()` before `login()`');
  }
}

/** The contract's `login` failed: wrong credentials, no network, a server that is down, `login.timeout` was over. */
export class LoginFailedError extends SessionError {
  override readonly name = 'LoginFailedError';
  /** The HTTP status; `null` where there was no answer. */
  readonly status: number | null;
  /** The server's own code, where `errorCodes` knows it. */
  readonly serverCode: string | number | null;

  /** @param timeout - `login.timeout` in milliseconds, where the login took longer */
  constructor(failure: Failure, options: ErrorOptions & { timeout?: number } = {}) {
    const { timeout, ...rest } = options;
    const because = timeout === undefined ? '' : `: no answer within ${timeout} ms (\`login.timeout\`)`;
    super('ERR_LOGIN_FAILED', `Signing in failed${withAnswer(failure)}${because}`, rest);
    this.status = failure.status;
    this.serverCode = failure.serverCode;
  }
}

/** The access token could not be refreshed now. The session stays, and a later request tries again. */
export class RefreshUnavailableError extends SessionError {
  override readonly name = 'RefreshUnavailableError';
  /** The HTTP status of the refresh endpoint; `null` where there was no answer. */
  readonly status: number | null;
  /** The server's own code, where `errorCodes` knows it. */
  readonly serverCode: string | number | null;
  /** Milliseconds until a refresh is tried again, where one is put off: by `Retry-After`, mostly. */
  readonly retryAfter: number | null;

  constructor(failure: Failure | null, options: ErrorOptions & { retryAfter?: number | null } = {}) {
    const { retryAfter = null, ...rest } = options;
    const wait = retryAfter === null ? '' : `; the next attempt is in ${retryAfter} ms`;
    super(
      'ERR_REFRESH_UNAVAILABLE',
      `The access token cannot be refreshed now${withAnswer(failure)}${wait}`,
      rest,
    );
    this.status = failure?.status ?? null;
    this.serverCode = failure?.serverCode ?? null;
    this.retryAfter = retryAfter;
  }
}

/** A request waited for a refresh as long as `hold.timeout` allows. */
export class HoldTimeoutError extends SessionError {
  override readonly name = 'HoldTimeoutError';
  /** Milliseconds. */
  readonly timeout: number;

  constructor(timeout: number) {
    super(
      'ERR_HOLD_TIMEOUT',
      `The request was held for ${timeout} ms, and there is no good access token yet`,
    );
    this.timeout = timeout;
  }
}

/** As many requests as `hold.limit` allows are waiting already. */
export class HoldLimitError extends SessionError {
  override readonly name = 'HoldLimitError';
  /** How many may wait: `hold.limit`. */
  readonly limit: number;

  constructor(limit: number) {
    super('ERR_HOLD_LIMIT', `${limit} requests are held already, which is \`hold.limit\``);
    this.limit = limit;
  }
}

/** Another session took the place of the one that the request belongs to. */
export class IdentityChangedError extends SessionError {
  override readonly name = 'IdentityChangedError';

  constructor() {
    super(
      'ERR_IDENTITY_CHANGED',
      'The request belongs to a session that another one has replaced; it is not sent',
    );
  }
}

/** The request would have to be sent again, and its body can be sent only once. */
export class RequestNotReplayableError extends SessionError {
  override readonly name = 'RequestNotReplayableError';

  constructor(method: string, options?: ErrorOptions) {
    super(
      'ERR_REQUEST_NOT_REPLAYABLE',
      `The ${method} request must be sent again with a new access token, and its body is used up`,
      options,
    );
  }
}

/** What the contract's `login` or `refresh` returned, or what `adopt` was given, is no grant. */
export class MalformedGrantError extends SessionError {
  override readonly name = 'MalformedGrantError';
  /** The field at fault, as in `accessToken`. */
  readonly field: string;

  constructor(field: string, expected: string, received: string) {
    super('ERR_MALFORMED_GRANT', `Expected \`${field}\` of the grant to be ${expected}, got ${received}`);
    this.field = field;
  }
}

/** `accessToken()` was called where the server keeps the access token in a cookie that no script can read. */
export class AccessTokenUnavailableError extends SessionError {
  override readonly name = 'AccessTokenUnavailableError';

  constructor() {
    super(
      'ERR_ACCESS_TOKEN_UNAVAILABLE',
      'The server keeps the access token in a cookie: send a request, which carries it, instead of asking for it',
    );
  }
}

/** The value of the CSRF header could not be had, so the request was not sent. The session stays. */
export class CsrfUnavailableError extends SessionError {
  override readonly name = 'CsrfUnavailableError';
  /** The name of the header, as in `X-CSRF-Token`. */
  readonly header: string;

  constructor(header: string, what: string, options?: ErrorOptions) {
    super('ERR_CSRF_UNAVAILABLE', `There is no value for the header \`${header}\`: ${what}`, options);
    this.header = header;
  }
}

/** An option is not what it should be. */
export class InvalidOptionError extends SessionError {
  override readonly name = 'InvalidOptionError';
  /** The path of the option, as in `refresh.leeway`. */
  readonly option: string;

  constructor(option: string, expected: string, received: string) {
    super('ERR_INVALID_OPTION', `Expected \`${option}\` to be ${expected}, got ${received}`);
    this.option = option;
  }
}

/** The session was disposed of; nothing is sent any more. */
export class SessionDisposedError extends SessionError {
  override readonly name = 'SessionDisposedError';

  constructor() {
    super('ERR_SESSION_DISPOSED', 'The session was disposed of');
  }
}

/**
 * The session's state machine no longer runs: it failed (an injected clock threw, say), or the program called
 * `session.actor.stop()`. Nothing is sent any more; `logout()` still ends the stored session.
 */
export class SessionStoppedError extends SessionError {
  override readonly name = 'SessionStoppedError';

  constructor() {
    super(
      'ERR_SESSION_STOPPED',
      'The state machine of this session has stopped: create a new one with `createSession()`',
    );
  }
}

function describe(reason: Reason): string {
  const code = reason.code === null ? '' : `, code ${reason.code}`;
  const lost = reason.answerLost ? ', after an answer of the refresh endpoint was lost' : '';
  return `${reason.type}${code}${lost}`;
}

function withAnswer(failure: Failure | null): string {
  if (failure?.status == null) return '';
  const code =
    failure.serverCode === null || failure.serverCode === failure.status
      ? ''
      : `, code ${failure.serverCode}`;
  return ` (status ${failure.status}${code})`;
}
