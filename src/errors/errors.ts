import type { Failure, Reason, ServerVerdict } from '../../machines/index.ts';

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
    this.name = nameOf(code);
  }
}

/** The name of a class by its code. A bundler may shorten the name of the class itself. */
export function nameOf(code: ErrorCode): string {
  const words = code.toLowerCase().split('_').slice(1);
  return [...words, 'error'].map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
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

/** What is known about a failed login: the fields of {@link LoginFailedError}. Those that may be missing default to `null`. */
export interface FailedLogin<Details> extends Pick<
  Failure,
  'status' | 'serverCode' | 'verdict' | 'retryAfter'
> {
  /** The request and the likely cause of the failure: see {@link Failure.explanation}. */
  readonly explanation?: string | undefined;
  readonly method?: string | null;
  readonly path?: string | null;
  readonly details?: Details | null;
}

/**
 * The contract's `login` failed: wrong credentials, no network, a server that is down, or `login.timeout` elapsed.
 *
 * @example
 * ```ts
 * import { isLoginFailedError } from 'sessionchart';
 *
 * try {
 *   await session.login({ email: 'ada@example.com', password });
 * } catch (error) {
 *   if (!isLoginFailedError(error)) throw error;
 *   if (error.verdict === 'invalidCredentials') console.log('Incorrect email or password');
 *   else if (error.retryAfter) console.log(`Try again in ${error.retryAfter / 1000} seconds`);
 * }
 * ```
 */
export class LoginFailedError<Details = unknown> extends SessionError {
  declare readonly code: 'ERR_LOGIN_FAILED';
  /** The HTTP status, or `null` without a response. */
  readonly status: number | null;
  /**
   * The server's code, also one that is not in `errorCodes`, if it looks like a code (words and short numbers, at most 64
   * characters) and not like a message. `null` if the server sends none.
   */
  readonly serverCode: string | number | null;
  /**
   * What the response means. `invalidCredentials`: the user name, the password or the code is wrong. `unavailable`: no
   * response, or the server is down. `none`: none of the verdicts. A 401 without a code that the contract maps is
   * `invalidCredentials`, and so is `invalid_grant` (RFC 6749, section 5.2). `subjectMismatch` without a status: the server
   * asked the user to sign in again (`view.stepUp`), and another user did.
   */
  readonly verdict: ServerVerdict | 'none';
  /** The pause that the server asked for with `Retry-After`, in milliseconds, or `null`. */
  readonly retryAfter: number | null;
  /** The method of the last request, or `null` if the contract has sent none with `http`. */
  readonly method: string | null;
  /** The path of the last request, without its query, or `null`. */
  readonly path: string | null;
  /** What the contract's `loginDetails` has taken from the response, or `null`. */
  readonly details: Details | null;
  /** The request, and the likely cause if the set-up seems wrong: the end of the message. `undefined` without a request. */
  readonly explanation: string | undefined;

  /** @param timeout - `login.timeout` in milliseconds, if the login took longer */
  constructor(failure: FailedLogin<Details>, options: ErrorOptions & { timeout?: number } = {}) {
    super('ERR_LOGIN_FAILED', loginMessage(failure, options.timeout), options);
    this.status = failure.status;
    this.serverCode = failure.serverCode;
    this.verdict = failure.verdict ?? 'none';
    this.retryAfter = failure.retryAfter ?? null;
    this.method = failure.method ?? null;
    this.path = failure.path ?? null;
    this.details = failure.details ?? null;
    this.explanation = failure.explanation;
  }
}

function loginMessage(failure: FailedLogin<unknown>, timeout: number | undefined): string {
  const { status, verdict, retryAfter } = failure;
  if (verdict === 'subjectMismatch' && status === null)
    return 'Signing in failed: expected the user who is signed in, got another user or none';
  const late = timeout === undefined ? '' : `, no response within ${timeout} ms (\`login.timeout\`)`;
  const wait = retryAfter == null ? '' : `, the server asks to wait ${retryAfter} ms`;
  return `Signing in failed${late}${wait}${withAnswer(failure)}`;
}

/**
 * The server has accepted the credentials and asks for a second step, such as a code: call `login()` again with it. Until then
 * `view.isChallenged` is `true`.
 *
 * @example
 * ```ts
 * import { isLoginChallengeError } from 'sessionchart';
 *
 * try {
 *   await session.login({ email: 'ada@example.com', password });
 * } catch (error) {
 *   if (!isLoginChallengeError(error)) throw error;
 *   console.log('Enter the code that was sent to you', error.challenge);
 * }
 * ```
 */
export class LoginChallengeError<Info = unknown> extends SessionError {
  declare readonly code: 'ERR_LOGIN_CHALLENGE';
  /** What the contract has passed to `loginChallenge` for the form, or what `info` of `twoStepLogin` has returned. */
  readonly challenge: Info;

  constructor(challenge: Info) {
    super('ERR_LOGIN_CHALLENGE', 'The sign-in has a second step: call `login()` again with its credentials');
    this.challenge = challenge;
  }
}

/** The access token could not be refreshed for now. The session stays, and a later request tries again. */
export class RefreshUnavailableError extends SessionError {
  declare readonly code: 'ERR_REFRESH_UNAVAILABLE';
  /** The HTTP status of the refresh endpoint, or `null` without a response. */
  readonly status: number | null;
  /** The server's code, if it is in `errorCodes`. */
  readonly serverCode: string | number | null;
  /** How long until the next attempt, in milliseconds (in most cases from `Retry-After`), or `null` if it is not delayed. */
  readonly retryAfter: number | null;

  constructor(failure: Failure | null, options: ErrorOptions & { retryAfter?: number | null } = {}) {
    const { retryAfter = null } = options;
    const wait = retryAfter === null ? '' : `, the next attempt is in ${retryAfter} ms`;
    super(
      'ERR_REFRESH_UNAVAILABLE',
      `The access token cannot be refreshed now${wait}${withAnswer(failure)}`,
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

function withAnswer(
  failure: Pick<FailedLogin<unknown>, 'status' | 'serverCode' | 'explanation'> | null,
): string {
  const { status = null, serverCode = null, explanation } = failure ?? {};
  const facts = [
    ...(status === null ? [] : [`status ${status}`]),
    ...(serverCode === null || serverCode === status ? [] : [`code ${serverCode}`]),
  ].join(', ');
  return `${facts && ` (${facts})`}${explanation ? `: ${explanation}` : ''}`;
}
