import {
  isIdentityChangedError,
  isLoggedOutError,
  isLoginFailedError,
  sessionErrorOf,
  type LoginFailedError,
} from 'sessionchart';
import { isAuthorizationError } from 'sessionchart/oauth';

/** The message for a sign-in that has failed, or `null` if another sign-in or a sign-out replaced it. */
export function problemOf(error: unknown): string | null {
  if (isIdentityChangedError(error) || isLoggedOutError(error)) return null;
  const failed = sessionErrorOf(error);
  return isLoginFailedError(failed) ? messageOf(failed) : 'Something went wrong. Please try again.';
}

/** The code of a sign-in at the provider that has failed. */
export function codeOf(error: unknown): string {
  const reason = isLoginFailedError(error) ? error.cause : error;
  return isAuthorizationError(reason) ? reason.error : 'unavailable';
}

/** The message for such a code. */
export function providerProblem(code: string): string {
  if (code === 'access_denied' || code === 'popup_closed') return 'You have cancelled the sign-in.';
  if (code === 'unknown_state') return 'This sign-in is over. Please start again.';
  if (code === 'popup_blocked') return 'The browser has blocked the window of the provider.';
  if (code === 'unavailable') return 'The identity provider cannot be reached. Please try again.';
  return `The identity provider refused the sign-in (${code}).`;
}

function messageOf({ verdict, status, retryAfter }: LoginFailedError): string {
  if (verdict === 'invalidCredentials') return 'Incorrect user name or password.';
  if (verdict === 'rateLimited')
    return `Too many attempts. Please try again in ${durationOf(retryAfter ?? 60_000)}.`;
  return status === null
    ? 'The server cannot be reached. Check your connection.'
    : `The server has a problem (status ${status}). Please try again in a moment.`;
}

function durationOf(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return seconds === 1 ? 'a second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}
