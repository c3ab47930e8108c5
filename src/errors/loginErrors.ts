import type { Failure, ServerVerdict } from '../../machines/index.ts';
import { SessionError } from './errors.ts';
import { withAnswer } from './withAnswer.ts';

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

  /** @param options - `timeout` is `login.timeout` in milliseconds, if the login took longer */
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
