import { isError, isErrorOf } from '../errors/errorKind.ts';

/** The error and its causes, which may be circular. */
export function* causesOf(error: unknown): Generator<Error> {
  for (let cause = error, depth = 0; isError(cause) && depth < 8; cause = cause.cause, depth += 1) {
    yield cause;
  }
}

/** The codes of calls that failed before the server got the request: `error.code`, or that of its cause. */
const notSent = [
  'ERR_CSRF_UNAVAILABLE',
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

/** The names of errors of a call without a response: of the platform, of ky and of this library. */
const lostNames = ['AbortError', 'NetworkError', 'TimeoutError', 'ServerCallTimeoutError'];

/** Whether a call failed without a response. */
export function isLost(error: Error): boolean {
  return (
    lostNames.includes(error.name) ||
    [...notSent, ...sent].includes(errorCodeOf(error)) ||
    (isErrorOf(error, TypeError) && networkFailure.test(error.message)) ||
    error.message.startsWith('fetch failed')
  );
}

/** Whether the server may have received a call that failed without a response. */
export function mayHaveArrived(error: Error): boolean {
  return ![...causesOf(error)].some((cause) => notSent.includes(errorCodeOf(cause)));
}

/** The `code` of an error, or `''`. */
export function errorCodeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
