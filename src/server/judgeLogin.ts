import { isHTTPError } from 'ky';
import { accessTokenVerdicts, refreshTokenVerdicts } from '../../machines/index.ts';
import { isErrorOf } from '../errors/errorKind.ts';
import { reportReduced } from '../platform/report.ts';
import type { Settings } from '../session/settings.ts';
import { statusWords, type Answer, type LastExchange } from './answer.ts';
import type { LoginCall, ServerContract, Verdict } from './contract.ts';
import { causesOf, isLost } from './errorCauses.ts';
import { explainCall, pathOf, secretsOf } from './explainCall.ts';
import { answerOf } from './judgeFailure.ts';
import { codesIn, isCode, isSuccess, tokenEndpointCodes, VerdictError, verdictOfCodes } from './verdict.ts';

/** What the user has entered, and the ticket of the previous step. */
export type LoginStep<Credentials> = Pick<LoginCall<Credentials>, 'credentials' | 'challenge'>;

/** Why a login failed. */
export interface LoginFailure {
  readonly verdict: Verdict;
  readonly status: number | null;
  readonly serverCode: string | number | null;
  /** Milliseconds, or `null`. */
  readonly retryAfter: number | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly explanation: string | undefined;
  /** What the contract's `loginDetails` has returned, or `null`. */
  readonly details: unknown;
}

type Rules<User, Login> = Pick<Settings<User, Login>, 'baseUrl' | 'server' | 'environment'>;

/** What an error says, beside the request and the response that it belongs to. */
interface Finding extends Readonly<LastExchange> {
  /** Stated by the error itself. */
  readonly verdict?: Verdict;
  readonly code?: unknown;
  readonly status?: number | null;
}

/**
 * Determines why a login failed. The error of the contract or one of its causes decides, otherwise the last response.
 *
 * @param step - removed from the failure, since a server may quote it
 */
export function judgeLogin<User, Login>(
  error: unknown,
  last: LastExchange,
  step: LoginStep<Login>,
  rules: Rules<User, Login>,
): LoginFailure {
  const found = find(error, last, rules);
  const { request, answer } = found;
  const status = found.status ?? answer?.status ?? null;
  const isSecret = secretsOf(step.credentials, step.challenge);
  return {
    verdict: verdictOf(found, status),
    status,
    serverCode: codeOf(found, status, rules.server, isSecret),
    retryAfter: answer?.retryAfter ?? null,
    method: request?.method ?? null,
    path: request === null ? null : pathOf(request.url, isSecret),
    explanation: explainCall(error, { request, answer }, rules, { isSecret }),
    details: detailsOf(rules.server, answer),
  };
}

function find<User, Login>(error: unknown, last: LastExchange, rules: Rules<User, Login>): Finding {
  try {
    for (const cause of causesOf(error)) {
      const found = findIn(cause, last, rules);
      if (found !== null) return found;
    }
  } catch {
    // A getter of the error threw.
  }
  return last;
}

/** Returns `null` if the error itself is not conclusive. */
function findIn<User, Login>(error: Error, last: LastExchange, rules: Rules<User, Login>): Finding | null {
  if (error instanceof VerdictError) return { ...last, verdict: error.verdict, code: error.serverCode };
  if (isHTTPError(error)) {
    const answer = answerOf(error, last.answer, rules);
    return answer === last.answer ? last : { request: error.request, answer };
  }
  const { answer } = last;
  if (isErrorOf(error, SyntaxError) && answer !== null && isSuccess(answer.status))
    return { ...last, verdict: 'unavailable' };
  return isLost(error) ? { ...last, answer: null, verdict: 'unavailable' } : findInSdk(error, last, rules);
}

/** SDKs put the server's code into `error` (RFC 6749, section 5.2) or `code`, and its status into `status`. */
function findInSdk<User, Login>(
  error: Error,
  last: LastExchange,
  { server }: Rules<User, Login>,
): Finding | null {
  const codes: unknown[] = ['error', 'code'].map((name): unknown => Reflect.get(error, name));
  // An exception of the platform has a number that is not the server's.
  if (Object.prototype.toString.call(error) === '[object DOMException]') return null;
  const given: unknown = Reflect.get(error, 'status');
  const status = Number.isInteger(given) ? Number(given) : null;
  const known = verdictOfCodes(server, codes, tokenEndpointCodes(status ?? 0));
  const code = known.code ?? codes.find((value) => isCode(value) && !String(value).startsWith('ERR_'));
  if (code === undefined) return null;
  return { ...last, code, status, ...(known.code !== null && { verdict: known.verdict }) };
}

/** Verdicts about a token. Whatever the server calls it, the credential of a login is what the user has entered. */
const tokenVerdicts: readonly Verdict[] = [...accessTokenVerdicts, ...refreshTokenVerdicts];

function verdictOf({ verdict, answer }: Finding, status: number | null): Verdict {
  const given = verdict ?? answer?.verdict ?? 'none';
  if (tokenVerdicts.includes(given)) return 'invalidCredentials';
  const isByCode = answer !== null && answer.code !== null && answer.code !== answer.status;
  if (given !== 'none' || verdict !== undefined || isByCode || status === null) return given;
  if (status === 401) return 'invalidCredentials';
  if (status === 429) return 'rateLimited';
  return status === 408 || status === 425 || status >= 500 ? 'unavailable' : 'none';
}

/** The server's code: one that the contract knows, otherwise the first that looks like a code. */
function codeOf<User, Login>(
  { answer, code }: Finding,
  status: number | null,
  server: ServerContract<User, Login>,
  isSecret: (text: string) => boolean,
): string | number | null {
  const source = answer?.source ?? null;
  const inAnswer = source === null ? [] : codesIn(server, source);
  for (const found of [code, answer?.code, ...inAnswer]) {
    if (!isCode(found) || found === status) continue;
    const text = String(found);
    const isOdd = !looksLikeCode(text) || text.toLowerCase() === statusWords[status ?? 0];
    if (found === answer?.code || !(isOdd || isSecret(text))) return found;
  }
  return null;
}

/**
 * Words and short numbers, as in `INVALID_CREDENTIALS`, `auth/user-not-found` and `E-7`. Messages for people and random
 * tokens do not match.
 */
function looksLikeCode(text: string): boolean {
  const words = text.split(/[-_.:/]/);
  return /^[\w.:/-]{1,64}$/.test(text) && words.every((word) => word.split(/\d+/).length <= 2);
}

function detailsOf<User, Login>(contract: ServerContract<User, Login>, answer: Answer | null): unknown {
  const source = answer?.source ?? null;
  if (source === null) return null;
  try {
    return contract.loginDetails?.(source) ?? null;
  } catch (error) {
    reportReduced(error, 'server.loginDetails');
    return null;
  }
}
