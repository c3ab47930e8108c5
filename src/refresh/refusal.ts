import { isHTTPError, isNetworkError, isTimeoutError } from 'ky';
import type { EndingVerdict, Failure, RefreshTokenVerdict } from '../../machines/index.ts';
import { accessTokenVerdicts, endingVerdicts, refreshTokenVerdicts } from '../../machines/index.ts';
import { isCsrfUnavailableError, isMalformedGrantError } from '../errorGuards.ts';
import { lookUp, VerdictError, type Judgement } from '../verdict.ts';
import { ForeignAnswerError, ServerCallTimeoutError, type Answer } from './serverCall.ts';
import type { ServerContract, Verdict } from '../contract.ts';

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

/** Where a server never comes to hear of the request (`error.cause.code` of Node). */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** Each platform has its own words for a request that failed on the network, in a TypeError; Expo's in an Error. */
const networkFailure =
  /fetch failed|failed to fetch|load failed|networkerror|network request failed|terminated/i;

/** Judges why the contract's `refresh` failed. Only a server's verdict refuses; nothing else ends a session. */
export function judgeRefusal<User, Login>(
  contract: ServerContract<User, Login>,
  error: unknown,
  answer: Answer | null,
): Refusal {
  if (error instanceof VerdictError) {
    return judge({ verdict: error.verdict, code: error.serverCode }, answer?.status ?? null, null);
  }
  if (error instanceof ForeignAnswerError) {
    const { status, retryAfter } = error;
    return transient(status === 429 ? 'rateLimited' : 'unavailable', { status, retryAfter });
  }
  if (isHTTPError(error)) return judgeStatus(contract, error.response.status, answer);
  const isParsingFailure = error instanceof SyntaxError && answer !== null;
  // A grant that broke off has spent the refresh token.
  if (isParsingFailure)
    return transient('unavailable', { status: answer.status, answerLost: answer.status < 300 });
  // It was not sent. What the value comes from may have it the next time.
  if (isCsrfUnavailableError(error)) return transient('unavailable', {});
  if (isLost(error)) return transient('unavailable', { answerLost: mayHaveArrived(error) });
  if (!isMalformedGrantError(error)) return misconfigured('ERR_REFRESH_UNAVAILABLE', answer);
  // A server may say no with status 200 (GraphQL): then there is a verdict in place of a grant.
  const isRefused = answer !== null && refuses(answer.judgement.verdict);
  return isRefused
    ? judge(answer.judgement, answer.status, answer.retryAfter)
    : misconfigured('ERR_MALFORMED_GRANT', answer);
}

function refuses(verdict: Verdict): boolean {
  return isRefreshTokenVerdict(verdict) || isEndingVerdict(verdict) || isAccessTokenVerdict(verdict);
}

function judgeStatus<User, Login>(
  contract: ServerContract<User, Login>,
  status: number,
  answer: Answer | null,
): Refusal {
  const isAbout = answer?.status === status;
  const judgement = (isAbout ? answer.judgement : lookUp(contract, status)) ?? {
    verdict: 'none',
    code: null,
  };
  return judge(judgement, status, isAbout ? answer.retryAfter : null);
}

function judge({ verdict, code }: Judgement, status: number | null, retryAfter: number | null): Refusal {
  const known = { status, code };
  if (isRefreshTokenVerdict(verdict) || isEndingVerdict(verdict))
    return { kind: 'refused', verdict, ...known };
  // On the refresh endpoint the credential is the refresh token, whatever the server calls it.
  if (isAccessTokenVerdict(verdict)) return { kind: 'refused', verdict: 'refreshTokenInvalid', ...known };
  if (verdict === 'rateLimited' || verdict === 'unavailable')
    return transient(verdict, { ...known, retryAfter });
  if (status === 429) return transient('rateLimited', { ...known, retryAfter });
  // In the server's own words: it refuses the call, not what the call carries (a CSRF header is missing, say).
  if (verdict === 'forbidden' && status !== null && code !== status)
    return misconfigured('ERR_REFRESH_UNAVAILABLE', { status, judgement: { verdict, code } });
  // RFC 6749, section 5.2: a refused grant is 400, or 401 where the client's own authentication failed.
  if (status === 400 || status === 401 || status === 403) {
    return { kind: 'refused', verdict: 'refreshTokenInvalid', ...known };
  }
  if (status === null || status === 408 || status === 425 || status >= 500 || status < 400) {
    return transient('unavailable', { ...known, retryAfter });
  }
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

function isLost(error: unknown): boolean {
  return (
    error instanceof ServerCallTimeoutError ||
    isNetworkError(error) ||
    isTimeoutError(error) ||
    (error instanceof TypeError && networkFailure.test(error.message)) ||
    (error instanceof Error && error.message.startsWith('fetch failed')) ||
    (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError'))
  );
}

function mayHaveArrived(error: unknown): boolean {
  // Somebody's own error may lead back to itself.
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth += 1) {
    if ('code' in cause && typeof cause.code === 'string' && neverSent.has(cause.code)) return false;
  }
  return true;
}

function isOneOf<Member extends string>(members: readonly Member[]) {
  const set: ReadonlySet<string> = new Set(members);
  return (value: string): value is Member => set.has(value);
}
