import { errorName } from './errorName.ts';
import { sessionErrorCodes, type ErrorCode, type SessionError } from './errors.ts';
import { object } from './checks.ts';
import { readProperty } from './errorKind.ts';
import { hasCode } from './hasCode.ts';

/**
 * The properties in which libraries keep the error of a request: tRPC and ky in `cause`, urql and Apollo in `networkError`,
 * GraphQL in `originalError`, RTK Query in `data` and `error`.
 */
const wrapperKeys = ['cause', 'originalError', 'networkError', 'data', 'error'] as const;

/** How many wrappers may be around the error. */
const mostWrappers = 8;

/**
 * Returns the session's error: the value itself, or the error that another library has wrapped in `cause`,
 * `originalError`, `networkError`, `data` or `error`, up to eight levels deep. Returns `null` if there is none. A session's
 * error with another one as its `cause` is returned itself.
 *
 * @example
 * ```ts
 * import { isRefreshUnavailableError, sessionErrorOf } from 'sessionchart';
 *
 * function pauseAfter(error: unknown): number {
 *   const cause = sessionErrorOf(error);
 *   return isRefreshUnavailableError(cause) ? (cause.retryAfter ?? 1_000) : 0;
 * }
 * ```
 */
export function sessionErrorOf(value: unknown): SessionError | null {
  return find(value, mostWrappers, new Set());
}

function find(value: unknown, wrappersLeft: number, seen: Set<unknown>): SessionError | null {
  if (isSessionErrorItself(value)) return value;
  if (!object.includes(value) || seen.has(value) || wrappersLeft === 0) return null;
  seen.add(value);
  for (const key of wrapperKeys) {
    const found = find(readProperty(value, key), wrappersLeft - 1, seen);
    if (found !== null) return found;
  }
  return null;
}

function isSessionErrorItself(value: unknown): value is SessionError {
  return sessionErrorCodes.some((code) => hasCode(value, code));
}

/**
 * Returns the code of the session's error in a value, or `null`. Unlike {@link sessionErrorOf}, it also reads what RTK Query
 * keeps of an error in its store: the name, the message and the code, or only the text.
 */
export function codeIn(value: unknown): ErrorCode | null {
  return sessionErrorOf(value)?.code ?? sessionErrorCodes.find((code) => isCopy(value, code)) ?? null;
}

/** RTK Query copies an error that an endpoint throws, and keeps the text of one that `fetchFn` throws. */
function isCopy(value: unknown, code: ErrorCode): boolean {
  if (!object.includes(value)) return false;
  const name = errorName(code);
  if (readProperty(value, 'code') === code)
    return readProperty(value, 'name') === name && typeof readProperty(value, 'message') === 'string';
  const text = readProperty(value, 'status') === 'FETCH_ERROR' ? readProperty(value, 'error') : null;
  return typeof text === 'string' && text.startsWith(`${name}: `);
}
