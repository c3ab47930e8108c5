import { isHTTPError, isNetworkError, isTimeoutError, type HTTPError } from 'ky';
import {
  accessTokenVerdicts,
  endingVerdicts,
  refreshTokenVerdicts,
  type EndingVerdict,
  type RefreshTokenVerdict,
} from '../../machines/index.ts';
import { isError, isErrorOf } from '../errors/errorKind.ts';
import { isCsrfUnavailableError } from '../errors/guards.ts';
import type { RefusedBy } from '../options.ts';
import { bodyKindOf, type Answer, type BodyKind } from './answer.ts';
import type { ServerContract, Verdict } from './contract.ts';
import { ServerCallTimeoutError } from './calls.ts';
import { findVerdict, tokenEndpointCodes, VerdictError } from './verdict.ts';

/** What a failed call to the refresh endpoint means. */
export interface CallFailure {
  /**
   * A verdict about the refresh token or the session ends the session. `rateLimited` and `unavailable` are transient.
   * `none` is a configuration error, so repeating the call does not help.
   */
  readonly verdict: RefreshTokenVerdict | EndingVerdict | 'rateLimited' | 'unavailable' | 'none';
  readonly status: number | null;
  /** The server's code, if the contract or this library knows it. */
  readonly code: string | number | null;
  /** The server's `Retry-After` in milliseconds, or `null`. */
  readonly retryAfter: number | null;
  /** Whether the server may have received the call and used up the refresh token. */
  readonly answerLost: boolean;
}

interface Rules<User, Login> {
  readonly server: ServerContract<User, Login>;
  readonly refusedBy: RefusedBy;
}

/**
 * Determines why the contract's `refresh` failed. Only a verdict of the server ends a session. If neither the error nor its
 * causes are conclusive, the last response of `http` decides.
 */
export function judgeFailure<User, Login>(
  error: unknown,
  answer: Answer | null,
  rules: Rules<User, Login>,
): CallFailure {
  for (const cause of causesOf(error)) {
    const failure = judgeError(cause, answer, rules);
    if (failure !== null) return failure;
  }
  const isRefused =
    answer !== null && (!isSuccess(answer) || answer.verdict !== 'none' || answer.body === 'page');
  return describe(isRefused ? judgeAnswer(answer, rules) : 'none', answer);
}

/** The error and its causes, which may be circular. */
function* causesOf(error: unknown): Generator<Error> {
  for (let cause = error, depth = 0; isError(cause) && depth < 8; cause = cause.cause, depth += 1) {
    yield cause;
  }
}

/** Returns `null` if the error itself is not conclusive. */
function judgeError<User, Login>(
  error: Error,
  answer: Answer | null,
  rules: Rules<User, Login>,
): CallFailure | null {
  if (error instanceof VerdictError) {
    const { verdict, serverCode: code } = error;
    const { status = null, retryAfter = null } = answer ?? {};
    if (verdict === 'none') return null;
    return describe(judgeVerdict(verdict, status), { status, code, retryAfter });
  }
  if (isHTTPError(error)) {
    const found = answer?.status === error.response.status ? answer : readUnseen(error, rules.server);
    return describe(judgeAnswer(found, rules), found);
  }
  // The response was cut off, so the refresh token has been used.
  if (isErrorOf(error, SyntaxError) && answer !== null && isSuccess(answer))
    return describe('unavailable', { status: answer.status }, true);
  // The call was not sent. The value may be available the next time.
  if (isCsrfUnavailableError(error)) return describe('unavailable', null);
  return isLost(error) ? describe('unavailable', null, mayHaveArrived(error)) : null;
}

function describe(
  verdict: CallFailure['verdict'],
  answer: Partial<Omit<CallFailure, 'verdict' | 'answerLost'>> | null,
  answerLost = false,
): CallFailure {
  const { status = null, code = null, retryAfter = null } = answer ?? {};
  return { verdict, status, code, retryAfter, answerLost };
}

type Unseen = Omit<Answer, 'retryAfter' | 'date'>;

/** Reads a response to a call that the contract made with its own ky. */
function readUnseen<User, Login>(
  { response: { status, headers }, data }: HTTPError,
  server: ServerContract<User, Login>,
): Unseen {
  const body = typeof data === 'string' ? undefined : data;
  const found = findVerdict(server, { status, headers, body }, tokenEndpointCodes(status));
  return { status, ...found, body: bodyKindOf(status, headers, data ?? '') };
}

function isSuccess({ status }: Unseen): boolean {
  return status >= 200 && status < 300;
}

/** Determines the verdict of a response of the refresh endpoint: by its code, otherwise by its status. */
function judgeAnswer<User, Login>(answer: Unseen, rules: Rules<User, Login>): CallFailure['verdict'] {
  const { status, verdict, code, body } = answer;
  if (body === 'page') return status === 429 ? 'rateLimited' : 'unavailable';
  const isByStatus = code === null || code === status;
  if (isTransient(verdict) || (!isByStatus && verdict !== 'none')) return judgeVerdict(verdict, status);
  if (isByStatus && isRefusedByStatus(answer, rules)) return refusalBy(verdict) ?? 'refreshTokenInvalid';
  if (status === 429) return 'rateLimited';
  const isFailing = status === 408 || status === 425 || status >= 500 || status < 400;
  const isNotOfApi = body !== 'json' && body !== 'empty' && refusingStatuses.json.includes(status);
  return isFailing || isNotOfApi ? 'unavailable' : 'none';
}

/**
 * The statuses that refuse the refresh token without a code. 401 is about a credential by definition (RFC 9110, section
 * 15.5.2). 400 and 403 may be about anything and may come from gateways, so they count only with a JSON body that says more
 * than the status. OAuth servers refuse a grant with 400 (RFC 6749, section 5.2), others with 401 or 403.
 */
const refusingStatuses: Readonly<Record<BodyKind, readonly number[]>> = {
  json: [400, 401, 403],
  text: [401],
  empty: [401],
  gateway: [],
  page: [],
};

/** Whether a status without a code refuses the refresh token. A status that the contract maps counts too. */
function isRefusedByStatus<User, Login>(
  { status, verdict, body }: Unseen,
  { server: { errorCodes = {} }, refusedBy }: Rules<User, Login>,
): boolean {
  const isMapped = Object.hasOwn(errorCodes, status) && refusalBy(verdict) !== null;
  if (refusedBy === 'status') return isMapped || refusingStatuses.json.includes(status);
  if (isMapped && (body === 'json' || body === 'empty')) return true;
  return (isMapped || refusedBy === 'answer') && refusingStatuses[body].includes(status);
}

function judgeVerdict(verdict: Verdict, status: number | null): CallFailure['verdict'] {
  if (isTransient(verdict)) return verdict;
  // Without a response, the reason is unknown. With one, the server refuses the call and not the token, for example because
  // the CSRF header is missing.
  return refusalBy(verdict) ?? (status === null ? 'unavailable' : 'none');
}

/** At the refresh endpoint the credential is the refresh token, whatever the server calls it. */
function refusalBy(verdict: Verdict): RefreshTokenVerdict | EndingVerdict | null {
  if (isRefreshTokenVerdict(verdict) || isEndingVerdict(verdict)) return verdict;
  return isAccessTokenVerdict(verdict) ? 'refreshTokenInvalid' : null;
}

function isTransient(verdict: Verdict): verdict is 'rateLimited' | 'unavailable' {
  return verdict === 'rateLimited' || verdict === 'unavailable';
}

function isOneOf<Member extends string>(members: readonly Member[]) {
  const set: ReadonlySet<string> = new Set(members);
  return (value: string): value is Member => set.has(value);
}

const isAccessTokenVerdict = isOneOf(accessTokenVerdicts);
const isRefreshTokenVerdict = isOneOf(refreshTokenVerdicts);
const isEndingVerdict = isOneOf(endingVerdicts);

/** The codes of connections that failed before the server got the request: `error.code`, or that of its cause. */
const notSent = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** The codes of connections that failed after the server may have received the request. */
const sent = ['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ERR_NETWORK', 'UND_ERR_SOCKET'];

/** The messages of network failures on different platforms: in a TypeError, or with Expo in an Error. */
const networkFailure =
  /fetch failed|failed to fetch|load failed|networkerror|network request failed|terminated/i;

function isLost(error: Error): boolean {
  return (
    error instanceof ServerCallTimeoutError ||
    isNetworkError(error) ||
    isTimeoutError(error) ||
    error.name === 'AbortError' ||
    [...notSent, ...sent].includes(codeOf(error)) ||
    (isErrorOf(error, TypeError) && networkFailure.test(error.message)) ||
    error.message.startsWith('fetch failed')
  );
}

function mayHaveArrived(error: Error): boolean {
  return ![...causesOf(error)].some((cause) => notSent.includes(codeOf(cause)));
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
