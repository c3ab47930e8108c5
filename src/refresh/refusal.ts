import { isHTTPError, isNetworkError, isTimeoutError, type HTTPError } from 'ky';
import type { EndingVerdict, Failure, RefreshTokenVerdict } from '../../machines/index.ts';
import { accessTokenVerdicts, endingVerdicts, refreshTokenVerdicts } from '../../machines/index.ts';
import { isCsrfUnavailableError, isMalformedGrantError } from '../errors/guards.ts';
import { isError, isErrorOf } from '../errors/errorKind.ts';
import type { Settings } from '../session/settings.ts';
import { judgeBody, tokenEndpointCodes, VerdictError, type Judgement } from '../server/verdict.ts';
import { ForeignAnswerError, wordingOf, type Answer } from '../server/answer.ts';
import { ServerCallTimeoutError } from '../server/serverCall.ts';
import type { Verdict } from '../server/contract.ts';

/** What a failed call to the refresh endpoint means. */
export type Refusal =
  | {
      readonly kind: 'refused';
      readonly verdict: RefreshTokenVerdict | EndingVerdict;
      readonly status: number | null;
      readonly code: string | number | null;
    }
  | {
      readonly kind: 'transient';
      readonly verdict: 'rateLimited' | 'unavailable';
      readonly status: number | null;
      readonly code: string | number | null;
      readonly retryAfter: number | null;
      readonly answerLost: boolean;
    }
  | { readonly kind: 'misconfigured'; readonly failure: Failure };

const isAccessTokenVerdict = isOneOf(accessTokenVerdicts);
const isRefreshTokenVerdict = isOneOf(refreshTokenVerdicts);
const isEndingVerdict = isOneOf(endingVerdicts);

/** The codes of failed connections (`error.code`, or that of its cause), and whether the server may have got the request. */
const connectionFailures = new Map([
  ['ECONNREFUSED', false],
  ['ENOTFOUND', false],
  ['EAI_AGAIN', false],
  ['ENETUNREACH', false],
  ['EHOSTUNREACH', false],
  ['UND_ERR_CONNECT_TIMEOUT', false],
  ['ECONNRESET', true],
  ['ECONNABORTED', true],
  ['EPIPE', true],
  ['ETIMEDOUT', true],
  ['ERR_NETWORK', true],
  ['UND_ERR_SOCKET', true],
]);

/** Each platform has its own words for a request that failed on the network, in a TypeError; Expo's in an Error. */
const networkFailure =
  /fetch failed|failed to fetch|load failed|networkerror|network request failed|terminated/i;

/**
 * Judges why the contract's `refresh` failed. Only a server's verdict refuses; nothing else ends a session. Where
 * neither the error nor one of its causes says what it is, the last answer that came over `http` decides.
 */
export function judgeRefusal<User, Login>(
  settings: Settings<User, Login>,
  error: unknown,
  answer: Answer | null,
): Refusal {
  for (const cause of causesOf(error)) {
    const refusal = judgeError(settings, cause, answer);
    if (refusal !== null) return refusal;
  }
  const isAnswered = answer !== null && (!isSuccess(answer) || answer.judgement.verdict !== 'none');
  if (isAnswered) return judgeAnswer(settings, answer);
  return misconfigured(
    isMalformedGrantError(error) ? 'ERR_MALFORMED_GRANT' : 'ERR_REFRESH_UNAVAILABLE',
    answer,
  );
}

/** An error may lead back to itself by its causes. */
function* causesOf(error: unknown): Generator<Error> {
  for (let cause = error, depth = 0; isError(cause) && depth < 8; cause = cause.cause, depth += 1) {
    yield cause;
  }
}

/** `null` where the error itself does not tell. */
function judgeError<User, Login>(
  settings: Settings<User, Login>,
  error: Error,
  answer: Answer | null,
): Refusal | null {
  if (error instanceof VerdictError) {
    const { verdict, serverCode } = error;
    const { status = null, retryAfter = null } = answer ?? {};
    return verdict === 'none' ? null : judgeVerdict({ verdict, code: serverCode }, status, retryAfter);
  }
  if (error instanceof ForeignAnswerError) {
    const { status, retryAfter } = error;
    return transient(status === 429 ? 'rateLimited' : 'unavailable', { status, retryAfter });
  }
  if (isHTTPError(error)) {
    const isSeen = answer?.status === error.response.status;
    return judgeAnswer(settings, isSeen ? answer : unseen(settings, error));
  }
  // A grant that broke off has spent the refresh token.
  if (isErrorOf(error, SyntaxError) && answer !== null && isSuccess(answer))
    return transient('unavailable', { status: answer.status, answerLost: true });
  // It was not sent. What the value comes from may have it the next time.
  if (isCsrfUnavailableError(error)) return transient('unavailable', {});
  return isLost(error) ? transient('unavailable', { answerLost: mayHaveArrived(error) }) : null;
}

/** An answer to a call that the contract made with a ky of its own. */
function unseen<User, Login>(
  { server }: Settings<User, Login>,
  { response: { status, headers }, data }: HTTPError,
): Omit<Answer, 'date'> {
  const body = typeof data === 'string' ? undefined : data;
  return {
    status,
    judgement: judgeBody(server, { status, headers, body }, tokenEndpointCodes(status)),
    wording: wordingOf(status, headers, data ?? ''),
    retryAfter: null,
  };
}

function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** Judges an answer of the refresh endpoint: by the code in it, else by its status. */
function judgeAnswer<User, Login>(settings: Settings<User, Login>, answer: Omit<Answer, 'date'>): Refusal {
  const { status, judgement, retryAfter } = answer;
  const { verdict, code } = judgement;
  const isByStatus = code === null || code === status;
  const isPassing = verdict === 'rateLimited' || verdict === 'unavailable';
  if (isPassing || (!isByStatus && verdict !== 'none')) return judgeVerdict(judgement, status, retryAfter);
  if (isByStatus && isRefusedByStatus(settings, answer)) {
    return { kind: 'refused', verdict: refusalBy(verdict) ?? 'refreshTokenInvalid', status, code };
  }
  if (status === 429) return transient('rateLimited', { status, code, retryAfter });
  const isFailing = status === 408 || status === 425 || status >= 500 || status < 400;
  const isForeign = refusing.has(status) && (answer.wording === 'text' || answer.wording === 'foreign');
  return isFailing || isForeign
    ? transient('unavailable', { status, code, retryAfter })
    : misconfigured('ERR_REFRESH_UNAVAILABLE', answer);
}

/** RFC 6749, section 5.2: a refused grant is 400; servers without OAuth answer 401 or 403. */
const refusing: ReadonlySet<number> = new Set([400, 401, 403]);

/**
 * Whether a status without a code refuses the refresh token. 401 is about a credential by its definition (RFC 9110,
 * section 15.5.2). 400 and 403 may be about anything, and things between the session and the API answer with them: they
 * count where the API says more, in JSON, or where the contract maps them.
 */
function isRefusedByStatus<User, Login>(
  { server: { errorCodes = {} }, refresh: { refusedBy } }: Settings<User, Login>,
  { status, judgement, wording }: Omit<Answer, 'date'>,
): boolean {
  const isMapped = Object.hasOwn(errorCodes, status) && refusalBy(judgement.verdict) !== null;
  if (!isMapped && (refusedBy === 'code' || !refusing.has(status))) return false;
  if (refusedBy === 'status' || wording === 'words') return true;
  return wording === 'silent' ? isMapped || status === 401 : wording === 'text' && status === 401;
}

/** On the refresh endpoint the credential is the refresh token, whatever the server calls it. */
function refusalBy(verdict: Verdict): RefreshTokenVerdict | EndingVerdict | null {
  if (isRefreshTokenVerdict(verdict) || isEndingVerdict(verdict)) return verdict;
  return isAccessTokenVerdict(verdict) ? 'refreshTokenInvalid' : null;
}

function judgeVerdict(
  { verdict, code }: Judgement,
  status: number | null,
  retryAfter: number | null,
): Refusal {
  const refusal = refusalBy(verdict);
  if (refusal !== null) return { kind: 'refused', verdict: refusal, status, code };
  if (verdict === 'rateLimited' || verdict === 'unavailable' || status === null)
    return transient(verdict === 'rateLimited' ? verdict : 'unavailable', { status, code, retryAfter });
  // It refuses the call, not what the call carries (a CSRF header is missing, say).
  return misconfigured('ERR_REFRESH_UNAVAILABLE', { status, judgement: { verdict, code } });
}

function transient(
  verdict: 'rateLimited' | 'unavailable',
  details: Partial<Omit<Extract<Refusal, { kind: 'transient' }>, 'kind' | 'verdict'>>,
): Refusal {
  return {
    kind: 'transient',
    verdict,
    status: null,
    code: null,
    retryAfter: null,
    answerLost: false,
    ...details,
  };
}

function misconfigured(code: string, answer: Pick<Answer, 'status' | 'judgement'> | null): Refusal {
  const { status = null, judgement } = answer ?? {};
  return { kind: 'misconfigured', failure: { code, status, serverCode: judgement?.code ?? null } };
}

function isLost(error: Error): boolean {
  return (
    error instanceof ServerCallTimeoutError ||
    isNetworkError(error) ||
    isTimeoutError(error) ||
    connectionFailures.has(codeOf(error)) ||
    (isErrorOf(error, TypeError) && networkFailure.test(error.message)) ||
    error.message.startsWith('fetch failed') ||
    error.name === 'AbortError' ||
    error.name === 'TimeoutError'
  );
}

function mayHaveArrived(error: Error): boolean {
  return [...causesOf(error)].every((cause) => connectionFailures.get(codeOf(cause)) !== false);
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function isOneOf<Member extends string>(members: readonly Member[]) {
  const set: ReadonlySet<string> = new Set(members);
  return (value: string): value is Member => set.has(value);
}
