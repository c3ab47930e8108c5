import {
  isIdentityChangedError,
  isLoggedOutError,
  isLoginFailedError,
  sessionErrorOf,
  type LoginFailedError,
} from 'sessionchart';

/** The message for a sign-in that has failed, or `null` if another sign-in or a sign-out replaced it. */
export function problemOf(error: unknown): string | null {
  if (isIdentityChangedError(error) || isLoggedOutError(error)) return null;
  const failed = sessionErrorOf(error);
  return isLoginFailedError(failed) ? messageOf(failed) : 'Something went wrong. Please try again.';
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
