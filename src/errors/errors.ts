import type { Failure, Reason } from '../../machines/index.ts';
import { errorName } from './errorName.ts';
import { withAnswer } from './withAnswer.ts';

/** The codes of all errors that this library throws. They are stable, so a program can compare them. */
export const sessionErrorCodes = [
  'ERR_SESSION_EXPIRED',
  'ERR_LOGGED_OUT',
  'ERR_NOT_AUTHENTICATED',
  'ERR_ALREADY_AUTHENTICATED',
  'ERR_LOGIN_FAILED',
  'ERR_LOGIN_CHALLENGE',
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
  'ERR_AUTHORIZATION',
] as const;

/** One of {@link sessionErrorCodes}. */
export type ErrorCode = (typeof sessionErrorCodes)[number];

/**
 * The base class of all errors of this library. None of them carries a token, a password, a header or a body.
 *
 * @example
 * ```ts
 * import { sessionErrorOf } from 'sessionchart';
 *
 * try {
 *   await session.api.get('orders').json();
 * } catch (error) {
 *   console.warn(sessionErrorOf(error)?.code);
 * }
 * ```
 */
export class SessionError extends Error {
  override readonly name: string;
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = errorName(code);
  }
}

/** The refresh token can no longer be used: the user must sign in again. */
export class SessionExpiredError extends SessionError {
  declare readonly code: 'ERR_SESSION_EXPIRED';
  /** Why the session expired, or `null` if unknown. */
  readonly reason: Reason | null;

  constructor(reason: Reason | null, options?: ErrorOptions) {
    super(
      'ERR_SESSION_EXPIRED',
      `The session has expired${because(reason)}: sign in again with \`login()\``,
      options,
    );
    this.reason = reason;
  }
}

/** The session was ended on purpose: by your code, in another tab, or by the server. */
export class LoggedOutError extends SessionError {
  declare readonly code: 'ERR_LOGGED_OUT';
  /** What ended the session, or `null` if unknown. */
  readonly reason: Reason | null;

  constructor(reason: Reason | null = null, options?: ErrorOptions) {
    super('ERR_LOGGED_OUT', `The session was logged out${because(reason)}`, options);
    this.reason = reason;
  }
}

/** A request or a call needs a session, and the user has not signed in. */
export class NotAuthenticatedError extends SessionError {
  declare readonly code: 'ERR_NOT_AUTHENTICATED';

  constructor(what: string) {
    super('ERR_NOT_AUTHENTICATED', `${what} needs a session: call \`login()\` first`);
  }
}

/** `login()` was called while a session is open, and the server has not asked for a stronger sign-in. */
export class AlreadyAuthenticatedError extends SessionError {
  declare readonly code: 'ERR_ALREADY_AUTHENTICATED';

  constructor() {
    super('ERR_ALREADY_AUTHENTICATED', 'A session is open: call `logout()` before `login()`');
  }
}

/** The access token could not be refreshed for now. The session stays, and a later request tries again. */
export class RefreshUnavailableError extends SessionError {
  declare readonly code: 'ERR_REFRESH_UNAVAILABLE';
  /** The HTTP status of the refresh endpoint, or `null` without a response. */
  readonly status: number | null;
  /** The server's code, if it is in `errorCodes`. */
  readonly serverCode: string | number | null;
  /** For how many milliseconds no request tries again (in most cases from `Retry-After`), or `null` if the next one does. */
  readonly retryAfter: number | null;

  constructor(failure: Failure | null, options: ErrorOptions & { retryAfter?: number | null } = {}) {
    const { retryAfter = null } = options;
    const period = retryAfter === null ? 'now' : `for ${Math.ceil(retryAfter)} ms`;
    super(
      'ERR_REFRESH_UNAVAILABLE',
      `The access token cannot be refreshed ${period}${withAnswer(failure)}`,
      options,
    );
    this.status = failure?.status ?? null;
    this.serverCode = failure?.serverCode ?? null;
    this.retryAfter = retryAfter;
  }
}

/** A request waited for the session for as long as `hold.timeout` allows. */
export class HoldTimeoutError extends SessionError {
  declare readonly code: 'ERR_HOLD_TIMEOUT';
  /** Milliseconds. */
  readonly timeout: number;

  constructor(timeout: number) {
    super('ERR_HOLD_TIMEOUT', `The request was held for ${timeout} ms without a valid access token`);
    this.timeout = timeout;
  }
}

/** As many requests as `hold.limit` allows are waiting already. */
export class HoldLimitError extends SessionError {
  declare readonly code: 'ERR_HOLD_LIMIT';
  /** How many may wait: `hold.limit`. */
  readonly limit: number;

  constructor(limit: number) {
    super('ERR_HOLD_LIMIT', `${limit} requests are held already, which is \`hold.limit\``);
    this.limit = limit;
  }
}

/** Another session has replaced the one that the request belongs to. */
export class IdentityChangedError extends SessionError {
  declare readonly code: 'ERR_IDENTITY_CHANGED';

  constructor() {
    super('ERR_IDENTITY_CHANGED', 'Another session has replaced the one that the request belongs to');
  }
}

/** The request must be replayed, but its body was consumed or not kept. */
export class RequestNotReplayableError extends SessionError {
  declare readonly code: 'ERR_REQUEST_NOT_REPLAYABLE';

  constructor(method: string, options?: ErrorOptions) {
    super(
      'ERR_REQUEST_NOT_REPLAYABLE',
      `The ${method} request cannot be sent again with a new access token: its body is used up`,
      options,
    );
  }
}

/** The contract's `login` or `refresh` returned an invalid grant, or `adopt` was called with one. */
export class MalformedGrantError extends SessionError {
  declare readonly code: 'ERR_MALFORMED_GRANT';
  /** The invalid field, for example `accessToken`. */
  readonly field: string;
  /** What the field should be. */
  readonly expected: string;
  /** The kind of value that came instead. */
  readonly received: string;

  /** @param address - the method, origin and path of the call, if known */
  constructor(field: string, expected: string, received: string, address?: string) {
    const from = address === undefined ? '' : ` (${address})`;
    super(
      'ERR_MALFORMED_GRANT',
      `Expected \`${field}\` of the grant to be ${expected}, got ${received}${from}`,
    );
    this.field = field;
    this.expected = expected;
    this.received = received;
  }
}

/** `accessToken()` was called, but the server keeps the access token in a cookie that no script can read. */
export class AccessTokenUnavailableError extends SessionError {
  declare readonly code: 'ERR_ACCESS_TOKEN_UNAVAILABLE';

  constructor() {
    super(
      'ERR_ACCESS_TOKEN_UNAVAILABLE',
      'The server keeps the access token in a cookie: send a request instead, which carries it',
    );
  }
}

/** The value of the CSRF header was not available, so the request was not sent. The session stays. */
export class CsrfUnavailableError extends SessionError {
  declare readonly code: 'ERR_CSRF_UNAVAILABLE';
  /** The name of the header, for example `X-CSRF-Token`. */
  readonly header: string;

  constructor(header: string, what: string, options?: ErrorOptions) {
    super('ERR_CSRF_UNAVAILABLE', `There is no value for the header \`${header}\`: ${what}`, options);
    this.header = header;
  }
}

/** An option has an invalid value. */
export class InvalidOptionError extends SessionError {
  declare readonly code: 'ERR_INVALID_OPTION';
  /** The path of the option, for example `refresh.leeway`. */
  readonly option: string;

  constructor(option: string, expected: string, received: string) {
    super('ERR_INVALID_OPTION', `Expected \`${option}\` to be ${expected}, got ${received}`);
    this.option = option;
  }
}

/** `dispose()` was called: the session sends nothing any more. */
export class SessionDisposedError extends SessionError {
  declare readonly code: 'ERR_SESSION_DISPOSED';

  constructor() {
    super('ERR_SESSION_DISPOSED', 'The session was disposed of');
  }
}

/**
 * The session's state machine no longer runs: it failed (an injected clock threw an error, for example), or your code called
 * `session.actor.stop()`. The session sends nothing any more; `logout()` still ends the stored session.
 */
export class SessionStoppedError extends SessionError {
  declare readonly code: 'ERR_SESSION_STOPPED';

  constructor() {
    super(
      'ERR_SESSION_STOPPED',
      'The state machine of this session has stopped: create a new one with `createSession()`',
    );
  }
}

function because(reason: Reason | null): string {
  if (reason === null) return '';
  const lost = reason.answerLost ? ', after a response of the refresh endpoint was lost' : '';
  const why = reason.explanation === undefined ? '' : `; ${reason.explanation}`;
  return ` (${reason.type}${reason.code === null ? '' : `, code ${reason.code}`}${lost}${why})`;
}
