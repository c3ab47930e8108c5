import { isHTTPError, type HTTPError } from 'ky';
import { isErrorOf } from '../errors/errorKind.ts';
import type { Settings } from '../session/settings.ts';
import { readAnswer, type Answer, type BodyKind, type LastExchange } from './answer.ts';
import { causesOf, isLost, mayHaveArrived } from './errorCauses.ts';
import { explainCall, type CallSecrets } from './explainCall.ts';
import { isSuccess, refreshMeanings, VerdictError, type RefreshMeaning } from './verdict.ts';

/** What a failed call to the refresh endpoint means. */
export interface CallFailure {
  /**
   * A verdict about the refresh token or the session ends the session. `rateLimited` and `unavailable` are transient.
   * `none` is a configuration error, so repeating the call does not help.
   */
  readonly verdict: RefreshMeaning;
  readonly status: number | null;
  /** The server's code, if the contract or this library knows it. */
  readonly code: string | number | null;
  /** The server's `Retry-After` in milliseconds, at most `refresh.maxRetryAfter`, or `null`. */
  readonly retryAfter: number | null;
  /** Whether the server may have received the call and used up the refresh token. */
  readonly answerLost: boolean;
  /** The call in words for the developer: see {@link Failure.explanation}. Of a refusal, only if the set-up seems wrong. */
  readonly explanation?: string | undefined;
}

type Rules<User, Login> = Pick<Settings<User, Login>, 'baseUrl' | 'server' | 'refresh' | 'environment'>;

/**
 * Determines why a call of the contract failed. Only a verdict of the server ends a session. If neither the error nor its
 * causes are conclusive, the last response of `http` decides.
 */
export function judgeFailure<User, Login>(
  error: unknown,
  last: LastExchange,
  rules: Rules<User, Login>,
  secrets: CallSecrets,
): CallFailure {
  const failure = findFailure(error, last.answer, rules);
  const { retryAfter, verdict } = failure;
  const isRefusal = verdict !== 'none' && verdict !== 'rateLimited' && verdict !== 'unavailable';
  return {
    ...failure,
    // A server may use the wrong unit, or send a date of next year.
    retryAfter: retryAfter && Math.min(retryAfter, rules.refresh.maxRetryAfter),
    explanation: explainCall(error, last, rules, { ...secrets, isRefusal }),
  };
}

function findFailure<User, Login>(
  error: unknown,
  answer: Answer | null,
  rules: Rules<User, Login>,
): CallFailure {
  try {
    for (const cause of causesOf(error)) {
      const failure = judgeError(cause, answer, rules);
      if (failure !== null) return failure;
    }
  } catch {
    // A getter of the error threw.
  }
  return describe(answer === null ? 'none' : judgeAnswer(answer, rules), answer);
}

/** Returns `null` if the error itself is not conclusive. */
function judgeError<User, Login>(
  error: Error,
  answer: Answer | null,
  rules: Rules<User, Login>,
): CallFailure | null {
  if (error instanceof VerdictError) {
    if (error.verdict === 'none') return null;
    const verdict = refreshMeanings[error.verdict];
    // Without a response, the reason is unknown. With one, the server refuses the call and not the token, for example
    // because the CSRF header is missing.
    const isUnknown = verdict === 'none' && answer === null;
    return describe(isUnknown ? 'unavailable' : verdict, {
      ...answer,
      code: error.serverCode ?? answer?.code,
    });
  }
  if (isHTTPError(error)) {
    const found = answerOf(error, answer, rules);
    return describe(judgeAnswer(found, rules), found);
  }
  // The response was cut off, so the refresh token has been used.
  if (isErrorOf(error, SyntaxError) && answer !== null && isSuccess(answer.status))
    return describe('unavailable', { status: answer.status }, true);
  return isLost(error) ? describe('unavailable', null, mayHaveArrived(error)) : null;
}

/** The response of an `HTTPError`. The contract may have made the call with its own ky. */
export function answerOf<User, Login>(
  { response, data }: HTTPError,
  answer: Answer | null,
  rules: Pick<Rules<User, Login>, 'server' | 'environment'>,
): Answer {
  if (answer?.status === response.status) return answer;
  return readAnswer(response, typeof data === 'string' ? { text: data } : { json: data, text: '' }, rules);
}

function describe(
  verdict: RefreshMeaning,
  answer: { [Field in 'status' | 'code' | 'retryAfter']?: CallFailure[Field] | undefined } | null,
  answerLost = false,
): CallFailure {
  const { status = null, code = null, retryAfter = null } = answer ?? {};
  return { verdict, status, code, retryAfter, answerLost };
}

/** Determines the verdict of a response of the refresh endpoint: by its code, otherwise by its status. */
function judgeAnswer<User, Login>(answer: Answer, rules: Rules<User, Login>): RefreshMeaning {
  const { status, verdict, code, body } = answer;
  const meaning = refreshMeanings[verdict];
  const isByStatus = code === null || code === status;
  if (meaning === 'rateLimited' || meaning === 'unavailable') return meaning;
  if (!isByStatus && verdict !== 'none') return meaning;
  if (isByStatus && isRefusedByStatus(answer, rules))
    return meaning === 'none' ? 'refreshTokenInvalid' : meaning;
  if (status === 429) return 'rateLimited';
  const isFailing = status === 408 || status === 425 || status >= 500 || (status < 400 && !isSuccess(status));
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
  { status, verdict, body }: Answer,
  { server: { errorCodes = {} }, refresh: { refusedBy } }: Rules<User, Login>,
): boolean {
  const isMapped = Object.hasOwn(errorCodes, status) && refreshMeanings[verdict] !== 'none';
  if (refusedBy === 'status') return isMapped || refusingStatuses.json.includes(status);
  if (isMapped && (body === 'json' || body === 'empty')) return true;
  return (isMapped || refusedBy === 'answer') && refusingStatuses[body].includes(status);
}
